"""Small nouns that know nothing of news: HTML that is safe, words counted, bytes squeezed, times said.

No models, no settings of a newsroom, no imports from any other package of the house.
"""
