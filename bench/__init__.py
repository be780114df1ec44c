"""Measures: one script a promise. Each prints a table, runs its peer beside it, is told nothing about the result."""
