"""What customers expect, say is important, and value more when they must choose."""
