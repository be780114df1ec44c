"""The read-only JSON API: what is published, nothing else.

- `v1`     the addresses of version 1
- `nouns`  what its answers are made of
- `http`   errors as problem details, ETag, CORS
"""
