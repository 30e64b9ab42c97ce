"""How to climb: a maximiser that knows neither the likelihood nor the data."""
