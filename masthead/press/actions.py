"""What the press is told, and how it carries that out.

The first functions are what the apps above call, inside the transaction of the change itself.
"""

from __future__ import annotations

import contextlib
import logging
import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial

from django.db import transaction

from masthead.press import orders
from masthead.press.folder import snapshots, stamps
from masthead.press.going import NOTHING, PATIENCE, PATIENCE_WITH_LISTS, Going
from masthead.press.hand import hand_is_alive, nudge
from masthead.press.models import Order, Run, Snapshot, SnapshotTag
from masthead.press.pressing import press_page
from masthead.press.render import target_of
from masthead.press.snapshots import NotAPathError
from masthead.press.tags import LEADS_TO, leads_to

log = logging.getLogger(__name__)

# After so many pages of a tag the hand looks for newer orders.
PAGES_AT_A_TIME = 10
# Orders that take away or mark, and the press of a changed page itself, don't wait for another process.
AT_ONCE = frozenset({Order.Kind.WITHDRAW, Order.Kind.SOFT, Order.Kind.PRESS})


def order_press(path: str, reason: str) -> None:
    """This URL is new or changed: its file is made as soon as the transaction commits."""
    _order(Order.Kind.PRESS, path, reason)


def withdraw(path: str, reason: str) -> None:
    """This URL must not be served any more: what it answers now takes the file's place; it goes alone if that lasts."""
    _order(Order.Kind.WITHDRAW, path, reason)
    # What leads here may lead elsewhere now.
    _order(Order.Kind.HARD, leads_to(path), reason)


def withdraw_below(prefix: str, reason: str) -> None:
    """Every URL below this one has moved or gone."""
    _order(Order.Kind.TREE, prefix, reason)


def change_tag(tag: str, reason: str, *, hard: bool, drop: bool = False) -> None:
    """What is known by this tag changed.

    Soft: pages that carry it are served once more while they are pressed anew. Hard: they are pressed anew
    right after the commit. Drop: they are taken away first, because they show what nobody may see any more.
    """
    kind = Order.Kind.DROP if drop else Order.Kind.HARD if hard else Order.Kind.SOFT
    _order(kind, tag, reason)


def _order(kind: Order.Kind, target: str, reason: str) -> None:
    order = orders.place(kind, target, reason)
    transaction.on_commit(partial(_carry_out_mine, order), robust=True)


class _InHand:
    """Orders some thread of this process is carrying out or has just carried out."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._keys: OrderedDict[tuple[int, datetime], None] = OrderedDict()

    def take(self, keys: Iterable[tuple[int, datetime]]) -> set[tuple[int, datetime]]:
        """Those of the keys that nobody here has taken yet; they are taken now."""
        with self._lock:
            fresh = {key for key in keys if key not in self._keys}
            self._keys.update(dict.fromkeys(fresh))
            while len(self._keys) > 10_000:
                self._keys.popitem(last=False)
            return fresh

    def __contains__(self, key: tuple[int, datetime]) -> bool:
        with self._lock:
            return key in self._keys


_in_hand = _InHand()


def _carry_out_mine(ordered: Order) -> None:
    """After a commit: the first order's callback carries out all that the transaction left; the others find nothing."""
    if _key(ordered) in _in_hand:
        return
    mine = list(Order.objects.filter(done_at__isnull=True, claimed_by=os.getpid()).order_by("id"))
    fresh = _in_hand.take(map(_key, mine))
    carry_out([order for order in mine if _key(order) in fresh], leave_rest=hand_is_alive())


def _key(order: Order) -> tuple[int, datetime]:
    # The time too: a row number may come again after a rollback.
    return order.pk, order.made_at


def carry_out(given: list[Order], *, leave_rest: bool = False, meanwhile: Callable[[], None] = lambda: None) -> None:
    """Carry orders out: first whole trees go, then stamps, then single pages, then pages by tag.

    A page that must go does so in the same step as what its address answers now is shown, or a moment after the
    beginning if that isn't there yet; it is gone when this returns. With `leave_rest`, pages by tag are left to the
    hand (the process that calls `work_once`). `meanwhile` is called between them every few pages: five thousand
    pages of an author must not keep the next story's front waiting.
    """
    given = [order for order in given if order.kind != Order.Kind.TREE or _done([order], _clear)]
    begun_ns = stamps().tick()
    withdrawn = [order.target for order in given if order.kind == Order.Kind.WITHDRAW]
    with Going(withdrawn, begun_ns, PATIENCE) as going, Going(_dropped(given), begun_ns, PATIENCE_WITH_LISTS) as lists:
        # Stamps first: whoever is at one of these pages now will see that he must begin again.
        if not _done(given, _stamp):
            return
        since_ns = _since(given)
        going.begin(since_ns)
        lists.begin(since_ns)
        now = [order for order in given if order.kind in AT_ONCE or order.kind == Order.Kind.TREE]
        _press_orders(now, _paths_named(now), going=going)
        # Lists go after the page itself says what became of it: their readers' cold presses would hold that up.
        rest = [order for order in given if order not in now]
        if not leave_rest:
            _press_orders(rest, _paths_tagged(rest), meanwhile, lists, since_ns)
            return
        _press_fronts(lists, _paths_tagged(rest), since_ns)
    if rest:
        orders.leave(rest)
        nudge()


