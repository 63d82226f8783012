"""A whole book as a file, in constant memory: the rows are read in ranges of numbers and sent as they are read.

No name of a giver stands in any of them but of those who wished it; promises stand in none. Of help to a household (a private kit)
a file says neither the work's own address nor any words, papers or place finer than the ward.
"""

from collections.abc import Callable, Iterator

from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse

from kheo.initiatives.models import Initiative
from kheo.ledger.exports import beancount, ocds, table, workbook
from kheo.ledger.exports.rows import Book, open_book

_TEXTS: dict[str, tuple[Callable[[Book], Iterator[str]], str]] = {
    "csv": (table.lines, "text/csv; charset=utf-8"),
    "beancount": (beancount.lines, "text/plain; charset=utf-8"),
    "ocds.json": (ocds.lines, "application/json"),
}
KINDS = (*_TEXTS, "xlsx")
PIECE = 64 * 1024  # characters sent at once


def answer(initiative: Initiative, kind: str) -> HttpResponseBase:
    """The response that sends the book as a file of this kind (one of :data:`KINDS`)."""
    book = open_book(initiative)
    if kind == "xlsx":
        whole = workbook.write(book)
        return FileResponse(whole, as_attachment=True, filename=f"{book.key}.xlsx", content_type=workbook.TYPE)
    lines, content_type = _TEXTS[kind]
    response = StreamingHttpResponse(_pieces(lines(book)), content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{book.key}.{kind}"'
    return response


def _pieces(lines: Iterator[str]) -> Iterator[str]:
    held: list[str] = []
    size = 0
    for line in lines:
        held.append(line)
        size += len(line)
        if size >= PIECE:
            yield "".join(held)
            held, size = [], 0
    yield "".join(held)
