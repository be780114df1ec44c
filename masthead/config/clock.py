"""The clock: once a second publishes what is due, at once carries out what the press was told, once a day tidies up.

Beside it, in threads, letters are posted, and payments and gifts are looked after.
"""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any

from django.apps import apps
from django.core.management import call_command
from django.db import close_old_connections, connection, connections, transaction
from django.utils import timezone
from wagtail.models import DraftStateMixin, Page, Revision

from masthead.articles.actions import open_story
from masthead.articles.models import Article
from masthead.config.duties import Duties, Duty
from masthead.lib import statistics
from masthead.mail import actions as mail
from masthead.mail.work import Posters
from masthead.members import duties as members
from masthead.press import work as press
from masthead.press.actions import change_tag
from masthead.press.folder import snapshots, stamps
from masthead.press.tags import HOURLY

log = logging.getLogger("masthead.clock")

LOOK = 0.02  # seconds between looks for the press: three system calls each
TICK = 1.0  # seconds between looks for what is due to go live
EXPIRY_TICK = 5.0  # seconds between looks for what has run out
# Seconds until every page is gone through again, should one have got an end behind the press's back.
EXPIRY_TRUST = 60.0
EXPIRY_MOST = 200  # withdrawn at one look
SLICE = 0.01  # seconds of tidying between two looks for the press
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
        self._expiry = Expiry()
        self._tidying: Iterator[None] | None = None
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
                Duty("the books", DAY, members.every_day, due=time.monotonic() + HOUR),
            ]
        )
        others.start()
        while not self.stop.is_set():
            if not self.go_round():
                self.stop.wait(LOOK)
        others.stop.set()
        posters.finish(LAST_LETTER)
        others.finish(LAST_LETTER)
        connections.close_all()

    def go_round(self) -> bool:
        """Do what is waiting, a little of each; True if the press had something to do."""
        worked = self._safely("the press", press_once)
        now = time.monotonic()
        if now >= self._next_tick:
            self._next_tick = now + TICK
            close_old_connections()
            self._safely("publishing what is due", self.publish_due)
            self._safely("opening what members have read first", self.open_due)
        if now >= self._next_expiry:
            self._next_expiry = now + EXPIRY_TICK
            self._safely("withdrawing what has run out", self.withdraw_expired)
        if now >= self._next_hour:
            self._next_hour = now + HOUR
            self._safely("what an hour makes old", strike)
        if now >= self._next_tidying:
            self._next_tidying = now + DAY
            self._tidying = tidying()
        if self._tidying:
            self._safely("the daily tidying", self._tidy_a_little)
        return worked

    def _tidy_a_little(self) -> bool:
        """Go on with the daily tidying for a moment: who publishes meanwhile must not wait for it."""
        tidying, self._tidying = self._tidying or iter(()), None  # one that fails is over until the next day
        end = time.monotonic() + SLICE
        for _ in tidying:
            if time.monotonic() >= end:
                self._tidying = tidying
                break
        return True

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

    def open_due(self) -> bool:
        """Open to everybody what members have read first, each in a transaction of its own."""
        done = [self._do_one(story, open_story) for story in Article.objects.opening()]
        return any(done)

    def withdraw_expired(self) -> bool:
        """Withdraw what its editor gave an end, each in a transaction of its own."""
        due = self._expiry.due()
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


class Expiry:
    """What has run out. No index helps to find it among all pages, so the next end of all is remembered.

    It is looked for again once a tag has changed: a published page gets its end by being published, which tells the
    press. A page that got one in another way is found a minute later.
    """

    def __init__(self) -> None:
        self._seen = -1
        self._next: datetime | None = None
        self._trusted_until = 0.0

    def due(self) -> list[DraftStateMixin]:
        """What has run out by now, the oldest first."""
        now = timezone.now()
        if self._is_known() and (self._next is None or now <= self._next):
            return []
        # Before the pages are gone through: what changes meanwhile is looked for again.
        self._seen, self._trusted_until = stamps().version, time.monotonic() + EXPIRY_TRUST
        ends = [
            (end, model, pk)
            for model in _models_with_drafts()
            for pk, end in model.objects.filter(live=True, expire_at__isnull=False)
            .order_by("expire_at")
            .values_list("pk", "expire_at")[:EXPIRY_MOST]
        ]
        self._next = min((end for end, *_ in ends), default=None)
        return [
            item
            for end, model, pk in sorted(ends, key=itemgetter(0))
            if end < now
            for item in model.objects.filter(pk=pk)
        ]

    def _is_known(self) -> bool:
        stamps().refresh()
        return self._seen == stamps().version and time.monotonic() < self._trusted_until


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


def tidying() -> Iterator[None]:
    """Throw away what has served its time: log, files, letters' words, sessions, results of tasks."""
    from masthead.press.models import Order, Run

    before = timezone.now() - KEEP_RUNS
    Run.objects.filter(at__lt=before).delete()
    yield
    Order.objects.filter(done_at__lt=timezone.now() - timedelta(days=1)).delete()
    yield
    for _ in snapshots().sweeping():
        yield
    press.forget_stamps()
    yield
    mail.forget_old()
    yield
    statistics.learn(connection)
    yield
    call_command("clearsessions", verbosity=0)
    yield
    call_command("prune_db_task_results", "--queue-name=*", "--min-age-days=7", verbosity=0)


def run() -> None:
    """The child's whole life."""
    Clock().run()
