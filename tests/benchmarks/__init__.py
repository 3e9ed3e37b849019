"""What `make bench` measures: one file per feature, each with a `main` that prints its table."""
