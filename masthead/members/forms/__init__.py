"""Forms of support: what readers choose, who they are, whom they give to. Errors are sentences a reader can act on."""
