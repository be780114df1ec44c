"""The machine's clock is set back: what changes after that is newer all the same."""

from __future__ import annotations

import errno
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from masthead.press import actions, orders, work
from masthead.press.folder import snapshots, stamps
from masthead.press.fragments import shared
from masthead.press.models import Order
from masthead.press.pressing import press_page
from masthead.press.render import request_for
from masthead.press.stamps import Stamps
from masthead.press.tests import site
from masthead.press.tests.test_pressing import shown

pytestmark = pytest.mark.django_db
HOUR_NS = 3600 * 1_000_000_000


@pytest.fixture
def set_back(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Sets the clock back by an hour."""
    real = time.time_ns
    return lambda: monkeypatch.setattr(time, "time_ns", lambda: real() - HOUR_NS)


def is_stale() -> bool:
    meta = snapshots().meta("/story/")
    assert meta
    return stamps().stale_since(meta.tags, meta.pressed_ns)


def test_a_soft_change_reaches_pages_that_were_pressed_before_it(told: Any, set_back: Any) -> None:
    press_page("/story/", "first")
    set_back()
    site.WORDS["column"] = "another column"
    with told():
        actions.change_tag("column", "picks changed", hard=False)
    assert is_stale()
    while work.work_once():
        pass
    assert "another column" in shown("/story/")
    assert not is_stale(), "and what was pressed after it is fresh"
    assert len(site.RENDERED) == 2


def test_a_hard_change_stops_a_render_that_began_before_it(set_back: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def column(*_: Any) -> str:
        if site.WORDS.pop("interfere", False):
            set_back()
            site.WORDS["story"] = "newer words"
            stamps().bump(["story:1"], hard=True)
        return "a column"

    site.WORDS["interfere"] = True
    monkeypatch.setattr(site, "shared", lambda request, name, tags, build: column())
    press_page("/story/", "slow")
    assert "newer words" in shown("/story/")


def test_a_part_many_pages_share_is_built_anew_once(set_back: Any) -> None:
    built: list[int] = []

    def ask() -> int:
        return shared(request_for("/story/"), "number", ["number"], lambda: built.append(1) or len(built))

    assert (ask(), ask()) == (1, 1)
    set_back()
    stamps().bump(["number"], hard=True)
    assert (ask(), ask()) == (2, 2)


def test_no_two_processes_are_given_the_same_moment(tmp_path: Path, set_back: Any) -> None:
    own = [Stamps(tmp_path) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        given = [moment for moments in pool.map(lambda s: [s.tick() for _ in range(50)], own) for moment in moments]
    assert len(set(given)) == len(given)
    set_back()
    assert Stamps(tmp_path).bump(["a"], hard=False) > max(given)


def test_without_a_disk_time_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, set_back: Any) -> None:
    mine = Stamps(tmp_path)
    before = mine.tick()
    set_back()

    def full(*_: Any, **__: Any) -> Any:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "open", full)
    assert before < mine.tick() < mine.tick()


def test_a_torn_clock_begins_again(tmp_path: Path) -> None:
    before = Stamps(tmp_path).tick()
    (tmp_path / "stamps" / "clock").write_text("17\0\0\0")
    assert Stamps(tmp_path).tick() > before


def test_what_was_put_off_does_not_wait_until_the_clock_catches_up() -> None:
    later = timezone.now() + timedelta(hours=1)
    order = Order.objects.create(kind="press", target="/story/", reason="left", not_before=later)
    held = Order.objects.create(kind="press", target="/list/", reason="left", claimed_by=1, claimed_at=later)
    assert {each.pk for each in orders.claim()} == {order.pk, held.pk}
