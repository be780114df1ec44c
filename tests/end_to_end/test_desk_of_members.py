"""The desk's own pages of members and money can be read by everybody: no violation that axe finds in what is ours."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.end_to_end.browsing import Visitor
from tests.end_to_end.paper import Paper
from tests.end_to_end.test_accessibility import RULES

pytestmark = pytest.mark.browser

PAGES = (
    "/desk/members/support/",
    "/desk/members/",
    "/desk/members/1/",
    "/desk/members/1/comp/",
    "/desk/members/reasons/",
    "/desk/members/transfers/",
    "/desk/payments/",
)


def test_axe_finds_nothing_on_the_desk_s_pages_of_members(staff: Callable[[str], Visitor], paper: Paper) -> None:
    visitor = staff("publisher")
    for path in PAGES:
        visitor.goto(paper.url(path))
        found = Axe().run(visitor.page, context={"include": [["main"]]}, options=RULES)
        assert not found.violations_count, f"{path}\n{found.generate_report()}"
