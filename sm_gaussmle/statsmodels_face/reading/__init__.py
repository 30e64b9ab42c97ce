"""What is printed: summaries in all formats, and what a session shows."""
