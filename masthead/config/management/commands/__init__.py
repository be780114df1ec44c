"""One file a subcommand of `masthead`; each parses words and calls what does the work."""
