"""The demo newsroom: an invented town, its people and its stories, in our own words.

Not here: anything a real newsroom needs. Nothing imports this package.
"""
