"""Files of people: which column fills which field, rows checked, known again and kept."""
