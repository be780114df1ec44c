"""Where everything is joined: settings from the environment, URLs, the server's entry and the `masthead` command.

The only package that may import all others. It holds no content and no rules of the newsroom.
"""
