"""From the idea of a survey to a stored answer."""