def _since(given: list[Order]) -> int:
    """What was begun to be rendered later than this, after the stamps, shows what is."""
    by_tag = [order for order in given if order.kind in {Order.Kind.HARD, Order.Kind.DROP}]
    known = [stamps().hard.get(order.target) for order in by_tag if orders.is_stamped(order)]
    left = len(known) == len(given) and None not in known
    return max(filter(None, known)) if left and known else stamps().tick()


def _dropped(given: list[Order]) -> list[str]:
    """Pages that carry a dropped tag."""
    tags = [order.target for order in given if order.kind == Order.Kind.DROP]
    return list(SnapshotTag.objects.filter(tag__in=tags).values_list("snapshot__path", flat=True)) if tags else []


def _press_fronts(lists: Going, paths: dict[str, str], since_ns: int) -> None:
    """Exchange the few pages most readers are at, who had better not press them all at once; the others go at once."""
    left = lists.left()
    for path in left:
        if not _is_front(path):
            _gone(path, lists)
    for path, reason in paths.items():
        if path in left and _is_front(path) and not lists.is_over() and not _is_new(path, since_ns):
            press_page(path, reason)


def _is_front(path: str) -> bool:
    """The front, a section, the archive."""
    return path.endswith("/") and path.count("/") <= 2


def _done(given: list[Order], step: Callable[[list[Order]], None]) -> bool:
    """Do one step for these orders; if the disk refuses, put them off, for as long as it takes."""
    try:
        step(given)
    except OSError:
        log.exception("The snapshot folder refused a change; it is tried again.")
        for order in given:
            orders.put_off(order, for_ever=True)
        return False
    return True


def _clear(given: list[Order]) -> None:
    """Take away every page below an address."""
    for order in given:
        below = Snapshot.objects.filter(path__startswith=order.target)
        _unlink(below.values_list("path", flat=True).iterator())
        below.delete()
        leading = SnapshotTag.objects.filter(tag__startswith=LEADS_TO).values_list("snapshot__path", flat=True)
        _unlink(path for path in leading.distinct().iterator() if _target(path).startswith(order.target))


def _target(path: str) -> str:
    """Where a pressed redirect leads, on this site."""
    meta = snapshots().meta(path)
    return (target_of(dict(meta.headers).get("location", "")) if meta else None) or ""


def _unlink(paths: Iterable[str]) -> None:
    for path in paths:
        # What can't be a file's address never became one.
        with contextlib.suppress(NotAPathError):
            snapshots().unlink(path)


def _stamp(given: list[Order]) -> None:
    unstamped = [order for order in given if not orders.is_stamped(order)]
    hard = {order.target for order in unstamped if order.kind in {Order.Kind.HARD, Order.Kind.DROP}}
    soft = {order.target for order in unstamped if order.kind == Order.Kind.SOFT}
    if hard:
        stamps().bump(hard, hard=True)
    if soft:
        stamps().bump(soft, hard=False)
        nudge()


def _paths_named(given: list[Order]) -> dict[str, str]:
    # What must go comes first.
    kinds = (Order.Kind.WITHDRAW, Order.Kind.PRESS)
    return {order.target: order.reason for kind in kinds for order in given if order.kind == kind}


def _paths_tagged(given: list[Order]) -> dict[str, str]:
    reasons = {order.target: order.reason for order in given}
    tagged = SnapshotTag.objects.filter(tag__in=reasons).values_list("snapshot__path", "tag")
    return {path: reasons[tag] for path, tag in sorted(tagged, key=lambda row: _fronts_first(row[0]))}


def _fronts_first(path: str) -> tuple[bool, int, str]:
    # Pages before feeds and other files, the front before sections, sections before what lies below them.
    return not path.endswith("/"), path.count("/"), path


def _press_orders(
    given: list[Order],
    paths: dict[str, str],
    meanwhile: Callable[[], None] = lambda: None,
    going: Going = NOTHING,
    since_ns: int | None = None,
) -> None:
    """Press pages and close their orders; with `since_ns`, leave pages that somebody has pressed since then."""
    if not given:
        return
    failed, stayed = set(), set()
    for number, (path, reason) in enumerate(paths.items(), 1):
        if not _is_new(path, since_ns) and press_page(path, reason) == Run.Outcome.FAILED:
            failed.add(path)
        if not _gone(path, going):
            stayed.add(path)
        if number % PAGES_AT_A_TIME == 0:
            meanwhile()
    again = [order for order in given if order.target in failed | stayed and order.kind in AT_ONCE]
    # A page known by a tag is tried again alone: the others that carry the tag are done.
    alone = (failed | stayed) - {order.target for order in again}
    kinds = {path: Order.Kind.WITHDRAW if path in stayed else Order.Kind.PRESS for path in sorted(alone)}
    again += [orders.place(kind, path, paths[path]) for path, kind in kinds.items()]
    for order in again:
        orders.put_off(order, for_ever=order.target in stayed)
    orders.finish(order for order in given if order not in again)


def _is_new(path: str, since_ns: int | None) -> bool:
    if since_ns is None:
        return False
    meta = snapshots().meta(path)
    return meta is not None and meta.pressed_ns > since_ns


def _gone(path: str, going: Going) -> bool:
    """See to it that a page that had to go has gone, with or without a successor; False if the disk keeps it."""
    try:
        going.take(path)
    except OSError:
        log.exception("The snapshot folder kept %s, which must go; it is tried again.", path)
        return False
    return True
