"""Departments, touchpoints, accounts and subjects from tables."""
