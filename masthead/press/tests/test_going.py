"""A page that must go: what its address answers now takes its place in one step, and nothing keeps the old one."""

from __future__ import annotations

import errno
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.db import connections, transaction

from masthead.press import actions, going, pressing
from masthead.press.folder import snapshots
from masthead.press.going import Going
from masthead.press.models import Order
from masthead.press.pressing import press_cold, press_page
from masthead.press.snapshots import Snapshots
from masthead.press.stamps import Stamps
from masthead.press.tests import site
from masthead.press.tests.test_pressing import shown
from masthead.press.tests.test_trouble import work_through

pytestmark = pytest.mark.django_db


def status() -> int:
    meta = snapshots().meta("/story/")
    return meta.status if meta else 0


@pytest.fixture
def unlinked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every path that is taken away."""
    paths: list[str] = []
    real = Snapshots.unlink

    def unlink(self: Snapshots, path: str) -> bool:
        paths.append(path)
        return real(self, path)

    monkeypatch.setattr(Snapshots, "unlink", unlink)
    return paths


def during_the_render(monkeypatch: pytest.MonkeyPatch, look: Any) -> None:
    real = pressing.render

    def render(path: str) -> Any:
        rendered = real(path)
        look()
        return rendered

    monkeypatch.setattr(pressing, "render", render)


def take_down(told: Any) -> None:
    site.WORDS["story"] = "gone"
    with told():
        actions.withdraw("/story/", "takedown")
        actions.change_tag("story:1", "takedown", hard=True, drop=True)


def test_a_taken_down_page_and_its_410_are_exchanged_in_one_step(
    told: Any, monkeypatch: pytest.MonkeyPatch, unlinked: list[str]
) -> None:
    """A moment without a file would send every reader of the story to press it, before the one who is at it."""
    press_page("/story/", "first")
    seen: list[int] = []
    during_the_render(monkeypatch, lambda: seen.append(status()))
    site.WORDS["story"] = "gone"
    with told():
        actions.withdraw("/story/", "takedown")
    assert seen == [200]
    assert status() == 410
    assert unlinked == []


def test_the_410_is_not_taken_away_again_for_carrying_its_story_s_tag(
    told: Any, monkeypatch: pytest.MonkeyPatch, unlinked: list[str]
) -> None:
    """Nor is a list that readers have pressed before the hand comes to it."""
    for path in ("/story/", "/list/"):
        press_page(path, "first")
    monkeypatch.setattr(actions, "hand_is_alive", lambda: True)
    site.WORDS["story"] = "gone"
    with told():
        actions.withdraw("/story/", "takedown")
        actions.change_tag("story:1", "takedown", hard=True, drop=True)
        actions.change_tag("stories", "takedown", hard=True, drop=True)
    assert unlinked == ["/list/"]
    assert status() == 410
    press_cold("/list/")
    work_through()
    assert unlinked == ["/list/"]
    assert "<li>gone<" in shown("/list/")


def test_who_is_pressing_the_page_meanwhile_does_not_bring_the_old_words_back(
    told: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tags are stamped before the new page is rendered, so whoever has the old words in hand begins again."""
    press_page("/story/", "first")
    stamped: list[bool] = []
    during_the_render(monkeypatch, lambda: stamped.append("story:1" in _hard_stamps()))
    take_down(told)
    assert stamped[0]


def _hard_stamps() -> dict[str, int]:
    mine = Stamps(snapshots().root)
    mine.refresh()
    return mine.hard


