"""The builder: a survey is put together step by step; every step is saved, can be undone, and is checked at once."""
