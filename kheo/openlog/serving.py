"""Serving a copied log over HTTP with the paths, types and ages of the original. No Django, nothing but files of one folder."""

import json
import re
import socket
import sys
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

from kheo.openlog import merkle
from kheo.openlog.sources import Folder

FOREVER = "public, max-age=31536000, immutable"
MOST_AT_ONCE = 32
PATIENCE = 15  # seconds for a caller to say something
_TILE = re.compile(r"tile/(?:[0-7]|entries)/(.+)")
_FACTS = re.compile(r"facts/(0|[1-9][0-9]{0,15})\.json")


class Answer(Exception):
    """What is sent back."""

    def __init__(self, status: int, body: bytes = b"", kind: str = "text/plain; charset=utf-8", cache: str = "no-store") -> None:
        super().__init__(status)
        self.status, self.body, self.kind, self.cache = status, body, kind, cache


NOT_THERE = Answer(404, b"There is nothing here.\n")


def look(folder: Path, path: str) -> Answer:
    """The answer to ``GET /path`` (without the leading slash, with or without ``log/``)."""
    path = path.removeprefix("log/")
    if path in ("checkpoint", "witnessed"):
        return _file(folder, path, "text/plain; charset=utf-8", "no-store")
    if path == "vkey":
        return _file(folder, path, "text/plain; charset=utf-8", "no-cache")
    bundle = path.startswith("facts/bundle/")
    match = _TILE.fullmatch(path)
    if bundle or match:
        try:
            merkle.parse_number(path.removeprefix("facts/bundle/") if bundle else match[1] if match else "")
        except ValueError:
            return NOT_THERE
        return _file(folder, path, *(("application/x-ndjson", "no-cache") if bundle else ("application/octet-stream", FOREVER)))
    if match := _FACTS.fullmatch(path):
        return _facts(folder, int(match[1]))
    return NOT_THERE


def _file(folder: Path, path: str, kind: str, cache: str) -> Answer:
    data = Folder(folder).get(path)
    return NOT_THERE if data is None else Answer(200, data, kind, cache)


def _facts(folder: Path, index: int) -> Answer:
    """The facts of one entry, cut from its bundle; 410 when they were erased."""
    number, at = divmod(index, merkle.TILE)
    source = Folder(folder)
    name = "facts/bundle/" + merkle.tile_path("", number).removeprefix("tile//")
    data = source.get(name) or source.get(f"{name}.p/{at + 1}")
    line = data.split(b"\n")[at] if data else b""
    if line not in (b"", b"null"):
        return Answer(200, line, "application/json", "no-cache")
    try:
        by = json.loads((folder / "redacted.json").read_bytes()).get(str(index))
    except FileNotFoundError:
        by = None
    if by is None:
        return NOT_THERE
    return Answer(
        410, json.dumps({"redacted_by": by, "index": index, "part": "facts"}, sort_keys=True).encode(), "application/json", "no-cache"
    )


class Handler(BaseHTTPRequestHandler):
    """Answers what ``get`` (path) and ``post`` (path, body) say; ``largest`` bytes are read of a body."""

    protocol_version = "HTTP/1.1"
    server_version, sys_version = "kheo", ""
    timeout = PATIENCE
    largest: ClassVar[int] = 65_536
    get: ClassVar[Callable[[str], Answer]]
    post: ClassVar[Callable[[str, bytes], Answer] | None] = None

    def do_GET(self) -> None:
        """A file of the copy."""
        self._send(type(self).get(self.path.partition("?")[0].lstrip("/")))

    do_HEAD = do_GET

    def do_POST(self) -> None:
        """What the owner of the server answers."""
        post = type(self).post
        length = self.headers.get("Content-Length", "")
        if post is None:
            self.close_connection = True
            return self._send(Answer(405))
        if not (length.isascii() and length.isdecimal()):
            self.close_connection = True
            return self._send(Answer(411, b"Say how long the body is.\n"))
        if len(length) > 12 or int(length) > self.largest:  # Python refuses to read a number of thousands of digits
            self.close_connection = True
            return self._send(Answer(413, b"Too long.\n"))
        return self._send(post(self.path.partition("?")[0].lstrip("/"), self.rfile.read(int(length))))

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.kind)
        self.send_header("Content-Length", str(len(answer.body)))
        self.send_header("Cache-Control", answer.cache)
        self.send_header("Access-Control-Allow-Origin", "*")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    def log_message(self, *_: object) -> None:
        """No address of a caller is written down."""


class Server(ThreadingHTTPServer):
    """At most :data:`MOST_AT_ONCE` callers at a time; further ones wait in the queue of the system."""

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64

    def __init__(self, host: str, port: int, handler: type[Handler]) -> None:
        self._places = threading.BoundedSemaphore(MOST_AT_ONCE)
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        super().__init__((host, port), handler)

    def process_request(self, request: object, client_address: object) -> None:
        """Wait for a place, then answer in a thread of its own."""
        self._places.acquire()
        try:
            super().process_request(request, client_address)  # type: ignore[arg-type]
        except BaseException:
            self._places.release()
            raise

    def process_request_thread(self, request: object, client_address: object) -> None:
        """Answer, and give the place back."""
        try:
            super().process_request_thread(request, client_address)  # type: ignore[arg-type]
        finally:
            self._places.release()

    def handle_error(self, request: object, client_address: object) -> None:
        """A caller that hangs up is no news; anything else is a fault of ours."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.server_address[1])


def serve(host: str, port: int, get: Callable[[str], Answer], post: Callable[[str, bytes], Answer] | None = None) -> Server:
    """Serve from a thread of its own until ``shutdown()``."""
    handler = type("Handler", (Handler,), {"get": staticmethod(get), "post": staticmethod(post) if post else None})
    server = Server(host, port, handler)
    threading.Thread(target=server.serve_forever, daemon=True, name="serving").start()
    return server
