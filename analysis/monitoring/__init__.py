"""What changes in time: trends, control charts, change points."""
