"""What strangers wrote, on a terminal: names in a log or a file may hold codes that clear, colour or turn round what stands there."""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from typing import Any

# Control characters but tab, line end and return (the bar of progress), and the marks that turn the direction of writing.
_CODES = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2028\u2029\u2066-\u2069]")


def plain(text: str) -> str:
    r"""The text with such codes spelt out (``\u001b``), which JSON reads as the same."""
    return _CODES.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


class _Plain:
    """A stream that writes nothing else."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        self._stream.write(plain(text))
        return len(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


@contextmanager
def guarded() -> Iterator[None]:
    """Until the end of the block nothing but text reaches standard output and standard error."""
    with redirect_stdout(_Plain(sys.stdout)), redirect_stderr(_Plain(sys.stderr)):
        yield
