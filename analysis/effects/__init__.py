"""What a measure did: its design is chosen from what there is to compare with, never from how it came out."""
