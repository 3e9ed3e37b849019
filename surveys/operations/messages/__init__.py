"""Messages that follow from what has happened: to those who brought something up, and to readers of reports."""
