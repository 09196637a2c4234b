"""The bench: measures the product against its targets, as ratios taken within one run."""
