"""A comment cut up: script and language, clauses, words, n-grams, phrases."""
