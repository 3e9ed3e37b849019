"""What engines give and take beside the types of their rooms, whichever engine it is."""
