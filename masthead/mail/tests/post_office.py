"""A mail server for tests: speaks SMTP on a port of its own, keeps what it takes, and misbehaves as it is told."""

from __future__ import annotations

import socketserver
import threading
import time
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any


class PostOffice(socketserver.ThreadingTCPServer):
    """Set `answers` to reply otherwise than with 250: by verb ("MAIL", "RCPT", "DATA", "." for the words' end)."""

    allow_reuse_address = daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.taken: list[EmailMessage] = []
        self.answers: dict[str, str] = {}
        self.hang_up_at = ""
        self.stall_at = ""
        self.when_taken: Callable[[], None] = lambda: None
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.server_address[1])

    def settings(self) -> dict[str, Any]:
        """Django's settings to post letters here."""
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": self.port,
            "EMAIL_USE_TLS": False,
            "EMAIL_USE_SSL": False,
            "EMAIL_TIMEOUT": 2,
        }


class _Conversation(socketserver.StreamRequestHandler):
    server: PostOffice

    def handle(self) -> None:
        if self.server.stall_at == "HELLO":
            time.sleep(30)
            return
        self._say("220 post.example")
        try:
            while line := self.rfile.readline():
                if not self._answer(line.decode().strip()):
                    return
        except ConnectionError:
            return

    def _answer(self, line: str) -> bool:
        verb = line[:4].upper()
        if verb == "QUIT":
            self._say("221 bye")
            return False
        if not self._behave(verb):
            return False
        if verb in self.server.answers:
            self._say(self.server.answers[verb])
        elif verb == "DATA":
            self._say("354 go on")
            return self._take(self._words())
        else:
            self._say("250 ok")
        return True

    def _behave(self, verb: str) -> bool:
        if self.server.stall_at == verb:
            time.sleep(30)
        return verb not in (self.server.hang_up_at, self.server.stall_at)

    def _words(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b"..") else line)
        return b"".join(lines)

    def _take(self, words: bytes) -> bool:
        if "." in self.server.answers:
            self._say(self.server.answers["."])
            return True
        made = message_from_bytes(words, policy=policy.default)
        assert isinstance(made, EmailMessage)
        self.server.taken.append(made)
        self.server.when_taken()
        if not self._behave("."):
            return False
        self._say("250 taken")
        return True

    def _say(self, words: str) -> None:
        self.wfile.write(words.encode() + b"\r\n")
