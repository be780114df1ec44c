"""What the hand does, one thing at a time: orders, pages readers found stale, stale pages nobody asked for yet."""

from __future__ import annotations

import logging
from functools import reduce
from operator import itemgetter, or_
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError
from django.db.models import Q

from masthead.press import orders, wanted
from masthead.press.actions import carry_out
from masthead.press.folder import snapshots, stamps
from masthead.press.hand import hand
from masthead.press.models import Order, Snapshot, SnapshotTag
from masthead.press.pressing import press_page
from masthead.press.stamps import EVERYTHING, HARD_LASTS_NS, moment

log = logging.getLogger(__name__)

# A soft stamp may be forgotten after this long, should no page need it any more.
STAMPS_KEPT_NS = 3600 * 1_000_000_000


def work_once() -> bool:
    """Do what is waiting: orders, then pages readers found stale, then one stale page nobody asked for yet.

    Call it again at once while it returns True. Returns False at once if another process is the hand.
    """
    if not hand.become():
        return False
    did = False
    if hand.is_nudged():
        claimed = orders.claim()
        if claimed:
            _carry_out(claimed)
            did = True
    for path in wanted.take(Path(settings.PRESS_ROOT)):
        press_page(path, "stale")
        did = True
    return did or _press_one_stale()


def _carry_out(claimed: list[Order]) -> None:
    """All together; if that fails, each by itself, so that one bad order never holds up the others."""
    newest = max(order.pk for order in claimed)

    def newer_ones() -> None:
        came = orders.claim(after=newest)
        if came:
            carry_out(came)

    try:
        carry_out(claimed, meanwhile=newer_ones)
    except DatabaseError:
        raise
    except Exception:
        log.exception("Carrying out %d orders failed; each is tried by itself.", len(claimed))
        for order in claimed:
            try:
                carry_out([order])
            except DatabaseError:
                raise
            except Exception:
                log.exception("Carrying out %s failed; it is tried again.", order)
                orders.put_off(order)


def forget_stamps(now_ns: int | None = None) -> None:
    """Forget soft stamps that no pressed page is older than: every process reads them all at every change."""
    stamps().refresh()
    old = (now_ns or stamps().now()) - STAMPS_KEPT_NS
    served = [
        tag
        for tag, at in list(stamps().soft.items())
        if tag != EVERYTHING
        and at < old
        # A page is indexed after its render began, and that moment is what counts.
        and not SnapshotTag.objects.filter(tag=tag, snapshot__pressed_at__lt=moment(at + HARD_LASTS_NS)).exists()
    ]
    if served:
        stamps().forget(served, before_ns=old)


def _press_one_stale() -> bool:
    path = _stale.next()
    if path is None:
        return False
    press_page(path, "swept")
    return True


class _Stale:
    """Pages a soft change overtook, newest first, so that a web server beside us gets them without being asked."""

    def __init__(self) -> None:
        self._queue: list[str] = []
        self._seen: tuple[str, int] | None = None

    def next(self) -> str | None:
        stamps().refresh()
        seen = (str(settings.PRESS_ROOT), stamps().version)
        if self._seen != seen:
            self._seen = seen
            self._queue = self._find()
        while self._queue:
            path = self._queue.pop()
            meta = snapshots().meta(path)
            if meta is not None and stamps().stale_since(meta.tags, meta.pressed_ns):
                return path
        return None

    def _find(self) -> list[str]:
        newest = Snapshot.objects.order_by("-pressed_at")
        everything = stamps().soft.get(EVERYTHING)
        wheres = [Q(tags__tag=tag, pressed_at__lt=moment(at)) for tag, at in _latest(stamps().soft)]
        if everything:
            wheres.append(Q(pressed_at__lt=moment(everything)))
        if not wheres or not settings.PRESS_SWEEP:
            return []
        found = newest.filter(reduce(or_, wheres)).values_list("path", flat=True)
        return list(dict.fromkeys(found[: settings.PRESS_SWEEP]))[::-1]


def _latest(soft: dict[str, int], most: int = 50) -> list[tuple[str, int]]:
    return sorted(((tag, at) for tag, at in soft.items() if tag != EVERYTHING), key=itemgetter(1))[-most:]


_stale = _Stale()
