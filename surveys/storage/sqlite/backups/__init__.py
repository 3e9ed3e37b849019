"""Copies of the database and of the files beside it, their list, and their way back."""
