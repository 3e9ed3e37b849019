"""Languages, time zone and ways of writing of an organisation and its readers."""
