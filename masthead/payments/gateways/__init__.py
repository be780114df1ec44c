"""Gateways: the ways money comes in, behind the same small interface (`base.Gateway`), each in a folder of its own.

Only this package knows a provider's words. It brings back what the provider says *now* as a `Picture`; what that means
for our rows is decided in `payments.actions`.
"""
