"""The forms: shown, filled in, checked, sent, thanked for, taken back."""
