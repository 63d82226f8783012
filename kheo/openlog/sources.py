"""Where a log can be read from: a server, or a folder with the same layout. No Django."""

import http.client
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from kheo.openlog import entries, merkle

LARGEST = 256 * 2 * 65_800 + 1024  # a facts bundle at its fullest


class Unreachable(OSError):
    """The log can't be read, which says nothing about whether it holds."""


class Source(Protocol):
    """A log to read. ``live``: it may grow while it is read."""

    live: bool

    def get(self, path: str) -> bytes | None:
        """The bytes at ``path`` below …/log/, or None when there is nothing (or nothing any more)."""
        ...


class Server:
    """A log over HTTP: one connection kept open, no redirects followed."""

    live = True

    def __init__(self, url: str, timeout: float = 30, longest: float = 300) -> None:
        parts = urlsplit(url if url.endswith("/") else url + "/")
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise Unreachable(f"{url} is not a web address")
        self._prefix, self._longest = parts.path, longest
        self._connection: http.client.HTTPConnection
        if parts.scheme == "https":
            self._connection = http.client.HTTPSConnection(
                parts.hostname, parts.port, timeout=timeout, context=ssl.create_default_context()
            )
        else:
            self._connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=timeout)

    def get(self, path: str) -> bytes | None:
        """See :class:`Source`. Of a bare ``https://city.example`` the log is looked for at ``/log/`` too."""
        body = self._ask(self._prefix + path)
        if body is None and self._prefix == "/":
            body = self._ask(f"/log/{path}")
            if body is not None:
                self._prefix = "/log/"
        return body

    def _ask(self, path: str) -> bytes | None:
        for again in (True, False):
            try:
                self._connection.request("GET", path, headers={"Accept": "*/*", "Accept-Encoding": "identity"})
                with self._patience(self._connection.sock, path):
                    answer = self._connection.getresponse()
                    body = answer.read(LARGEST + 1)
                if len(body) > LARGEST:
                    self._connection.close()
                    raise Unreachable(f"{path}: more than {LARGEST} bytes")
                break
            except (http.client.HTTPException, OSError) as e:
                self._connection.close()
                if not again or isinstance(e, Unreachable | TimeoutError):
                    raise Unreachable(f"{path}: {e}") from e
        if answer.status == 200:
            return body
        if answer.status in (404, 410):
            return None
        raise Unreachable(f"{path}: the server answered {answer.status}")

    @contextmanager
    def _patience(self, line: socket.socket, path: str) -> Iterator[None]:
        """Hang up when one answer takes longer than ``longest``: a byte now and then keeps every single read alive for ever."""
        late = threading.Event()

        def hang_up() -> None:
            late.set()
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

        watch = threading.Timer(self._longest, hang_up)
        watch.daemon = True
        watch.start()
        try:
            yield
        except (http.client.HTTPException, OSError) as e:
            if late.is_set():
                raise Unreachable(f"{path}: no whole answer within {self._longest:.0f} s") from e
            raise
        finally:
            watch.cancel()
        if late.is_set():
            raise Unreachable(f"{path}: no whole answer within {self._longest:.0f} s")

    def close(self) -> None:
        """Let the connection go."""
        self._connection.close()


def cut(path: str, data: bytes, width: int) -> bytes:
    """The first ``width`` hashes, entries or lines of a tile, bundle or facts bundle. Raises ValueError when it holds fewer."""
    if path.startswith("tile/entries/"):
        leaves = entries.unframe(data)
        found, short = entries.frame(leaves[:width]), len(leaves) < width
    elif path.startswith("tile/"):
        found, short = data[: width * merkle.HASH_SIZE], len(data) < width * merkle.HASH_SIZE
    else:
        lines = data.split(b"\n")
        found, short = b"".join(line + b"\n" for line in lines[:width]), len(lines) - 1 < width
    if short:
        raise ValueError(f"{path} holds fewer than {width}")
    return found


class Folder:
    """A copied log: the same paths in a folder. A narrower partial tile is cut from a wider one that is there."""

    live = False

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        if not folder.is_dir():
            raise Unreachable(f"{folder} is not a folder")

    def get(self, path: str) -> bytes | None:
        """See :class:`Source`."""
        try:
            return (self._folder / path).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            pass
        whole, partial, width = path.partition(".p/")
        if not partial or not width.isdecimal():
            return None
        wider = [whole, *(f"{whole}.p/{n}" for n in range(int(width) + 1, merkle.TILE))]
        for other in wider:
            try:
                return cut(path, (self._folder / other).read_bytes(), int(width))
            except (FileNotFoundError, NotADirectoryError, ValueError):
                continue
        return None

    def close(self) -> None:
        """Nothing is held open."""


def open_source(where: str) -> Server | Folder:
    """A server for ``http(s)://…``, else a folder. Raises :class:`Unreachable`."""
    return Server(where) if where.startswith(("http://", "https://")) else Folder(Path(where))
