"""How a survey reaches people and comes back: campaigns, links, calls, paper, text messages, prizes."""
