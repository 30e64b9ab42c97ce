"""Functions of fits: tests, criteria and diagnostics, on arrays."""
