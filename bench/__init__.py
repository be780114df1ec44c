"""Measures: one script a promise. Each prints a table, runs its peer beside it, and is told nothing about the result."""
