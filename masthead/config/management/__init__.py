"""Commands that join everything: run, prepare, check."""
