"""Whom the answers stand for: sample size, weights, complex samples, response quality."""
