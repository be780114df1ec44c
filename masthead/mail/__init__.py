"""Letters to single people (codes, receipts, gifts, confirmations): written down first, then posted, each once.

Not here: who gets a letter and what it says (the apps above; `templates/email`), newsletters to many.
"""
