"""What pages, routes and commands do with the store: launch campaigns, send messages, open contact files."""
