"""Models and results on disk: pickles, and fits without data as JSON."""
