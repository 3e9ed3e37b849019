"""Comments as evidence: analysed in the background, corrected by people, counted."""
