"""One fit, whatever the source of the rows."""
