"""The app of accounts."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "masthead.accounts"
    label = "accounts"
    verbose_name = "Accounts"

    def ready(self) -> None:
        """Keep count of attempts, register what is personal, remember where a second factor was set up."""
        from allauth.mfa.signals import authenticator_added

        from masthead.accounts import own_part
        from masthead.accounts.counters import keep_the_doors
        from masthead.accounts.second_factor import remember_set_up

        keep_the_doors()
        own_part.register()
        authenticator_added.connect(remember_set_up, dispatch_uid="second factor set up here")
