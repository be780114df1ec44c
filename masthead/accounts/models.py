"""Account, the custom user from the first migration on: known by its mail address, never by a user name.

And FormerAddress, and Counter, which keeps count of attempts.
"""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class AccountManager(BaseUserManager["Account"]):
    """Makes accounts by mail address."""

    use_in_migrations = True

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> Account:
        """Create an account; without a password it can only sign in by other means. Raises ValueError on no address."""
        if not email:
            raise ValueError("An account needs a mail address.")
        account = self.model(email=self.normalize_email(email).lower(), **fields)
        account.set_password(password)
        account.save(using=self._db)
        return account

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> Account:
        """Create an account that may do everything."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> Account:
        """Find an account by address, whatever its capitals."""
        return self.get(email__iexact=username)


class Account(AbstractUser):  # type: ignore[django-manager-missing]
    """A person who signs in. Staff have `is_staff` and belong to the groups Reporters, Editors or Publishers."""

    username = None  # type: ignore[assignment]
    email = models.EmailField(_("mail address"), unique=True, max_length=254)
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[AccountManager] = AccountManager()  # type: ignore[assignment]

    class Meta(AbstractUser.Meta):
        verbose_name = _("account")  # type: ignore[assignment]
        verbose_name_plural = _("accounts")  # type: ignore[assignment]
        constraints = [
            models.UniqueConstraint(Lower("email"), name="account_email_unique_whatever_its_capitals"),
        ]

    def __str__(self) -> str:
        return self.get_full_name() or self.email

    @property
    def is_reader(self) -> bool:
        """Whether this is nobody of the staff."""
        return not (self.is_staff or self.is_superuser)

    def become_nobody(self) -> None:
        """Lose everything that tells who this was, and every way to sign in. The row stays for what points to it."""
        self.email = f"erased-{self.uuid}@erased.invalid"
        self.first_name = self.last_name = ""
        self.is_active = False
        self.last_login = None
        self.set_unusable_password()
        self.save()


class FormerAddress(models.Model):
    """An address an account had: letters that went there are still its owner's, to be exported and erased."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="former_addresses")
    address = models.EmailField(_("mail address"), max_length=254)
    until = models.DateTimeField(_("until"), auto_now_add=True)

    class Meta:
        verbose_name = _("former address")
        verbose_name_plural = _("former addresses")

    def __str__(self) -> str:
        return self.address


class Counter(models.Model):
    """How often something was tried: a row of the cache "counters", whose columns are Django's."""

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("counter")
        verbose_name_plural = _("counters")

    def __str__(self) -> str:
        return self.cache_key
