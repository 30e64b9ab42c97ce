"""What is maximised: row terms of the Gaussian log-likelihood and their sums."""
