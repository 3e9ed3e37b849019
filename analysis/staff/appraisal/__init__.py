"""From ratings of people to reports in which no rater can be recognised, and to how far raters agree."""
