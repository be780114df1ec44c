"""Orders, stamps and files when something else goes wrong: one bad thing never holds up the others."""

from __future__ import annotations

import errno
import os
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from masthead.press import actions, orders, work
from masthead.press.folder import snapshots, stamps
from masthead.press.hand import hand
from masthead.press.models import Order, Snapshot
from masthead.press.pages_in_memory import Pages
from masthead.press.pressing import press_page
from masthead.press.snapshots import Snapshots
from masthead.press.stamps import EVERYTHING, Stamps
from masthead.press.tests import site
from masthead.press.tests.test_pressing import shown

pytestmark = pytest.mark.django_db
LONG = "/" + "ї" * 200 + "/story/"


def place(kind: Order.Kind, target: str) -> Order:
    order = orders.place(kind, target, "test")
    orders.release([order])
    return order


def work_through() -> None:
    Order.objects.update(not_before=None)
    hand.let_go()  # and look at once
    for _ in range(20):
        if not work.work_once():
            return


def test_an_address_no_file_can_have_does_not_hold_up_the_other_orders() -> None:
    """A long slug in Cyrillic has more bytes than a folder's name may."""
    press_page("/story/", "first")
    Snapshot.objects.create(path=LONG, pressed_at=timezone.now(), status=200)
    place(Order.Kind.TREE, LONG.removesuffix("story/"))
    place(Order.Kind.WITHDRAW, "/story/")
    site.WORDS["story"] = None
    work_through()
    assert shown("/story/") == ""
    assert not Order.objects.filter(done_at__isnull=True).exists()


def test_an_address_no_file_can_have_leaves_no_row() -> None:
    press_page(LONG, "first")
    assert not Snapshot.objects.exists()


def test_an_order_that_can_not_be_carried_out_does_not_hold_up_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    press_page("/story/", "first")
    real = Snapshots.unlink

    def unlink(self: Snapshots, path: str) -> bool:
        if path == "/broken/":
            raise PermissionError(errno.EACCES, "not ours")
        return real(self, path)

    monkeypatch.setattr(Snapshots, "unlink", unlink)
    place(Order.Kind.WITHDRAW, "/broken/")
    place(Order.Kind.WITHDRAW, "/story/")
    site.WORDS["story"] = None
    work_through()
    assert shown("/story/") == ""


def test_a_page_stays_withdrawn_from_a_disk_that_refuses_for_hours(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who takes a story down must not find it served because the disk was read-only for an hour."""
    press_page("/story/", "first")
    site.WORDS["story"] = None
    place(Order.Kind.WITHDRAW, "/story/")

    def refused(self: Snapshots, path: str) -> bool:
        raise OSError(errno.EROFS, "Read-only file system")

    with monkeypatch.context() as patch:
        patch.setattr(Snapshots, "unlink", refused)
        for _ in range(orders.ATTEMPTS + 5):
            work_through()
    assert "first words" in shown("/story/")
    wait = Order.objects.get(done_at__isnull=True).not_before
    assert wait
    assert (wait - timezone.now()).total_seconds() <= 61, "it is tried again soon after the disk is well"
    work_through()
    assert shown("/story/") == ""


def test_too_many_open_files_take_no_page_away(monkeypatch: pytest.MonkeyPatch) -> None:
    press_page("/story/", "first")
    pages = Pages(snapshots(), stamps(), 10_000_000)
    page = pages.get("/story/")
    assert page

    def exhausted(*_: Any) -> bytes:
        raise OSError(errno.EMFILE, "Too many open files")

    with monkeypatch.context() as patch:
        patch.setattr(Snapshots, "read_body", staticmethod(exhausted))
        assert pages.answer(page, "br") is None
        pages.discard("/story/", page)
    assert "first words" in shown("/story/")


def test_torn_files_do_take_the_page_away() -> None:
    press_page("/story/", "first")
    pages = Pages(snapshots(), stamps(), 10_000_000)
    page = pages.get("/story/")
    assert page
    Path(page.folder, "index.html.br").write_bytes(b"torn")
    assert pages.answer(page, "br") is None
    pages.discard("/story/", page)
    assert snapshots().meta("/story/") is None


def test_the_sweep_leaves_what_it_could_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    press_page("/story/", "first")

    def exhausted(folder: str) -> Any:
        raise OSError(errno.EMFILE, "Too many open files")

    with monkeypatch.context() as patch:
        patch.setattr(Snapshots, "read_meta", staticmethod(exhausted))
        snapshots().sweep(now=time.time() + 3600)
    assert "first words" in shown("/story/")


@pytest.mark.parametrize("torn", ["", "{", "[]"])
def test_torn_stamps_make_every_older_page_stale(tmp_path: Path, torn: str) -> None:
    """Stamps that a power cut tore may have named any page."""
    mine = Stamps(tmp_path)
    pressed = time.time_ns()
    mine.bump(["a"], hard=False)
    (tmp_path / "stamps" / "soft.json").write_text(torn)
    other = Stamps(tmp_path)
    other.refresh()
    assert other.stale_since(["b"], pressed)
    other.bump(["c"], hard=False)
    third = Stamps(tmp_path)
    third.refresh()
    assert third.stale_since(["b"], pressed)
    assert not third.stale_since(["b"], time.time_ns())


def test_every_bump_is_seen_however_coarse_the_clock_of_the_disk(tmp_path: Path) -> None:
    writer, reader = Stamps(tmp_path), Stamps(tmp_path)
    for number in range(200):
        writer.bump([f"tag {number}"], hard=False)
        reader.refresh()
        assert f"tag {number}" in reader.soft


def test_soft_stamps_no_page_needs_any_more_are_forgotten() -> None:
    """Else the file that every worker reads at every change would grow with every story ever published."""
    press_page("/story/", "first")
    stamps().bump(["column", "nobody's", EVERYTHING], hard=False)
    later = time.time_ns() + 2 * 3600 * 1_000_000_000
    work.forget_stamps(now_ns=later)
    assert set(stamps().soft) == {"column", EVERYTHING}
    press_page("/story/", "again")
    Snapshot.objects.update(pressed_at=timezone.now() + timedelta(hours=1))
    work.forget_stamps(now_ns=later)
    assert set(stamps().soft) == {EVERYTHING}


def test_fresh_soft_stamps_stay() -> None:
    stamps().bump(["nobody's"], hard=False)
    work.forget_stamps()
    assert "nobody's" in stamps().soft


def test_one_failing_page_does_not_press_all_the_others_again(monkeypatch: pytest.MonkeyPatch) -> None:
    press_page("/list/", "first")
    press_page("/feed.xml", "first")
    place(Order.Kind.HARD, "stories")
    pressed: list[str] = []

    def press(path: str, *_: Any) -> str:
        pressed.append(path)
        return "failed" if path == "/feed.xml" else "pressed"

    monkeypatch.setattr(actions, "press_page", press)
    for _ in range(3):
        work_through()
    assert pressed.count("/list/") == 1
    assert pressed.count("/feed.xml") > 1


def test_a_folder_that_was_removed_makes_the_hand_take_its_lock_again(press_root: Path) -> None:
    snapshots()
    assert hand.become()
    os.unlink(press_root / "hand")  # noqa: PTH108
    assert hand.become()
    assert (press_root / "hand").exists()
