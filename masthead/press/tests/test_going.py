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
from django.utils import timezone

from masthead.press import actions, orders, pressing
from masthead.press.folder import snapshots, stamps
from masthead.press.going import Going
from masthead.press.models import Order, Snapshot
from masthead.press.pressing import press_cold, press_page
from masthead.press.snapshots import Snapshots
from masthead.press.stamps import Stamps
from masthead.press.tests import site
from masthead.press.tests.test_pressing import shown
from masthead.press.tests.test_trouble import work_through

pytestmark = pytest.mark.django_db


def status(path: str = "/story/") -> int:
    meta = snapshots().meta(path)
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
    """Nor is a feed that a reader has pressed before the hand comes to it."""
    for path in ("/story/", "/feed.xml"):
        press_page(path, "first")
    monkeypatch.setattr(actions, "hand_is_alive", lambda: True)
    site.WORDS["story"] = "gone"
    with told():
        actions.withdraw("/story/", "takedown")
        actions.change_tag("story:1", "takedown", hard=True, drop=True)
        actions.change_tag("stories", "takedown", hard=True, drop=True)
    assert unlinked == ["/feed.xml"]
    assert status() == 410
    press_cold("/feed.xml")
    work_through()
    assert unlinked == ["/feed.xml"]
    assert shown("/feed.xml")


def withdraw_with_lists(told: Any) -> None:
    for path in ("/story/", "/list/", "/feed.xml"):
        press_page(path, "first")
    site.WORDS["story"] = "gone"
    with told():
        actions.withdraw("/story/", "takedown")
        actions.change_tag("stories", "takedown", hard=True, drop=True)


def test_the_fronts_are_exchanged_before_the_desk_is_told(
    told: Any, monkeypatch: pytest.MonkeyPatch, unlinked: list[str]
) -> None:
    """All who read the front would otherwise wait until it is pressed anew; what fewer read goes at once."""
    monkeypatch.setattr(actions, "hand_is_alive", lambda: True)
    seen: list[tuple[bool, str]] = []
    during_the_render(monkeypatch, lambda: seen.append(("first words" in shown("/list/"), shown("/feed.xml"))))
    withdraw_with_lists(told)
    assert "<li>gone<" in shown("/list/")
    assert seen[-1] == (True, "")
    assert unlinked == ["/feed.xml"]
    site.RENDERED.clear()
    work_through()
    assert shown("/feed.xml"), "the hand does the rest"


def test_the_fronts_go_when_their_successors_are_slow(told: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "hand_is_alive", lambda: True)
    monkeypatch.setattr(actions, "PATIENCE_WITH_LISTS", 0.05)
    for path in ("/list/", "/story/"):
        press_page(path, "first")
    Snapshot.objects.create(path="/other/", pressed_at=timezone.now(), status=200).tags.create(tag="stories")
    pressed: list[str] = []

    def slow(path: str, reason: str) -> str:
        pressed.append(path)
        time.sleep(0.2)
        assert not status("/list/"), "it went while its successor was being pressed"
        return "failed"

    monkeypatch.setattr(actions, "press_page", slow)
    with told():
        actions.change_tag("stories", "takedown", hard=True, drop=True)
    assert pressed == ["/list/"], "and nobody waits for the others"


