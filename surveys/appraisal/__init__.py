"""Appraisals of people by those around them (360°): who rates whom, the report, the talk about it, and objections."""
