"""Facts that come along with an answer: how a survey declares them, how each is read, and what is kept of them."""
