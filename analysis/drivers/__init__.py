"""What goes together with satisfaction, and how much each driver counts."""
