"""Run the benches one after the other: `python -m bench [--quick] [--write] [name …]`."""

from __future__ import annotations

import argparse
import importlib
import sys
import time
import traceback
from pathlib import Path

from bench.harness import document
from bench.harness.report import Report
from bench.harness.stand import CACHE, Options


def names() -> list[str]:
    """Every bench, in the order of its file's name."""
    return sorted(path.stem for path in Path(__file__).parent.glob("[a-z]*.py"))


def main() -> int:
    """Run what is asked for; exit 1 if a bench could not measure, 2 for a name that is none."""
    parser = argparse.ArgumentParser(prog="scripts/bench", description="Measure the promises and print their tables.")
    parser.add_argument("names", nargs="*", metavar="name", help=f"one of {', '.join(names())}; all if none is given")
    Options.add_to(parser)
    parser.add_argument("--write", action="store_true", help="put the tables into docs/reference/benchmarks.md")
    asked = parser.parse_args()
    wrong = [name for name in asked.names if name not in names()]
    if wrong:
        print(f"scripts/bench: no such bench: {', '.join(wrong)} (there are {', '.join(names())})", file=sys.stderr)
        return 2
    options = Options(quick=asked.quick, cache=asked.cache)
    code = 0
    for name in asked.names or names():
        began = time.monotonic()
        try:
            report: Report = importlib.import_module(f"bench.{name}").run(options)
        except Exception:  # one bench that can't measure must not keep the others from it
            print(f"{name}: could not measure: {traceback.format_exc()}", file=sys.stderr)
            code = 1
            continue
        report.notes.append(f"The bench took {time.monotonic() - began:.0f} s.")
        report.show(markdown=asked.markdown)
        if asked.write:
            document.write(name, report, " ".join(["scripts/bench", name, *(["--quick"] if asked.quick else [])]))
    return code


if __name__ == "__main__":
    CACHE.mkdir(parents=True, exist_ok=True)
    sys.exit(main())
