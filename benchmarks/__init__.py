"""Measurements: each prints a ratio to a baseline taken in the same run."""
