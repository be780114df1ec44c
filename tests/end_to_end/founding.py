"""Founds the newsroom that the browser visits: run as a program of its own, with the newsroom's own environment.

Nothing here is known to the tests' process: they see what a reader or an editor sees.
"""

from __future__ import annotations

import json
from datetime import timedelta

ROLES = ("reporter", "editor", "second", "publisher")
PASSWORD = "salt-on-the-old-quay-1974"
PAPER = "The Saltmarsh Courier"


def address(role: str) -> str:
    """The mail address of the account of this role; `second` is another editor."""
    return f"{role}@courier.example"


def found() -> dict[str, str]:
    """Make everything, and return the paths of pages by what they are."""
    from django.utils import timezone

    from masthead.articles import actions
    from masthead.articles.tests import factories as make
    from masthead.fronts.actions import found_newsroom
    from masthead.fronts.tests import factories as fronts
    from masthead.live.tests import factories as live
    from masthead.members.tests import factories as support

    front = found_newsroom(PAPER, "News of the town and its harbour", "en", ["Council", "Harbour"])
    found_newsroom("Вісник", "Новини міста", "uk", ["Рада"])
    _open_accounts()
    support.offer(currencies="EUR,USD")
    support.tier("Reader")
    support.tier("Friend", prices={"month": 1000, "year": 10000}, is_recommended=True)
    make.desk("The Courier news desk")
    council = make.section("Council")
    ferry = make.topic("The ferry", description="A boat, an island, and who pays.")
    face = make.picture("Portrait", size=(600, 600), colour=(160, 130, 110))
    author = make.person("Mara Holm", portrait=face, bio="Mara Holm has covered the council since 2019.")

    now = timezone.now()
    plain = [
        make.story(
            parent=place,
            authors=[author],
            topics=[ferry],
            kicker="Ferry vote",
            main_picture=make.picture() if number < 4 else None,
            published_at=now - timedelta(days=3 * number, hours=2),
        )
        for number, place in enumerate([council] * 24 + [make.section("Harbour")] * 6)
    ]
    full = make.story(
        "Council keeps the old ferry for one more winter",
        parent=council,
        authors=[author, make.desk()],
        others=[(make.person("Ida Lund"), "photographer")],
        topics=[ferry],
        kicker="Ferry vote",
        dateline="Saltmarsh",
        main_picture=make.picture(),
        body=make.body(*make.every_block(related=plain[0])),
        published_at=now - timedelta(hours=5),
        updated_at=now - timedelta(hours=1),
    )
    make.correction(full)
    gone = make.story("A story that was withdrawn", parent=council, authors=[author])
    withdrawn = gone.public_path()
    actions.take_down(gone, "The source asked for it.", "", None)
    briefs = [live.brief() for _ in range(4)]
    fronts.picks(plain[2:5])
    laid = fronts.lay(
        front,
        fronts.package("The vote", plain[5:8]),
        fronts.section_list(make.section("Harbour")),
        lead=full,
    )
    laid.save_revision().publish()  # what an editor opens is the latest version
    first = timezone.localtime(full.published_at)
    return {
        "home": "/",
        "other language": "/uk/",
        "section": "/council/",
        "older page of a section": "/council/page/2/",
        "topic": "/topic/the-ferry/",
        "author": "/author/mara-holm/",
        "article": full.public_path(),
        "plain article": plain[0].public_path(),
        "brief": briefs[0].public_path(),
        "news feed": "/news-feed/",
        "archive": "/archive/",
        "archive month": f"/archive/{first:%Y/%m}/",
        "search": "/search/",
        "search with results": "/search/?q=ferry",
        "search without results": "/search/?q=zeppelin",
        "search with an error": "/search/?q=a",
        "information": "/about/",
        "not found": "/nowhere/at/all/",
        "withdrawn": withdrawn,
    }


def _open_accounts() -> None:
    from masthead.accounts.tests import factories as accounts

    for role in ROLES:
        make_account = accounts.editor if role == "second" else getattr(accounts, role)
        make_account(email=address(role), password=PASSWORD, first_name=role.title(), last_name="Brandt")


def main() -> None:
    """Found the newsroom of MASTHEAD_DATA and print its paths as JSON."""
    import django

    django.setup()
    from masthead.config.preparation import prepare

    prepare(lambda _words: None)
    print(json.dumps(found()))


if __name__ == "__main__":
    main()
