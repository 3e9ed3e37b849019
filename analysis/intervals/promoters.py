"""From which answer on a scale of 0 to 10 somebody counts as a promoter, and from which as passive."""

PROMOTERS_FROM = 9
PASSIVES_FROM = 7
