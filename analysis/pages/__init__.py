"""The console pages on which managers read results and decide what to improve."""
