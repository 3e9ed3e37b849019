"""Reports: one content, made of what the gate gives an account, and written in any of several formats."""
