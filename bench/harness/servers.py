"""Servers to be measured: Masthead's web child alone, the whole newsroom, nginx on the same files, a bare Granian."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from string import Template

from bench.harness import processes
from bench.harness.asking import until_answered
from masthead.config.env import REPOSITORY
from masthead.config.tests.newsroom import environment, free_port

# The web child as `masthead run` forks it: from a process that has everything loaded and frozen.
WEB = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "masthead.config.settings"
import django
django.setup()
import gc
from masthead.config import memory, preload, web
memory.give_back()
preload.everything()
gc.collect()
gc.freeze()
web.serve()
"""
# The least that Granian can do for a page whose bytes it holds.
BARE = """
import sys
from pathlib import Path
from granian import Granian
from granian.constants import HTTPModes, Interfaces, RuntimeModes
body, port = Path(sys.argv[1]).read_bytes(), int(sys.argv[2])
HEADERS = [tuple(line.split(": ", 1)) for line in Path(sys.argv[3]).read_text(encoding="utf-8").splitlines()]
async def app(scope, proto):
    proto.response_bytes(200, HEADERS, body)
import multiprocessing
multiprocessing.set_start_method("fork", force=True)
Granian("bare", address="127.0.0.1", port=port, interface=Interfaces.RSGI, workers=2, runtime_mode=RuntimeModes.st,
        http=HTTPModes.http1, websockets=False, backlog=2048, log_enabled=False).serve(
    target_loader=lambda *_: app, wrap_loader=False)
"""
NGINX = Template("""
$modules
${user}daemon off;
worker_processes 2;
pid $folder/nginx.pid;
error_log $folder/error.log warn;
events { worker_connections 1024; multi_accept on; }
http {
  types { text/html html; application/xml xml; application/json json; text/plain txt; }
  charset utf-8;
  charset_types text/html application/xml application/json text/plain;
  sendfile on;
  tcp_nopush on;
  keepalive_requests 1000000000;
  server_tokens off;
  log_format line '$$time_iso8601 $$request_method $$uri $$status $$body_bytes_sent $${request_time}s';
  # Gathered and written in blocks, as Masthead's own log is.
  access_log $folder/access.log line buffer=64k flush=250ms;
  client_body_temp_path $folder/body; proxy_temp_path $folder/proxy; fastcgi_temp_path $folder/fastcgi;
  uwsgi_temp_path $folder/uwsgi; scgi_temp_path $folder/scgi;
  $http
  server {
    listen 127.0.0.1:$port backlog=2048;
    root $root;
    gzip_static on;
    gzip_vary on;
    $brotli
    $headers
    location ~ /$$ { try_files $${uri}_page/index.html =404; }
    location / { try_files $$uri/_file =404; }
  }
}
""")
BROTLI = "ngx_http_brotli_static_module.so"


class Server:
    """A process that serves on a port, with its workers."""

    def __init__(self, name: str, port: int, process: subprocess.Popen[bytes]) -> None:
        self.name = name
        self.port = port
        self.process = process

    @property
    def origin(self) -> str:
        """What a URL to it begins with."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def workers(self) -> list[int]:
        """All processes but the first."""
        return processes.family(self.process.pid)[1:]

    def cpu_seconds(self) -> float:
        """Processor time used so far by all its processes."""
        return processes.cpu_seconds(processes.family(self.process.pid))


@contextlib.contextmanager
def running(
    name: str, words: list[str], port: int, log: Path, env: dict[str, str], path: str = "/"
) -> Iterator[Server]:
    """Start a server, wait for its first 200 at `path`, and end it and its workers after."""
    with log.open("wb") as out:
        process = subprocess.Popen(
            words, env=env, cwd=REPOSITORY, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True
        )
        try:
            try:
                until_answered(port, path)
            except TimeoutError as error:
                raise RuntimeError(f"{name} did not start: {log.read_text(encoding='utf-8')[-2000:]}") from error
            yield Server(name, port, process)
        finally:
            _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    members = processes.family(process.pid)
    with contextlib.suppress(ProcessLookupError):
        process.send_signal(signal.SIGTERM)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(15)
    for pid in members:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    process.wait(10)


@contextlib.contextmanager
def web(data: Path, path: str = "/", **environ: str) -> Iterator[Server]:
    """Masthead's web workers alone, without clock and tasks."""
    port = free_port()
    env = environment(data, PORT=str(port), PYTHONUNBUFFERED="1", **environ)
    with running("Masthead", [sys.executable, "-c", WEB], port, data.parent / "web.log", env, path) as server:
        yield server


@contextlib.contextmanager
def newsroom(data: Path, path: str = "/", **environ: str) -> Iterator[Server]:
    """The whole of `masthead run`."""
    port = free_port()
    env = environment(data, PORT=str(port), PYTHONUNBUFFERED="1", **environ)
    words = [sys.executable, "-m", "masthead", "run"]
    with running("Masthead", words, port, data.parent / "newsroom.log", env, path) as server:
        yield server


@contextlib.contextmanager
def bare_granian(folder: Path, body: bytes, headers: list[tuple[str, str]], path: str) -> Iterator[Server]:
    """Granian with a handler that does nothing but answer."""
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    (folder / "body").write_bytes(body)
    (folder / "headers").write_text("\n".join(f"{name}: {value}" for name, value in headers), encoding="utf-8")
    words = [sys.executable, "-c", BARE, str(folder / "body"), str(port), str(folder / "headers")]
    with running("bare Granian", words, port, folder / "log", dict(os.environ), path) as server:
        yield server


def find_nginx() -> str | None:
    """nginx's program, which Debian keeps out of most people's PATH."""
    return shutil.which("nginx") or next((at for at in ("/usr/sbin/nginx",) if Path(at).exists()), None)


def find_module(name: str) -> Path | None:
    """One of nginx's modules, where Debian keeps them."""
    return next((at for at in Path("/usr/lib/nginx/modules").glob(name)), None)


@contextlib.contextmanager
def nginx(
    folder: Path, www: Path, headers: list[tuple[str, str]], path: str, *, cached: bool = False
) -> Iterator[Server]:
    """nginx with two workers on a snapshot folder; `cached` lets it keep files open for a minute, changed or not."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)
    program, module, port = find_nginx(), find_module(BROTLI), free_port()
    if program is None:
        raise RuntimeError("nginx is missing: scripts/services names the command that brings it")
    config = NGINX.substitute(
        modules=f"load_module {module};" if module else "",
        # As root it would serve as somebody who may not read our folder.
        user="user root;\n" if os.geteuid() == 0 else "",
        folder=folder,
        http="open_file_cache max=10000 inactive=60s; open_file_cache_valid 60s;" if cached else "",
        port=port,
        root=www,
        brotli="brotli_static on;" if module else "",
        headers="\n".join(f"add_header {name} {_quoted(value)};" for name, value in headers),
    )
    (folder / "nginx.conf").write_text(config, encoding="utf-8")
    name = "nginx, files kept open" if cached else "nginx"
    words = [program, "-p", str(folder), "-c", str(folder / "nginx.conf")]
    with running(name, words, port, folder / "log", dict(os.environ), path) as server:
        yield server


def _quoted(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"').replace("$", "") + '"'
