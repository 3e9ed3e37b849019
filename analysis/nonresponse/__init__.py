"""Who did not answer: rates by AAPOR's definitions, and whether answers differ by list, reminder, channel and round."""
