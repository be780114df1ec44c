"""The ways money reaches a newsroom, one folder each."""
