"""From stored answers to what should be done: measure, compare, explain, improve.

Every statistic here is a function over a DataFrame or Series and returns values; none of them reads a database,
a clock or a screen.
"""
