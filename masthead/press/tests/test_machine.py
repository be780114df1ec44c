"""Whatever is told in whatever order, and however often the work is cut off, readers end with what is true."""

from __future__ import annotations

import shutil
import time

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from masthead.press import actions, fragments, orders, work
from masthead.press.folder import snapshots, stamps
from masthead.press.hand import hand
from masthead.press.models import Order, Snapshot
from masthead.press.pressing import press_cold
from masthead.press.tests import site
from masthead.press.tests.test_pressing import shown

PATHS = ("/story/", "/list/", "/feed.xml")
WORDS = st.integers(0, 9).map("words {}".format)


class Newsroom(RuleBasedStateMachine):
    """The site has one story with a column beside it, a list and a feed. Orders may be cut off at each step."""

    def __init__(self) -> None:
        super().__init__()
        self.withdrawn = False

    @initialize()
    def begin(self) -> None:
        site.reset()
        fragments.forget_all()
        hand.let_go()
        shutil.rmtree(snapshots().root / "stamps", ignore_errors=True)
        stamps().refresh()
        Order.objects.all().delete()
        Snapshot.objects.all().delete()
        for path in PATHS:
            snapshots().unlink(path)

    def tell(self, *, cut: bool) -> None:
        """What a commit leaves is carried out, or nothing of it, as when the process dies there."""
        if not cut:
            mine = list(Order.objects.filter(done_at__isnull=True).order_by("id"))
            actions.carry_out(mine, leave_rest=True)

    @rule(words=WORDS, cut=st.booleans())
    def publish(self, words: str, cut: bool) -> None:
        site.WORDS["story"] = words
        self.withdrawn = False
        orders.place(Order.Kind.PRESS, "/story/", "published")
        orders.place(Order.Kind.HARD, "stories", "published")
        self.tell(cut=cut)

    @rule(cut=st.booleans())
    def withdraw(self, cut: bool) -> None:
        site.WORDS["story"] = None
        self.withdrawn = True
        orders.place(Order.Kind.WITHDRAW, "/story/", "unpublished")
        orders.place(Order.Kind.DROP, "stories", "unpublished")
        self.tell(cut=cut)

    @rule(words=WORDS, cut=st.booleans())
    def change_column(self, words: str, cut: bool) -> None:
        site.WORDS["column"] = f"column {words}"
        orders.place(Order.Kind.SOFT, "column", "picks")
        self.tell(cut=cut)

    @rule(path=st.sampled_from(PATHS))
    def read(self, path: str) -> None:
        press_cold(path)

    @rule(path=st.sampled_from(PATHS))
    def tear(self, path: str) -> None:
        snapshots().unlink(path)

    @rule()
    def sweep(self) -> None:
        snapshots().sweep(now=time.time() + 3600)
        work.forget_stamps(now_ns=time.time_ns() + 7200 * 1_000_000_000)

    @rule()
    def settle(self) -> None:
        orders.release(Order.objects.filter(done_at__isnull=True))
        Order.objects.update(not_before=None)
        hand.let_go()
        for _ in range(50):
            if not work.work_once():
                break
        assert not Order.objects.filter(done_at__isnull=True).exists()
        story, listing = shown("/story/"), shown("/list/")
        if self.withdrawn:
            assert story == ""
        elif story:
            assert f"<p>{site.WORDS['story']}</p>" in story
            meta = snapshots().meta("/story/")
            assert meta
            assert site.WORDS["column"] in story or stamps().stale_since(meta.tags, meta.pressed_ns)
        if listing:
            assert f"<li>{site.WORDS['story']}<" in listing

    @invariant()
    def every_page_is_whole(self) -> None:
        for path in PATHS:
            meta = snapshots().meta(path)
            if meta is not None:
                folder = snapshots().folder_at(snapshots().link_of(path))
                assert all(snapshots().read_body(folder, meta, encoding) for encoding in meta.sizes)

    def teardown(self) -> None:
        self.settle()


@pytest.mark.django_db
def test_readers_end_with_what_is_true(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "PATIENCE_WITH_LISTS", 0.0)  # nobody is the hand meanwhile
    run_state_machine_as_test(
        Newsroom,
        settings=settings(
            max_examples=15,
            stateful_step_count=12,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
        ),
    )
