"""Memory of the whole of `masthead run` while readers and an editor use it: supervisor, web, tasks and clock.

Counted is each process's proportional share (PSS), so that memory shared by several counts once. wrk asks for hundreds
of different pages, most of which must be pressed first, while an editor signs in and opens the desk.
"""

from __future__ import annotations

import http.cookiejar
import re
import sys
import time
import urllib.parse
import urllib.request
from pathlib import Path

from bench.harness import processes, servers, stand
from bench.harness.inside import Inside
from bench.harness.load import Wrk
from bench.harness.report import Report, Table

MIB = 1024 * 1024
DESK = ("/desk/", "/desk/pages/", "/desk/images/", "/desk/reports/site-history/")


def paths_and_sign_in(most: int) -> dict[str, object]:
    """Inside: addresses of different pages, and who may sign in."""
    from urllib.parse import quote

    from masthead.articles.models import Article, Section
    from masthead.demo.staffing import ACCOUNTS, PASSWORD

    pages = ["/", *(section.public_path() for section in Section.objects.live())]
    pages += [story.public_path() for story in Article.objects.listed().newest_first()[: most - len(pages)]]
    return {"paths": [quote(page) for page in pages], "email": list(ACCOUNTS)[-1], "password": PASSWORD}


class Editor:
    """Somebody at the desk."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))

    def open(self, path: str, form: dict[str, str] | None = None) -> str:
        """Open a page or send a form, and read the answer."""
        data = urllib.parse.urlencode(form).encode() if form else None
        with self.browser.open(self.origin + path, data=data, timeout=60) as answer:
            return str(answer.read().decode())

    def sign_in(self, email: str, password: str) -> None:
        """Fill the form. Raises RuntimeError if the desk doesn't open after."""
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.open("/accounts/login/"))
        if token is None:
            raise RuntimeError("The sign-in has no form.")
        self.open("/accounts/login/", {"csrfmiddlewaretoken": token[1], "login": email, "password": password})
        if "/accounts/login/" in self.browser.open(self.origin + "/desk/").geturl():
            raise RuntimeError("The editor could not sign in.")


def run(options: stand.Options) -> Report:
    """Use it for a minute and count."""
    seconds, pages = options.size(60, 3), options.size(500, 20)
    with stand.newsroom(options, archive=options.size(1000, 0)) as data:
        with Inside(data, "bench.memory", MASTHEAD_DEMO="1") as inside:
            told = inside.call("paths_and_sign_in", pages)
        with servers.newsroom(data, MASTHEAD_DEMO="1") as newsroom:
            rest = _memory(newsroom.process.pid)
            load = Wrk(newsroom.origin, told["paths"], seconds=seconds, headers=["Accept-Encoding: br"])
            editor = Editor(newsroom.origin)
            editor.sign_in(told["email"], told["password"])
            highest = _watch(newsroom.process.pid, editor, seconds)
            count = load.count()
            after = _memory(newsroom.process.pid)
    return _report(rest, highest, after, f"{len(told['paths'])} pages, {count.requests:,} requests in {seconds} s")


def _watch(pid: int, editor: Editor, seconds: int) -> float:
    until, highest, turn = time.monotonic() + seconds - 1, 0.0, 0
    while time.monotonic() < until:
        editor.open(DESK[turn % len(DESK)])
        turn += 1
        highest = max(highest, sum(_memory(pid).values()))
        time.sleep(1)
    return highest


def _memory(pid: int) -> dict[str, float]:
    """MiB by process, the supervisor first."""
    return {f"{_name(one, pid)}, {one}": processes.pss(one) / MIB for one in processes.family(pid)}


def _name(one: int, supervisor: int) -> str:
    if one == supervisor:
        return "supervisor"
    try:
        parent = int(Path(f"/proc/{one}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[1])
    except (FileNotFoundError, ProcessLookupError):
        return "gone"
    if parent != supervisor:
        return "web worker"
    return "web" if processes.children(one) else "clock or tasks"


def _report(rest: dict[str, float], highest: float, after: dict[str, float], load: str) -> Report:
    report = Report("Memory of the whole newsroom")
    table = Table(
        f"Proportional share (PSS) in MiB; {load}, with an editor at the desk", ["process", "at rest", "after"]
    )
    for name in {**rest, **after}:
        table.add(name.rpartition(",")[0], rest.get(name, float("nan")), after.get(name, float("nan")))
    table.add("all", sum(rest.values()), sum(after.values()))
    report.tables.append(table)
    report.promise("all together, at the highest", max(highest, sum(after.values())), at_most=450, unit=" MiB")
    return report


if __name__ == "__main__":
    sys.exit(stand.command(__spec__.name))