def test_the_hand_lets_go_what_is_slow_to_be_exchanged(told: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever told it may have died by then."""
    press_page("/list/", "first")
    monkeypatch.setattr(actions, "PATIENCE_WITH_LISTS", 0.05)
    seen: list[str] = []
    during_the_render(monkeypatch, lambda: (time.sleep(0.3), seen.append(shown("/list/"))))
    order = orders.place(Order.Kind.DROP, "stories", "takedown")
    actions._stamp([order])
    orders.leave([order])
    work_through()
    assert seen[0] == ""
    assert shown("/list/")


def test_fronts_a_disk_keeps_are_tried_again(told: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    press_page("/list/", "first")
    site.WORDS["story"] = "gone"

    def refused(*_: Any, **__: Any) -> Any:
        raise OSError(errno.EROFS, "Read-only file system")

    with monkeypatch.context() as patch:
        patch.setattr(Snapshots, "unlink", refused)
        patch.setattr(Snapshots, "write", refused)
        with told():
            actions.change_tag("stories", "takedown", hard=True, drop=True)
        for _ in range(orders.ATTEMPTS + 5):
            work_through()
    assert "first words" in shown("/list/")
    work_through()
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

    monkeypatch.setattr(actions, "PATIENCE", 0.05)
    during_the_render(monkeypatch, look)
    site.WORDS["story"] = "gone"
    with told():
        actions.withdraw("/story/", "takedown")
    assert seen == [0], "it went while its successor was still being rendered"
    assert status() == 410


def test_the_old_page_does_not_wait_for_somebody_who_presses_it(told: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    press_page("/story/", "first")
    monkeypatch.setattr(actions, "PATIENCE", 0.05)
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
    monkeypatch.setattr(actions, "PATIENCE", 0.05)
    seen: list[str] = []
    during_the_render(monkeypatch, lambda: (time.sleep(0.3), seen.append(shown("/feed.xml"))))
    with told():
        for path in ("/story/", "/list/", "/feed.xml"):
            actions.withdraw(path, "moved")
    assert seen == ["", "", ""]


def test_a_successor_in_time_stays() -> None:
    press_page("/story/", "first")
    with Going(["/story/"], stamps().tick(), patience=0.05):
        press_page("/story/", "second")
        time.sleep(0.2)
        assert "first words" in shown("/story/")
    assert "first words" in shown("/story/")


def test_what_was_begun_before_and_shown_after_does_not_stay() -> None:
    """Somebody who began to press the page before the commit ends after it."""
    press_page("/story/", "first")
    with Going(["/story/"], stamps().tick(), patience=10):
        pass
    assert shown("/story/") == ""


def test_a_part_remembered_from_before_the_stamps_does_not_stay(told: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page pressed between the commit and the stamps may still show a part many pages share as it was."""
    press_page("/story/", "first")
    site.WORDS["column"] = "another column"
    real = Stamps.bump

    def bump(self: Stamps, *given: Any, **more: Any) -> int:
        press_page("/story/", "asked for")
        assert "a column" in shown("/story/")
        return real(self, *given, **more)

    monkeypatch.setattr(Stamps, "bump", bump)
    with told():
        actions.change_tag("column", "unpublished", hard=True, drop=True)
    assert "another column" in shown("/story/")


def test_torn_files_do_not_stay_either() -> None:
    press_page("/story/", "first")
    Path(snapshots().folder_at(snapshots().link_of("/story/")), "meta.json").write_text("")
    with Going(["/story/"], stamps().tick(), patience=10):
        pass
    assert not Path(snapshots().link_of("/story/")).is_symlink()


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
def test_takedowns_and_publishing_in_a_race_leave_what_is_true(monkeypatch: pytest.MonkeyPatch) -> None:
    press_page("/story/", "first")
    monkeypatch.setattr(actions, "PATIENCE", 0.01)  # so that the page is taken away in the middle of it
    monkeypatch.setattr(actions, "hand_is_alive", lambda: False)

    def tell(number: int) -> None:
        time.sleep(number * 0.01)
        with transaction.atomic():
            if number % 2:
                site.WORDS["story"] = "gone"
                actions.withdraw("/story/", "takedown")
            else:
                site.WORDS["story"] = f"words {number}"
                actions.order_press("/story/", "published")
        connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        for future in [pool.submit(tell, number) for number in range(6)]:
            future.result()
    last = site.WORDS["story"]  # whoever that was
    if status():
        assert (status(), last in shown("/story/")) == (410 if last == "gone" else 200, True)
    press_page("/story/", "asked for")
    assert last in shown("/story/")
