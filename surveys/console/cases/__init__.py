"""Pages of opinion boxes and cases."""
