"""The clock: once a second publishes what is due, at once carries out what the press was told, once a day tidies up.

Beside it, in threads, letters are posted, and payments and gifts are looked after.
"""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.core.management import call_command
from django.db import close_old_connections, connection, connections, transaction
from django.utils import timezone
from wagtail.models import DraftStateMixin, Page, Revision

from masthead.config.duties import Duties, Duty
from masthead.lib import statistics
from masthead.mail import actions as mail
from masthead.mail.work import Posters
from masthead.members import duties as members
from masthead.press import work as press
from masthead.press.actions import change_tag
from masthead.press.folder import snapshots
from masthead.press.tags import HOURLY

log = logging.getLogger("masthead.clock")

LOOK = 0.02  # seconds between looks for the press: three system calls each
TICK = 1.0  # seconds between looks for what is due to go live
EXPIRY_TICK = 5.0  # seconds between looks for what has run out; no index helps there, so it is asked less often
HOUR = 3600.0
DAY = 24 * HOUR
PATIENCE = 60.0  # seconds before what failed to publish is tried again, and a lasting error is logged again
KEEP_RUNS = timedelta(days=30)
LAST_LETTER = 5.0  # seconds to finish a letter under way when the clock stops; one that isn't is in doubt


class Clock:
    """A loop over three duties, none of which can stop the others."""

    def __init__(self) -> None:
        self.stop = threading.Event()
        self._next_tick = self._next_expiry = 0.0
        self._next_tidying = time.monotonic() + 60.0
        self._next_hour = time.monotonic() + 30.0
        self._failed: dict[object, float] = {}  # until when to be patient with what

    def run(self) -> None:
        """Go round until stopped by SIGTERM."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.stop.set())
        # In threads of their own: a mail server that doesn't answer holds up nothing else.
        posters = Posters()
        posters.start()
        others = Duties(
            [
                Duty("payments and gifts", 1.0, members.every_second),
                Duty("refunds and deferrals", 60.0, members.every_minute),
                Duty("memberships that run out", HOUR, members.every_hour),
            ]
        )
        others.start()
        while not self.stop.is_set():
            worked = self._safely("the press", press_once)
            now = time.monotonic()
            if now >= self._next_tick:
                self._next_tick = now + TICK
                close_old_connections()
                self._safely("publishing what is due", self.publish_due)
            if now >= self._next_expiry:
                self._next_expiry = now + EXPIRY_TICK
                self._safely("withdrawing what has run out", self.withdraw_expired)
            if now >= self._next_hour:
                self._next_hour = now + HOUR
                self._safely("what an hour makes old", strike)
            if now >= self._next_tidying:
                self._next_tidying = now + DAY
                self._safely("the daily tidying", tidy)
            if not worked:
                self.stop.wait(LOOK)
        others.stop.set()
        posters.finish(LAST_LETTER)
        others.finish(LAST_LETTER)
        connections.close_all()

    def _safely(self, duty: str, work: Callable[[], bool]) -> bool:
        """Do a duty. An error is logged, once a minute while it lasts, and never ends the clock."""
        try:
            worked = work()
        except Exception:
            if self._failed.get(duty, 0.0) <= time.monotonic():
                log.exception("%s failed; trying again every second", duty)
                self._failed[duty] = time.monotonic() + PATIENCE
            connections.close_all()
            self.stop.wait(TICK)
            return False
        if self._failed.pop(duty, None):
            log.warning("%s works again", duty)
        return worked

    def publish_due(self) -> bool:
        """Publish what its editor scheduled for a time that has come, each in a transaction of its own."""
        due = Revision.objects.filter(approved_go_live_at__lt=timezone.now()).order_by("approved_go_live_at")
        done = [self._do_one(revision, _publish) for revision in due]
        return any(done)

    def withdraw_expired(self) -> bool:
        """Withdraw what its editor gave an end, each in a transaction of its own."""
        now = timezone.now()
        due = [
            item
            for model in _models_with_drafts()
            for item in model.objects.filter(live=True, expire_at__lt=now).order_by("expire_at")
        ]
        done = [self._do_one(item, _withdraw) for item in due]
        return any(done)

    def _do_one(self, item: object, work: Callable[[Any], object]) -> bool:
        if self._failed.get(item, 0.0) > time.monotonic():
            return False
        try:
            with transaction.atomic():
                work(item)
        except Exception:
            log.exception("%r was due and failed; next try in %g s", item, PATIENCE)
            self._failed[item] = time.monotonic() + PATIENCE
            return False
        self._failed.pop(item, None)
        log.info("did what was due: %s", item)
        return True


def _models_with_drafts() -> list[type[DraftStateMixin]]:
    others = [m for m in apps.get_models() if issubclass(m, DraftStateMixin) and not issubclass(m, Page)]
    return [Page, *others]


def _publish(revision: Revision) -> None:
    revision.publish(log_action="wagtail.publish.scheduled")


def _withdraw(item: DraftStateMixin) -> None:
    # A story's own class knows how to tell the press.
    specific = item.specific if isinstance(item, Page) else item
    specific.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")


def press_once() -> bool:
    """One round of the press: open orders, then stale pages that are wanted. True if there was anything to do."""
    return bool(press.work_once())


def strike() -> bool:
    """Tell the press that an hour has gone by: stories leave the news sitemap without anybody changing them."""
    change_tag(HOURLY, "an hour has gone by", hard=False)
    return True


def tidy() -> bool:
    """Throw away what has served its time: the press's log, words of old letters, sessions, and results of tasks."""
    from masthead.press.models import Order, Run

    before = timezone.now() - KEEP_RUNS
    Run.objects.filter(at__lt=before).delete()
    Order.objects.filter(done_at__lt=timezone.now() - timedelta(days=1)).delete()
    snapshots().sweep()
    press.forget_stamps()
    mail.forget_old()
    statistics.learn(connection)
    call_command("clearsessions", verbosity=0)
    call_command("prune_db_task_results", "--queue-name=*", "--min-age-days=7", verbosity=0)
    return True


def run() -> None:
    """The child's whole life."""
    Clock().run()
