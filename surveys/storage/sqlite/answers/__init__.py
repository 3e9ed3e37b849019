"""What is read and noted of answers in bulk: which days changed, and their rows as they are."""
