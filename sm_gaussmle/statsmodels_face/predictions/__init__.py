"""Predictions for old rows and new, their intervals and their scores."""
