"""Arguments of the user as checked arrays, with the names of their rows and columns."""
