"""Models whose rows are read in passes, from wherever they are."""
