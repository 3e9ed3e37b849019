"""Survey definitions to and from other programs."""
