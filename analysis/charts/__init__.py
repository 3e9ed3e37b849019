"""Charts for page and report: one palette, one number format."""