def test_the_old_page_does_not_wait_for_a_slow_successor(told: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    press_page("/story/", "first")
    seen: list[int] = []

    def look() -> None:
        end = time.monotonic() + 10
        while status() and time.monotonic() < end:
            time.sleep(0.01)
        seen.append(status())

    monkeypatch.setattr(going, "PATIENCE", 0.05)
    during_the_render(monkeypatch, look)
    site.WORDS["story"] = "gone"
    with told():
        actions.withdraw("/story/", "takedown")
    assert seen == [0], "it went while its successor was still being rendered"
    assert status() == 410


def test_the_old_page_does_not_wait_for_somebody_who_presses_it(told: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    press_page("/story/", "first")
    monkeypatch.setattr(going, "PATIENCE", 0.05)
    held, gone = threading.Event(), threading.Event()

    def hold() -> None:
        with snapshots().lock("/story/"):
            held.set()
            end = time.monotonic() + 10
            while status() and time.monotonic() < end:
                time.sleep(0.01)
            if not status():
                gone.set()

    other = threading.Thread(target=hold)
    other.start()
    held.wait(5)
    take_down(told)
    other.join(5)
    assert gone.is_set()
    assert status() == 410


def test_a_page_that_waits_behind_many_others_goes_in_time(told: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in ("/story/", "/list/", "/feed.xml"):
        press_page(path, "first")
    monkeypatch.setattr(going, "PATIENCE", 0.05)
    seen: list[str] = []
    during_the_render(monkeypatch, lambda: (time.sleep(0.3), seen.append(shown("/feed.xml"))))
    with told():
        for path in ("/story/", "/list/", "/feed.xml"):
            actions.withdraw(path, "moved")
    assert seen == ["", "", ""]


def test_a_successor_in_time_stays(told: Any, press_root: Path) -> None:
    press_page("/story/", "first")
    with Going(["/story/"], patience=0.05) as leaving:
        press_page("/story/", "second", leaving)
        time.sleep(0.2)
        assert "first words" in shown("/story/")
    assert "first words" in shown("/story/")


@pytest.mark.parametrize("words", ["boom", None])
def test_without_a_successor_the_old_page_goes(told: Any, words: str | None) -> None:
    press_page("/story/", "first")
    site.WORDS["story"] = words
    with told():
        actions.withdraw("/story/", "unpublished")
    assert shown("/story/") == ""
    still_open = Order.objects.filter(done_at__isnull=True, attempts=1)
    assert still_open.exists() == (words == "boom"), "what could not be rendered is tried again"


@pytest.mark.parametrize("step", [(Snapshots, "write"), (Snapshots, "link"), (Stamps, "bump")])
def test_a_full_disk_keeps_no_page_that_must_go(told: Any, monkeypatch: pytest.MonkeyPatch, step: Any) -> None:
    press_page("/story/", "first")

    def full(*_: Any, **__: Any) -> Any:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(*step, full)
        take_down(told)
        assert shown("/story/") == ""
    work_through()
    assert status() == 410
    assert not Order.objects.filter(done_at__isnull=True).exists()


def test_an_interrupted_press_keeps_no_page_that_must_go(monkeypatch: pytest.MonkeyPatch) -> None:
    press_page("/story/", "first")
    order = Order.objects.create(kind=Order.Kind.WITHDRAW, target="/story/", reason="takedown")

    def stopped(*_: Any) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr(actions, "press_page", stopped)
    with pytest.raises(KeyboardInterrupt):
        actions.carry_out([order])
    assert shown("/story/") == ""
    order.refresh_from_db()
    assert order.done_at is None


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("last", ["gone", "words that came back"])
def test_takedowns_and_publishing_in_a_race_leave_what_is_true(last: str, monkeypatch: pytest.MonkeyPatch) -> None:
    press_page("/story/", "first")
    monkeypatch.setattr(going, "PATIENCE", 0.01)  # so that the page is taken away in the middle of it
    monkeypatch.setattr(actions, "hand_is_alive", lambda: False)

    def tell(number: int) -> None:
        time.sleep(number * 0.01)
        with transaction.atomic():
            site.WORDS["story"] = last if number == 5 else ("gone", "other words")[number % 2]
            if site.WORDS["story"] == "gone":
                actions.withdraw("/story/", "takedown")
            else:
                actions.order_press("/story/", "published")
        connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        for future in [pool.submit(tell, number) for number in range(6)]:
            future.result()
    if status():
        assert (status(), last in shown("/story/")) == ((410, True) if last == "gone" else (200, True))
    press_page("/story/", "asked for")
    assert last in shown("/story/")
