"""Cases: what people write in, and the answer they get."""
