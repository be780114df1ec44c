"""A process within a newsroom's data folder, whose functions a bench calls from outside.

The bench itself never sets Django up, so that it can speak to several newsrooms in one run. What is said goes over the
process's standard input and output as one line of JSON each; what the code there prints goes to standard error.
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import traceback
from pathlib import Path
from typing import Any

from masthead.config.env import REPOSITORY
from masthead.config.tests.newsroom import environment


class Inside:
    """Calls functions of one module in a process of its own, with Django set up for one data folder."""

    def __init__(self, data: Path, module: str, log: Path | None = None, **environ: str) -> None:
        self._log = (log or data.parent / "inside.log").open("a", encoding="utf-8")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.harness.inside", module],
            env=environment(data, **environ),
            cwd=REPOSITORY,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
        )

    def __enter__(self) -> Inside:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait(60)
        self._log.close()

    def call(self, function: str, *arguments: Any) -> Any:
        """What a function returns. Raises RuntimeError with its traceback's last lines when it raises."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps([function, arguments]) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            said = Path(self._log.name).read_text(encoding="utf-8")
            raise RuntimeError(f"The process inside the newsroom ended: {said[-2000:]}")
        kind, value = json.loads(line)
        if kind == "failed":
            raise RuntimeError(value)
        return value


def _serve(module: str) -> None:
    # Whatever prints must not be taken for an answer.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    os.environ["DJANGO_SETTINGS_MODULE"] = "masthead.config.settings"
    import django

    django.setup()
    functions = importlib.import_module(module)

    for line in sys.stdin:
        name, arguments = json.loads(line)
        try:
            answer = ["done", getattr(functions, name)(*arguments)]
        except Exception:
            answer = ["failed", traceback.format_exc()[-3000:]]
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    _serve(sys.argv[1])
