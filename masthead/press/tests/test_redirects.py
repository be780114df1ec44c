"""A pressed redirect leads where its target is now, however often that moves."""

from __future__ import annotations

from typing import Any

import pytest

from masthead.press import actions
from masthead.press.folder import snapshots
from masthead.press.models import Snapshot
from masthead.press.pressing import press_cold, press_page
from masthead.press.render import target_of
from masthead.press.tests import site

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def moved() -> None:
    site.WORDS["story"] = "moved"


def leads_to() -> str:
    meta = snapshots().meta("/story/")
    return dict(meta.headers)["location"] if meta else ""


@pytest.mark.parametrize("first", ["/elsewhere/", "/%D1%96%D0%BD%D0%B4%D0%B5/", "http://localhost:8000/elsewhere/?a=1"])
def test_a_target_that_moves_once_more_takes_its_redirects_with_it(told: Any, first: str, settings: Any) -> None:
    settings.BASE_URL = "http://localhost:8000"
    settings.ALLOWED_HOSTS = ["localhost"]
    site.WORDS["elsewhere"] = first
    press_page("/story/", "first")
    assert leads_to() == first
    site.WORDS["elsewhere"] = "/farther/"
    with told():
        actions.withdraw(target_of(first) or "", "moved")
    assert leads_to() == "/farther/"


def test_so_does_a_whole_tree(told: Any) -> None:
    site.WORDS["elsewhere"] = "/section/story/"
    press_page("/story/", "first")
    site.WORDS["elsewhere"] = "/other-section/story/"
    with told():
        actions.withdraw_below("/section/", "moved with its parent")
    assert leads_to() == "", "the next reader presses it"
    press_cold("/story/")
    assert leads_to() == "/other-section/story/"
    with told():
        actions.withdraw_below("/section/", "again")
    assert leads_to() == "/other-section/story/", "it doesn't lead there any more"


def test_what_leads_elsewhere_is_left_alone(told: Any) -> None:
    site.WORDS["elsewhere"] = "https://elsewhere.example/"
    press_page("/story/", "first")
    assert set(Snapshot.objects.get().tags.values_list("tag", flat=True)) == {"story:1"}
