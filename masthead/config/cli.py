"""The one command: `masthead run`, `masthead check`, `masthead press`, `masthead demo`, and all of Django's own."""

from __future__ import annotations

import os
import socket
import sys


def main() -> None:
    """Run one subcommand. Exit code 2 for a bad setting or unknown words, 1 for a failure, 0 else."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "masthead.config.settings")
    if sys.argv[1:2] == ["run"]:
        _make_room_for_the_double()
    from django.core.management import execute_from_command_line

    execute_from_command_line(["masthead", *sys.argv[1:]])


def _make_room_for_the_double() -> None:
    """The demo's checkout needs a port of its own: the first free one after the newsroom's, unless one is named."""
    if os.environ.get("MASTHEAD_STRIPE_DOUBLE_PORT", "").strip() or not os.environ.get("PORT", "8000").isdecimal():
        return
    own = int(os.environ.get("PORT", "8000"))
    for port in range(own + 1, min(own + 50, 65536)):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                os.environ["MASTHEAD_STRIPE_DOUBLE_PORT"] = str(port)
                return


if __name__ == "__main__":
    main()
