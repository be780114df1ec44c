"""The task worker: carries out what was put into the queue of background work, one after the other."""

from __future__ import annotations

from django.utils.crypto import get_random_string

INTERVAL = 0.5  # seconds between looks into an empty queue


def run() -> None:
    """Work until SIGTERM; a task under way is finished first."""
    from django_tasks_db.management.commands.db_worker import Worker

    worker = Worker(
        queue_names=["*"],
        interval=INTERVAL,
        batch=False,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=get_random_string(32),
        excluded_queue_names=[],
    )
    worker.configure_signals()
    worker.run()
