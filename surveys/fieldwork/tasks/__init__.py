"""Tasks: who fills which form about which subject by when. One counted answer each."""
