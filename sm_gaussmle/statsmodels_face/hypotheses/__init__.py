"""Tests of parameters, terms and models, and the bootstrap."""
