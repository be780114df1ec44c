"""The news feed: briefs, newest first, each with a page of its own.

Not here: stories with a section and a body of blocks (articles), or where the feed's column stands (templates).
"""
