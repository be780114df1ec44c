"""Who signs in: staff of the newsroom, with roles and a second factor; later, readers.

Not here: what a person may read or has paid (members), or who wrote a story (articles' Person).
"""
