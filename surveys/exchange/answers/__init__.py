"""Answers out to files and in from them: columns, formats, mappings, selections."""
