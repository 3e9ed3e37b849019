"""What results are narrowed and split by: one registry for pages, files, commands and the interface."""
