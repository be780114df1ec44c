"""The double over HTTP, on this machine only: threads, kept-alive connections, webhooks that leave by themselves."""

from __future__ import annotations

import io
import socket
import threading
import traceback
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from .account import Endpoint, Habits
from .double import Double

PAUSE = 0.25
"""Seconds between two looks at what is due; an event wakes the courier at once."""


class Handler(BaseHTTPRequestHandler):
    """One connection: each request is given to the double as WSGI."""

    protocol_version = "HTTP/1.1"
    server_version = "StripeDouble"
    disable_nagle_algorithm = True
    wbufsize = -1
    timeout = 600
    server: Server

    def handle_any(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        status, headers, content = self._called(body)
        if "X-Double-Lost" in headers:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)
        self.wfile.flush()
        self.server.courier.wake()

    do_GET = do_POST = do_DELETE = do_HEAD = handle_any  # noqa: N815 (the base class's names)

    def _called(self, body: bytes) -> tuple[int, dict[str, str], bytes]:
        path, _, query = self.path.partition("?")
        environ: dict[str, Any] = {
            "REQUEST_METHOD": self.command,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
        }
        environ |= {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in self.headers.items()}
        answered: list[Any] = []

        def start(status: str, pairs: list[tuple[str, str]]) -> None:
            answered.extend((int(status.split()[0]), dict(pairs)))

        content = b"".join(self.server.double(environ, start))
        return answered[0], answered[1], content

    def log_message(self, *words: Any) -> None:
        """Quiet: the newsroom's own log tells what matters."""


class Server(ThreadingHTTPServer):
    """Serve a double on 127.0.0.1."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, double: Double, port: int = 0) -> None:
        self.double = double
        super().__init__(("127.0.0.1", port), Handler)
        self.courier = Courier(double)
        if double.account.origin == "":
            double.account.origin = self.address

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def start(self) -> None:
        """Serve from threads of its own, and come back."""
        self.courier.start()
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def stop(self) -> None:
        self.courier.stop()
        self.shutdown()
        self.server_close()


class Courier(threading.Thread):
    """Lets the double's time pass, and takes webhooks to their endpoints."""

    def __init__(self, double: Double) -> None:
        super().__init__(daemon=True, name="courier")
        self.double = double
        self._wanted = threading.Event()
        self._stopped = False

    def wake(self) -> None:
        self._wanted.set()

    def stop(self) -> None:
        self._stopped = True
        self.wake()

    def run(self) -> None:
        while not self._stopped:
            self._wanted.wait(PAUSE)
            self._wanted.clear()
            try:
                with self.double.account.turn():
                    pass  # what has become due is done on the way in
                self.double.deliver()
            except Exception:
                traceback.print_exc()


def serve(
    port: int, data: str, endpoints: list[Endpoint], *, origin: str = "", newsroom: str = "", start: int | None = None
) -> Server:
    """A server with its double. Without `origin` the pages' addresses are the server's own."""
    habits = Habits(newsroom=newsroom) if newsroom else Habits()
    return Server(Double(data, origin=origin, endpoints=endpoints, habits=habits, start=start), port)
