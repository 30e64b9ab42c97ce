"""Marginal effects on the mean and on the variance."""
