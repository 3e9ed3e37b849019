"""The console pages that build, give out, watch collection and administer."""
