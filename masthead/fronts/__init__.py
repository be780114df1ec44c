"""Fronts: what stands where on the home page, lists of every kind, search, and what machines read.

Not here: the stories themselves (articles), or how a page becomes a file (press).
"""
