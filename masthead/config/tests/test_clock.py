"""The clock: what is due goes live and what has run out goes away; one failure stops neither the rest nor the clock."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from wagtail.models import Page

from masthead.config.clock import Clock

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
