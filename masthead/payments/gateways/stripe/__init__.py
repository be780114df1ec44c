"""Stripe: hosted Checkout only, so that no card number ever touches the site."""
