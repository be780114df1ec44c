"""The press: renders public URLs once, keeps them as files with their tags, and serves them like files.

It knows no content. It is told two things, "this URL is new" and "this tag changed", and finds out by itself
which files that touches. Not here: what a page says, which tags it carries (the apps above declare those).

- `snapshots`  the folder on disk: generations, the one atomic rename, tag stamps
- `render`     a URL rendered by Django as an anonymous reader sees it
- `actions`    press a URL, change a tag, withdraw a URL; orders that survive a crash
- `serve`      the RSGI side: pressed bytes from memory, validated by one system call a request
"""
