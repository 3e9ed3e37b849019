"""Other ways to ask the same questions, fetched for the measurement alone and never a dependency."""
