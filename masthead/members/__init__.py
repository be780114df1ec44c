"""Members: who supports the newsroom, with what, and what it opens to them.

Tiers and their prices, memberships and one-time contributions, gifts and their redemption, comps. Access is never a
stored status: it is an `AccessGrant` for a period that someone paid for, gave or was given, and that nobody revoked.
Not here: money itself (`payments`), the reader's address and sign-in (`accounts`).
"""
