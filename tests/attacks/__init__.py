"""Tests that try to break in, one file per way."""
