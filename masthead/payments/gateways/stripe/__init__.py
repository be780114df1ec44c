"""Stripe: hosted Checkout, subscriptions and webhooks; beside it, in `double`, the test double of its HTTP API."""
