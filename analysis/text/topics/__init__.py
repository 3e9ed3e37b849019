"""What comments are about: topics, aspects, themes, clouds."""
