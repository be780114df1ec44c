"""The app of accounts."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "masthead.accounts"
    label = "accounts"
    verbose_name = "Accounts"

    def ready(self) -> None:
        """Have a session remember that the second factor was set up within it."""
        from allauth.mfa.signals import authenticator_added

        from masthead.accounts.second_factor import remember_set_up

        authenticator_added.connect(remember_set_up, dispatch_uid="second factor set up here")
