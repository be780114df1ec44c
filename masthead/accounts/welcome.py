"""The first run: one link, printed in the terminal, founds the newsroom. It is dead once a publisher exists."""

from __future__ import annotations

from django.conf import settings
from django.core.signing import Signer
from django.db.models import Q
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from masthead.accounts.actions import PUBLISHERS
from masthead.accounts.models import Account


def has_publisher() -> bool:
    """Whether anybody can run this newsroom already."""
    return Account.objects.filter(Q(is_superuser=True) | Q(groups__name=PUBLISHERS), is_active=True).exists()


def token() -> str:
    """The link's secret: it follows from the newsroom's own key, so every process prints the same."""
    return Signer(salt="masthead.welcome").signature("the first publisher")


def is_good(given: str) -> bool:
    """Whether this is the secret and the newsroom still waits for its first publisher."""
    return constant_time_compare(given, token()) and not has_publisher()


def link() -> str | None:
    """The address to open in a browser, None once there is a publisher."""
    return None if has_publisher() else settings.BASE_URL + reverse("welcome", args=(token(),))
