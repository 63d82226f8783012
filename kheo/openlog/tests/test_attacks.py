"""What a hostile server may send to ``kheo verify``: refused with a sentence, never held, never a crash."""

import socket
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest

from kheo.openlog import canonical, entries, merkle, note, sources, verify

SALT = b"\1" * 32


def leaf(**more: object) -> bytes:
    return canonical.encode({"v": 1, "verb": "need.raised", "id": "0" * 32, "time": "2026-01-01T10Z", "place": "x", **more})


def redacted(**clear: object) -> bytes:
    return leaf(verb="log.redacted", clear=clear)


def log(folder: Path, leaves: list[bytes], facts: list[bytes | None] | None = None) -> sources.Folder:
    """A log of fewer than 256 entries, rightly hashed and signed by somebody who means ill."""
    key, tree, n = note.SignerKey.generate("evil.example/log"), merkle.Tree(), len(leaves)
    tree.extend([merkle.leaf_hash(one) for one in leaves])
    lines = [b"null" if one is None else entries.facts_line(one, SALT) for one in facts or [None] * n]
    files = {
        merkle.tile_path(0, 0, n): b"".join(merkle.leaf_hash(one) for one in leaves),
        merkle.tile_path("entries", 0, n): entries.frame(leaves),
        f"facts/bundle/000.p/{n}": b"".join(line + b"\n" for line in lines),
        "vkey": f"{key.verifier}\n".encode(),
        "checkpoint": note.sign(note.Checkpoint("evil.example/log", n, tree.root()), key).encode(),
    }
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return sources.Folder(folder)


def test_this_file_knows_how_to_write_a_log_that_holds(tmp_path: Path) -> None:
    facts = b'{"a":1}'
    gone = redacted(index=0, part="facts", ground="asked for", role="operator")
    source = log(tmp_path, [leaf(facts="0" * 64), gone, leaf(facts=entries.commit(SALT, facts))], [None, None, facts])
    assert verify.verify(source).redacted == 1


@pytest.mark.parametrize(
    "entry",
    [
        leaf(clear={"a": 1}).replace(b'"a":1', rb'"\udfff":1'),  # half a character as a key
        leaf().replace(b'"place":"x"', rb'"place":"\ud800"'),
        leaf(clear={"a": 1}).replace(b'"a":1', b'"a":' + b"[" * 30_000 + b"]" * 30_000),
        leaf(clear={"a": 1}).replace(b'"a":1', b'"a":' + b"9" * 5000),
        leaf(clear={"a": 1}).replace(b'"a":1', b'"a":-0'),
        leaf().replace(b"2026-01-01T10Z", b"2026-19-01T10Z"),
        leaf().replace(b"2026-01-01T10Z", b"2026-01-00T10Z"),
        leaf().replace(b"2026-01-01T10Z", b"2026-01-01T29Z"),
        leaf().replace(b'"v":1', b'"v":true'),
        b"\xff\xfe",
        b"",
        b"[]",
    ],
)
def test_an_entry_that_no_log_of_ours_writes(tmp_path: Path, entry: bytes) -> None:
    with pytest.raises(verify.Wrong) as caught:
        verify.verify(log(tmp_path, [leaf(), entry]))
    assert caught.value.index == 1


@pytest.mark.parametrize("facts", [b"[1]", b"1", b'{"a": 1}', b'{"a":1,"a":2}', rb'{"\udfff":1}', b'{"a":1},"salt":"' + b"0" * 64 + b'"}'])
def test_facts_that_were_committed_to_but_are_none(tmp_path: Path, facts: bytes) -> None:
    with pytest.raises(verify.Wrong) as caught:
        verify.verify(log(tmp_path, [leaf(facts=entries.commit(SALT, facts))], [facts]))
    assert caught.value.index == 0


@pytest.mark.parametrize(
    "clear",
    [
        {"index": 0, "part": "facts"},
        {"index": 0, "part": "facts", "ground": " ", "role": "operator"},
        {"index": 0, "part": "facts", "ground": "asked for"},
        {"index": 0, "part": "facts", "ground": "asked for", "role": 1},
        {"index": 1, "part": "facts", "ground": "asked for", "role": "operator"},
        {"index": True, "part": "facts", "ground": "asked for", "role": "operator"},
    ],
)
def test_facts_do_not_vanish_without_a_ground_and_a_role(tmp_path: Path, clear: dict[str, object]) -> None:
    with pytest.raises(verify.Wrong) as caught:
        verify.verify(log(tmp_path, [leaf(facts="0" * 64), redacted(**clear)]))
    assert caught.value.index == 1


@pytest.mark.parametrize(
    ("first", "again"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", b"x"),
        (b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", b"x"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        (b"HTTP/1.1 200 OK\r\n", b"X"),
    ],
)
def test_a_server_that_never_comes_to_an_end_is_hung_up_on(first: bytes, again: bytes) -> None:
    door = socket.create_server(("127.0.0.1", 0))

    def drip() -> None:
        line, _ = door.accept()
        with line, suppress(OSError):
            line.sendall(first)
            while True:
                line.sendall(again)
                time.sleep(0.05)

    threading.Thread(target=drip, daemon=True).start()
    source = sources.Server(f"http://127.0.0.1:{door.getsockname()[1]}/log/", timeout=5, longest=0.5)
    began = time.monotonic()
    with door, pytest.raises(sources.Unreachable, match="no whole answer"):
        source.get("checkpoint")
    assert time.monotonic() - began < 5
    source.close()
