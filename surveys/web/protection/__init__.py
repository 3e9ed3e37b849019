"""What keeps out those who should not come in: signatures, sessions, limits, proof of work."""
