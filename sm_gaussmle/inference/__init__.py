"""What is asked of fits once they are made."""
