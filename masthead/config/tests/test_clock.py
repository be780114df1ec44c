"""The clock: what is due goes live and what has run out goes away; one failure stops neither the rest nor the clock."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from wagtail.models import Page

from masthead.config.clock import EXPIRY_TRUST, SLICE, Clock
from masthead.press import orders
from masthead.press.folder import snapshots, stamps
from masthead.press.hand import hand, nudge
from masthead.press.models import Order
from masthead.press.snapshots import Snapshots

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock() -> Clock:
    made = Clock()
    made.stop.set()  # waits end at once
    return made


def page(slug: str, **fields: Any) -> Page:
    """A page under the root, not live."""
    root = Page.objects.get(depth=1)
    return root.add_child(instance=Page(title=slug, slug=slug, live=False, **fields))


def schedule(item: Page, minutes: int) -> None:
    """Set a page to go live so many minutes from now, as the desk does."""
    item.go_live_at = timezone.now() + timedelta(minutes=1)
    item.save_revision().publish()
    revision = item.get_latest_revision()
    revision.approved_go_live_at = timezone.now() + timedelta(minutes=minutes)
    revision.content["go_live_at"] = revision.approved_go_live_at.isoformat()
    revision.save()


def test_what_is_due_goes_live_and_what_is_not_waits(clock: Clock) -> None:
    due, later = page("due"), page("later")
    schedule(due, -1)
    schedule(later, 5)
    assert clock.publish_due()
    due.refresh_from_db()
    later.refresh_from_db()
    assert (due.live, later.live) == (True, False)
    assert not clock.publish_due()


def test_what_has_run_out_goes_away(clock: Clock) -> None:
    item = page("ended")
    item.save_revision().publish()
    Page.objects.filter(pk=item.pk).update(expire_at=timezone.now() - timedelta(minutes=1))
    assert clock.withdraw_expired()
    item.refresh_from_db()
    assert (item.live, item.expired) == (False, True)


def test_all_pages_are_gone_through_again_only_when_something_was_published(
    clock: Clock, django_assert_num_queries: Any, settings: Any, tmp_path: Path
) -> None:
    settings.PRESS_ROOT = tmp_path / "snapshots"
    soon, later = page("soon"), page("later")
    for item, minutes in ((soon, 10), (later, 20)):
        item.save_revision().publish()
        Page.objects.filter(pk=item.pk).update(expire_at=timezone.now() + timedelta(minutes=minutes))
    assert not clock.withdraw_expired()
    with django_assert_num_queries(0):
        assert not clock.withdraw_expired()
    earlier = page("earlier")
    earlier.save_revision().publish()
    Page.objects.filter(pk=earlier.pk).update(expire_at=timezone.now() - timedelta(minutes=1))
    stamps().bump(["stories"], hard=True)  # as publishing does
    assert clock.withdraw_expired()
    assert not clock.withdraw_expired()
    with django_assert_num_queries(0):
        assert not clock.withdraw_expired()


def test_an_end_that_comes_is_noticed_though_nothing_was_published(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = page("ended")
    item.save_revision().publish()
    Page.objects.filter(pk=item.pk).update(expire_at=timezone.now() + timedelta(minutes=10))
    assert not clock.withdraw_expired()
    later = timezone.now() + timedelta(minutes=11)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert clock.withdraw_expired()
    item.refresh_from_db()
    assert not item.live


def test_an_end_nobody_told_of_is_noticed_after_a_minute(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    item = page("ended")
    item.save_revision().publish()
    assert not clock.withdraw_expired()
    Page.objects.filter(pk=item.pk).update(expire_at=timezone.now() - timedelta(minutes=1))
    assert not clock.withdraw_expired()
    real = time.monotonic
    monkeypatch.setattr(time, "monotonic", lambda: real() + EXPIRY_TRUST)
    assert clock.withdraw_expired()


def test_what_fails_to_be_withdrawn_is_tried_again(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    from masthead.config import clock as module

    item = page("ended")
    item.save_revision().publish()
    Page.objects.filter(pk=item.pk).update(expire_at=timezone.now() - timedelta(minutes=1))

    def broken(item: Any) -> None:
        raise RuntimeError("no")

    with monkeypatch.context() as patch:
        patch.setattr(module, "_withdraw", broken)
        assert not clock.withdraw_expired()
    clock._failed.clear()  # its patience is over
    assert clock.withdraw_expired()


def test_orders_are_carried_out_during_the_daily_sweep(
    clock: Clock, monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path
) -> None:
    """A hundred thousand generations take seconds; a story published meanwhile must not wait for them."""
    from masthead.config import clock as module

    settings.PRESS_ROOT = tmp_path / "snapshots"
    old = [snapshots().store / f"{number:02x}" / f"1-{number:02x}" for number in range(40)]
    for folder in old:
        folder.mkdir(parents=True)
        os.utime(folder, (1, 1))
    real = Snapshots._is_linked

    def slow(self: Snapshots, folder: Path) -> bool:
        time.sleep(SLICE / 2)
        return real(self, folder)

    monkeypatch.setattr(Snapshots, "_is_linked", slow)
    monkeypatch.setattr(module, "call_command", lambda *_, **__: None)
    clock._next_tick = clock._next_expiry = clock._next_hour = time.monotonic() + 1000
    clock._next_tidying = 0.0
    left: list[int] = []
    for rounds in range(200):
        if rounds == 6:
            orders.release([orders.place(Order.Kind.SOFT, "stories", "published")])
            nudge()
        clock.go_round()
        left.append(sum(folder.exists() for folder in old))
        if "stories" in stamps().soft:
            break
    assert 0 < left[-1] < 40, "the sweep was under way, and is not over"
    assert max(before - after for before, after in pairwise(left)) <= 4, "a little between two looks"
    while clock._tidying:
        clock.go_round()
    hand.let_go()
    assert not any(folder.exists() for folder in old)


def test_a_tidying_that_fails_is_over_until_the_next_day(clock: Clock) -> None:
    def broken() -> Iterator[None]:
        raise OSError("no")
        yield

    clock._tidying = broken()
    assert not clock._safely("the daily tidying", clock._tidy_a_little)
    assert clock._tidying is None


def test_one_that_fails_is_said_and_does_not_hold_up_the_others(
    clock: Clock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from masthead.config import clock as module

    bad, good = page("bad"), page("good")
    schedule(bad, -2)
    schedule(good, -1)
    real = module._publish

    def publish(revision: Any) -> None:
        if revision.object_id == str(bad.pk):
            raise RuntimeError("no")
        real(revision)

    monkeypatch.setattr(module, "_publish", publish)
    with caplog.at_level(logging.ERROR):
        assert clock.publish_due()
        clock.publish_due()
    good.refresh_from_db()
    assert good.live
    assert len([r for r in caplog.records if "was due and failed" in r.message]) == 1  # and patience until the next


def test_a_duty_that_keeps_failing_is_said_once_and_its_return_too(
    clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> bool:
        raise OSError("disk full")

    with caplog.at_level(logging.WARNING):
        assert not clock._safely("the press", broken)
        assert not clock._safely("the press", broken)
        assert clock._safely("the press", lambda: True)
    said = [r.message for r in caplog.records]
    assert said == ["the press failed; trying again every second", "the press works again"]
