"""Readers' pages of support: choose, pay, come back, give, redeem.

The pages with forms are the same for everybody and pressed (`asking` says how they are kept safe without a token);
what is one person's is never kept.
"""
