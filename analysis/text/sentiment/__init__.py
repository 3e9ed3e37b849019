"""Praise and complaint: lexicon, weights, rules, and the judgement they lead to."""
