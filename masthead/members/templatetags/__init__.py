"""Template tags of members and money."""
