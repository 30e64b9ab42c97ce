"""Measures of fit, residuals, and the influence of rows."""
