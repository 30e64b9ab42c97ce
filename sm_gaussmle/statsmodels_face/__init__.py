"""What a statsmodels user meets: model, results, summary, formulas."""
