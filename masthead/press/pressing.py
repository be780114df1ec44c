"""One page pressed: rendered, indexed, checked against what changed meanwhile, shown in one step."""

from __future__ import annotations

import contextlib
import logging
import time
from typing import Any
from urllib.parse import unquote

from django.conf import settings
from django.db import DatabaseError, transaction

from masthead.press.folder import snapshots, stamps
from masthead.press.models import Run, Snapshot, SnapshotTag
from masthead.press.render import Rendered, render
from masthead.press.snapshots import NotAPathError
from masthead.press.stamps import moment

log = logging.getLogger(__name__)

# A page that changes while it is rendered is rendered again, but not for ever.
RENDERS = 4


def press_page(path: str, reason: str) -> Run.Outcome:
    """Render a path and show it in one step, or take its file away if it may not be pressed; write the run down.

    Idempotent, and safe whoever else presses the same path. When anything fails the old page stays.
    """
    began = time.perf_counter()
    try:
        with snapshots().lock(path):
            outcome, rendered = _press_locked(path)
        run = Run(path=path, reason=reason[:200], outcome=outcome, status=rendered.status, bytes=len(rendered.body))
    except NotAPathError:
        run = Run(
            path=path[:1000], reason=reason[:200], outcome=Run.Outcome.FAILED, error="No address a file can have."
        )
    except Exception as error:
        log.exception("Pressing %s failed.", path)
        run = Run(path=path, reason=reason[:200], outcome=Run.Outcome.FAILED, error=f"{type(error).__name__}: {error}")
    if run.outcome == Run.Outcome.FAILED and not run.error:
        run.error = f"The page answered {run.status}; the log of that moment says why."
    run.milliseconds = round((time.perf_counter() - began) * 1000)
    with contextlib.suppress(DatabaseError):
        run.save()
    return Run.Outcome(run.outcome)


def press_cold(path: str) -> Rendered | None:
    """For a reader who asks for what is not pressed: None once a file is there, else the answer as it is.

    However many ask in however many processes, one renders and the others find its file.
    """
    with snapshots().lock(path):
        if snapshots().meta(path) is not None:
            return None
        began = time.perf_counter()
        outcome, rendered = _press_locked(path)
        if outcome == Run.Outcome.PRESSED:
            elapsed = round((time.perf_counter() - began) * 1000)
            with contextlib.suppress(DatabaseError):
                Run.objects.create(
                    path=path,
                    reason="asked for",
                    outcome=outcome,
                    status=rendered.status,
                    bytes=len(rendered.body),
                    milliseconds=elapsed,
                )
            return None
        return rendered


def _press_locked(path: str) -> tuple[Run.Outcome, Rendered]:
    snapshots().link_of(path)  # an address no file can have is refused before anything is written down
    for _attempt in range(RENDERS):
        began_ns = stamps().tick()
        rendered = render(path)
        if rendered.status >= 500:
            return Run.Outcome.FAILED, rendered
        if not _may_press(path, rendered):
            return _forget(path), rendered
        tags = rendered.tags or frozenset()
        # The index first: whoever changes a tag from here on finds this path in it. Then the stamps: whoever
        # changed one while we rendered has stamped it. Only then may readers see what was rendered.
        snapshot, surplus = _index(path, rendered, began_ns)
        stamps().refresh()
        if not stamps().overtaken(tags, began_ns):
            break
    outcome = _show(path, rendered, began_ns)
    _settle(snapshot, rendered, surplus, began_ns)
    return outcome, rendered


def _may_press(path: str, rendered: Rendered) -> bool:
    if any(path.startswith(prefix) for prefix in settings.PRESS_NEVER):
        return False
    if path in settings.PRESS_NOT_FOUND.values():
        return rendered.status == 404 and not rendered.private
    return rendered.pressable and not _only_adds_a_slash(path, rendered)


def _only_adds_a_slash(path: str, rendered: Rendered) -> bool:
    """Django sends every unknown address to the one with a slash: strangers could fill the disk with those."""
    locations = [value for name, value in rendered.headers if name == "location"]
    return rendered.status in {301, 308} and [unquote(value) for value in locations] == [path + "/"]


def _forget(path: str) -> Run.Outcome:
    snapshots().unlink(path)
    # Asked first: deleting nothing would still wait for SQLite's one writer, at every address that doesn't exist.
    known = Snapshot.objects.filter(path=path)
    if known.exists():
        known.delete()
    return Run.Outcome.WITHDRAWN


def _index(path: str, rendered: Rendered, began_ns: int) -> tuple[Snapshot, set[str]]:
    """Make sure that the path is found by each tag the page carries; return its row and the tags it no longer carries.

    A page that is indexed well already writes nothing here: readers needn't wait for the database's writer.
    """
    carried = set(rendered.tags or ())
    snapshot = Snapshot.objects.filter(path=path).first()
    known = set(snapshot.tags.values_list("tag", flat=True)) if snapshot else set()
    if snapshot is None or carried - known:
        with transaction.atomic():
            if snapshot is None:
                snapshot, _ = Snapshot.objects.get_or_create(path=path, defaults=_facts(rendered, began_ns))
            fresh = [SnapshotTag(snapshot=snapshot, tag=tag) for tag in carried - known]
            SnapshotTag.objects.bulk_create(fresh, ignore_conflicts=True)
    return snapshot, known - carried


def _settle(snapshot: Snapshot, rendered: Rendered, surplus: set[str], began_ns: int) -> None:
    """Now that readers see it, write down when that was, and forget the tags it no longer carries."""
    if not Snapshot.objects.filter(pk=snapshot.pk).update(**_facts(rendered, began_ns)):
        _index(snapshot.path, rendered, began_ns)  # somebody took the row away meanwhile
    if surplus:
        snapshot.tags.filter(tag__in=surplus).delete()


def _facts(rendered: Rendered, began_ns: int) -> dict[str, Any]:
    # The moment its render began: what changed since then has overtaken it.
    return {"pressed_at": moment(began_ns), "status": rendered.status, "bytes": len(rendered.body)}


def _show(path: str, rendered: Rendered, began_ns: int) -> Run.Outcome:
    before = snapshots().meta(path)
    folder = snapshots().write(
        path,
        status=rendered.status,
        headers=rendered.headers,
        body=rendered.body,
        tags=list(rendered.tags or ()),
        vary_query=list(rendered.vary_query),
        pressed_ns=began_ns,
    )
    snapshots().link(path, folder)
    after = snapshots().read_meta(folder)
    same = before is not None and (before.etag, before.status) == (after.etag, after.status)
    return Run.Outcome.UNCHANGED if same else Run.Outcome.PRESSED
