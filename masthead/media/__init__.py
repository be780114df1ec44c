"""Pictures and files: what is uploaded, with the words that must go with it, and its renditions.

Not here: where a picture stands in a story (articles), or audio made from text (narration).
"""
