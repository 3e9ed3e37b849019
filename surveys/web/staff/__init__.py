"""The pages of staff outside the console: sign-in, own forms, phone interviews, typing in paper, printing."""
