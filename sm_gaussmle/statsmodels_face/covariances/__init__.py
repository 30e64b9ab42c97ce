"""Covariances by name: their options and the results that have them."""
