"""The one gate through which pages, files, the API and alerts get figures, tables and comments."""
