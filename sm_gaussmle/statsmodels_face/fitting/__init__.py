"""From a model to results: options, the route, what can go wrong, how it went."""
