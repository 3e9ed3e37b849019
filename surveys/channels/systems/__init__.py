"""What other systems are told as it happens: signed messages to addresses of the organisation's choice."""
