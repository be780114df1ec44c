"""Serve the double: `python -m masthead.payments.gateways.stripe.double --port 8001 --data var/stripe.sqlite3`."""

from __future__ import annotations

import argparse
import signal
import threading

from .account import Endpoint
from .server import serve


def main() -> None:
    parser = argparse.ArgumentParser(description="A test double of Stripe's API, on this machine only.")
    parser.add_argument("--port", type=int, default=8421, help="where to listen on 127.0.0.1 (0: any free port)")
    parser.add_argument("--data", default=":memory:", help="an SQLite file that survives a restart")
    parser.add_argument(
        "--webhook", action="append", default=[], metavar="URL", help="where events go; can be repeated"
    )
    parser.add_argument("--secret", default="whsec_double", help="what webhooks are signed with")
    parser.add_argument("--origin", default="", help="how readers reach the hosted pages, if not at 127.0.0.1")
    parser.add_argument("--newsroom", default="", help="the name on the hosted pages")
    given = parser.parse_args()
    endpoints = [Endpoint(given.secret, url) for url in given.webhook]
    server = serve(given.port, given.data, endpoints, origin=given.origin, newsroom=given.newsroom)
    if server.double.account.clock.stands:  # a past was made with it
        server.double.follow_real_clock()
    print(f"Stripe test double at {server.address}, no money moves", flush=True)
    ended = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: ended.set())
    server.start()
    ended.wait()
    server.stop()
    server.double.close()


if __name__ == "__main__":
    main()
