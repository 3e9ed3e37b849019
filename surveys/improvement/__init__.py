"""What is done about a finding, by whom and until when; figures and promises that are followed beside it."""
