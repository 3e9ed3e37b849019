"""What fieldwork keeps by survey and round."""
