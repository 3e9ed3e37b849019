"""Pages of the administrator: accounts, audit, organisation, keys, settings."""
