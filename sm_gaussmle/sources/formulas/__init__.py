"""Formulas over tables in parts: what they must know of all rows, and their columns."""
