"""Pictures; matplotlib is imported where it is used."""
