"""Stories: their words, who made them, where they stand, and what became of them after publication.

Not here: which story leads the front (fronts), the short items of the news feed (live), or what readers pay (members).
"""
