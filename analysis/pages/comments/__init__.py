"""The pages on which comments are read, corrected, and taught to the text analysis."""
