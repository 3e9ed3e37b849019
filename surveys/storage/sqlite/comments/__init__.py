"""Open comments: what was found in them, what people said of them, and what each survey has taught the analysis."""
