"""A page pressed, pressed anew, withdrawn: what the press does when it is told."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from masthead.press import actions, orders, work
from masthead.press.folder import snapshots, stamps
from masthead.press.models import Order, Run, Snapshot
from masthead.press.pressing import press_cold, press_page
from masthead.press.snapshots import Snapshots
from masthead.press.tests import site

pytestmark = pytest.mark.django_db


def shown(path: str) -> str:
    meta = snapshots().meta(path)
    if meta is None:
        return ""
    return snapshots().read_body(snapshots().folder_at(snapshots().link_of(path)), meta, "").decode()


def test_a_page_is_pressed_with_its_tags_and_the_run_is_written_down() -> None:
    assert press_page("/story/", "first") == Run.Outcome.PRESSED
    assert "first words" in shown("/story/")
    meta = snapshots().meta("/story/")
    assert meta
    assert meta.tags == ["column", "story:1"]
    run = Run.objects.get()
    assert (run.path, run.reason, run.outcome, run.status) == ("/story/", "first", "pressed", 200)
    assert run.bytes == len(shown("/story/"))
    assert set(Snapshot.objects.get(path="/story/").tags.values_list("tag", flat=True)) == {"column", "story:1"}


def test_pressing_the_same_words_again_says_so() -> None:
    press_page("/story/", "first")
    assert press_page("/story/", "again") == Run.Outcome.UNCHANGED


def test_what_is_ordered_in_a_transaction_is_done_after_it_and_not_before(told: Any) -> None:
    with told():
        actions.order_press("/story/", "published")
        assert shown("/story/") == ""
        assert Order.objects.filter(done_at__isnull=True).count() == 1
    assert "first words" in shown("/story/")
    assert not Order.objects.filter(done_at__isnull=True).exists()


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_was_never_ordered() -> None:
    with transaction.atomic():
        actions.order_press("/story/", "published")
        transaction.set_rollback(True)
    assert shown("/story/") == ""
    assert not Order.objects.exists()


def test_a_hard_change_presses_every_page_that_carries_the_tag(told: Any) -> None:
    for path in ("/story/", "/list/", "/feed.xml"):
        press_page(path, "first")
    site.WORDS["story"] = "second words"
    with told():
        actions.change_tag("stories", "published", hard=True)
    assert "second words" in shown("/list/")
    assert "first words" in shown("/story/"), "it doesn't carry that tag"


def test_a_soft_change_leaves_the_old_page_and_marks_it_stale(told: Any) -> None:
    press_page("/story/", "first")
    site.WORDS["column"] = "another column"
    with told():
        actions.change_tag("column", "picks changed", hard=False)
    meta = snapshots().meta("/story/")
    assert meta
    assert "a column" in shown("/story/")
    assert stamps().stale_since(meta.tags, meta.pressed_ns)
    while work.work_once():
        pass
    assert "another column" in shown("/story/")


def test_a_withdrawn_page_is_gone_before_it_is_rendered_again(told: Any) -> None:
    press_page("/story/", "first")
    site.WORDS["story"] = None
    with told():
        actions.withdraw("/story/", "unpublished")
    assert snapshots().meta("/story/") is None
    assert not Snapshot.objects.filter(path="/story/").exists()


@pytest.mark.parametrize(("words", "status"), [("gone", 410), ("moved", 301)])
def test_what_was_taken_down_or_moved_is_pressed_as_that(told: Any, words: str, status: int) -> None:
    press_page("/story/", "first")
    site.WORDS["story"] = words
    with told():
        actions.withdraw("/story/", words)
    meta = snapshots().meta("/story/")
    assert meta
    assert meta.status == status
    if words == "moved":
        assert ("location", "/elsewhere/") in meta.headers


def test_addresses_a_stranger_makes_up_leave_nothing_behind(press_root: Path) -> None:
    for path in ("/made-up", "/story", "/a=b;c%/story", "/made-up/"):
        with CaptureQueriesContext(connection) as queries:
            rendered = press_cold(path)
        assert rendered is not None
        assert not [query for query in queries if query["sql"].startswith(("DELETE", "INSERT", "UPDATE", "BEGIN"))]
    assert not list((press_root / "store").glob("??/*"))
    assert not Snapshot.objects.exists()


def test_dropped_pages_are_taken_away_even_if_they_can_not_be_rendered(told: Any) -> None:
    press_page("/story/", "first")
    site.WORDS["story"] = "boom"
    with told():
        actions.change_tag("story:1", "unpublished", hard=True, drop=True)
    assert shown("/story/") == ""
    assert Order.objects.filter(done_at__isnull=True, attempts=1).exists(), "it is tried again"


def test_a_page_that_fails_keeps_its_old_words_and_is_tried_again(told: Any) -> None:
    press_page("/story/", "first")
    site.WORDS["story"] = "boom"
    with told():
        actions.order_press("/story/", "correction")
    assert "first words" in shown("/story/")
    assert Run.objects.filter(outcome="failed", status=500).exists()
    site.WORDS["story"] = "mended words"
    Order.objects.update(not_before=None)
    while work.work_once():
        pass
    assert "mended words" in shown("/story/")


def test_a_full_disk_keeps_the_old_page(told: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    press_page("/story/", "first")
    site.WORDS["story"] = "second words"

    def full(self: Snapshots, *_: Any, **__: Any) -> str:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Snapshots, "write", full)
        with told():
            actions.order_press("/story/", "correction")
    assert "first words" in shown("/story/")
    assert "No space left" in Run.objects.get(outcome="failed").error
    Order.objects.update(not_before=None)
    while work.work_once():
        pass
    assert "second words" in shown("/story/")


@pytest.mark.parametrize("path", ["/private/", "/silent/"])
def test_what_is_for_one_reader_or_never_said_it_may_is_not_pressed(path: str) -> None:
    press_page(path, "asked for")
    assert shown(path) == ""


def test_the_page_for_what_is_not_found_is_pressed_with_its_status() -> None:
    press_page("/not-found/", "first")
    meta = snapshots().meta("/not-found/")
    assert meta
    assert meta.status == 404


def test_a_change_during_the_render_is_not_lost() -> None:
    """Somebody publishes while an older render is still under way: its words must not be the last."""
    press_page("/story/", "first")

    def column(*_: Any) -> str:
        if site.WORDS.pop("interfere", False):
            site.WORDS["story"] = "newer words"
            stamps().bump(["story:1"], hard=True)
        return "a column"

    site.WORDS["interfere"] = True
    real = site.shared
    site.shared = lambda request, name, tags, build: column()  # type: ignore[assignment]
    try:
        press_page("/story/", "slow")
    finally:
        site.shared = real
    assert "newer words" in shown("/story/")


@pytest.mark.django_db(transaction=True)
def test_however_many_ask_for_a_cold_page_it_is_rendered_once() -> None:
    site.WORDS["delay"] = 0.2
    start = threading.Barrier(12)

    def ask() -> None:
        start.wait()
        press_cold("/story/")
        connections.close_all()

    with ThreadPoolExecutor(12) as pool:
        for future in [pool.submit(ask) for _ in range(12)]:
            future.result()
    assert site.RENDERED == ["/story/"]
    assert "first words" in shown("/story/")


@pytest.mark.django_db(transaction=True)
def test_two_who_publish_at_once_leave_the_newer_words() -> None:
    press_page("/story/", "first")
    site.WORDS["delay"] = 0.1

    def publish(words: str, after: float) -> None:
        time.sleep(after)
        site.WORDS["story"] = words
        press_page("/story/", "published")
        connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        for future in [pool.submit(publish, "older", 0.0), pool.submit(publish, "newer", 0.05)]:
            future.result()
    assert "newer" in shown("/story/")


def test_orders_a_dead_process_left_are_taken_over_at_once(told: Any) -> None:
    Order.objects.create(kind="press", target="/story/", reason="left", claimed_by=2**22 + 1)
    Order.objects.update(claimed_at="2026-01-01T00:00:00Z")
    assert work.work_once()
    assert "first words" in shown("/story/")


def test_pages_by_tag_are_left_to_the_hand_while_there_is_one(told: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    press_page("/list/", "first")
    site.WORDS["story"] = "second words"
    monkeypatch.setattr(actions, "hand_is_alive", lambda: True)
    with told():
        actions.order_press("/story/", "published")
        actions.change_tag("stories", "published", hard=True)
    assert "second words" in shown("/story/"), "the page itself is never left to others"
    assert "first words" in shown("/list/")
    while work.work_once():
        pass
    assert "second words" in shown("/list/")


def test_what_is_left_to_the_hand_is_stamped_once(told: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second stamp would make whoever renders one of these pages meanwhile begin again."""
    press_page("/list/", "first")
    site.WORDS["story"] = "second words"
    monkeypatch.setattr(actions, "hand_is_alive", lambda: True)
    with told():
        actions.change_tag("stories", "published", hard=True)
    stamped = stamps().hard["stories"]
    while work.work_once():
        pass
    assert "second words" in shown("/list/")
    assert stamps().hard["stories"] == stamped


