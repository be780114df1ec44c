"""The one command: `masthead run`, `masthead check`, `masthead press`, `masthead demo`, and all of Django's own."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run one subcommand. Exit code 2 for a bad setting or unknown words, 1 for a failure, 0 else."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "masthead.config.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(["masthead", *sys.argv[1:]])


if __name__ == "__main__":
    main()
