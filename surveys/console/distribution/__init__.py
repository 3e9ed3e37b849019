"""Pages that give surveys out: links, campaigns, phone interviews, messages, prizes."""