def test_an_order_whose_process_died_is_stamped_by_who_takes_it_over() -> None:
    press_page("/list/", "first")
    site.WORDS["story"] = "second words"
    Order.objects.create(kind="hard", target="stories", reason="left", claimed_by=2**22 + 1, claimed_at=timezone.now())
    while work.work_once():
        pass
    assert "second words" in shown("/list/")
    assert "stories" in stamps().hard


def test_a_tag_on_many_pages_does_not_keep_a_newer_order_waiting(told: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A portrait that stands on thousands of pages is replaced, and a second later a story is published."""
    pressed: list[str] = []
    many = {f"/page-{number}/": "portrait replaced" for number in range(50)}
    real = actions._paths_tagged

    def tagged(given: list[Order]) -> dict[str, str]:
        return many if any(order.target == "portrait" for order in given) else real(given)

    def press(path: str, *_: Any) -> Run.Outcome:
        pressed.append(path)
        if path == "/page-3/":
            orders.release([orders.place(Order.Kind.PRESS, "/story/", "published")])
        return Run.Outcome.PRESSED

    monkeypatch.setattr(actions, "_paths_tagged", tagged)
    monkeypatch.setattr(actions, "press_page", press)
    orders.release([orders.place(Order.Kind.HARD, "portrait", "replaced")])
    while work.work_once():
        pass
    assert pressed.index("/story/") == actions.PAGES_AT_A_TIME
    assert len(pressed) == len(many) + 1


def test_fronts_come_before_what_lies_below_them() -> None:
    paths = ["/feed.xml", "/council/story/", "/", "/council/feed.json", "/uk/", "/council/"]
    assert sorted(paths, key=actions._fronts_first) == [
        "/",
        "/council/",
        "/uk/",
        "/council/story/",
        "/feed.xml",
        "/council/feed.json",
    ]
