"""How dates are written where Django's own way doesn't read well in a sentence; a package a language."""
