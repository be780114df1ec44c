"""Pages on which members manage what is theirs, below /account/membership/; and the way out that needs no sign-in."""
