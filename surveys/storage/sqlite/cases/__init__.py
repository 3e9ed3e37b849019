"""Cases with their steps, the rules that make them, and opinion boxes."""
