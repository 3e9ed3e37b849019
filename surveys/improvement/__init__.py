"""What is to be done about a finding: plans with their measures, by whom, until when, at what cost, and what for."""
