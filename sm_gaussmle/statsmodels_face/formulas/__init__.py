"""Both equations from formulas: their text, their columns, and the memory of them."""
