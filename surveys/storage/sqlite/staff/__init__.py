"""What is kept of the work of staff."""
