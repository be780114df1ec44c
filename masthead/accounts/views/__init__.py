"""Pages of accounts: the way to the desk's sign-in, readers' sign-in, and the reader's own place."""
