"""Where Wagtail tells us that something of its own changed which readers see: redirects, sites, languages."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_delete, post_save
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Locale, Site

from masthead.fronts.addresses import redirect_tag
from masthead.press import actions as press


def connect() -> None:
    """Listen to rows that are Wagtail's own; called once when the app is ready."""
    for signal in (post_save, post_delete):
        signal.connect(_redirect_changed, sender=Redirect, dispatch_uid=f"fronts redirect {id(signal)}")
        for model in (Site, Locale):
            signal.connect(_site_changed, sender=model, dispatch_uid=f"fronts {model.__name__} {id(signal)}")


def _redirect_changed(instance: Redirect, raw: bool = False, **_: Any) -> None:
    if not raw:
        press.change_tag(redirect_tag(instance.old_path), "redirect changed", hard=True)


def _site_changed(raw: bool = False, **_: Any) -> None:
    if not raw:
        press.change_tag("newsroom", "site changed", hard=False)
        press.change_tag("menu", "site changed", hard=False)
