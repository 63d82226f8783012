"""Paper from Khéo: PDFs set by Typst from a room's template (``kheo/<room>/print/<name>.typ``) and plain data.

Words of people are data, never source: a template reads them from ``data.json``, so that ``#`` or ``[`` in a name is only a letter.
Words of the paper itself come translated in the same data (the catalogues stay the one place for words).
"""

import io
import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import segno
import typst
from django.http import HttpResponse
from django.utils.text import slugify
from django.utils.translation import get_language

from kheo.core.folding import fold

BASE = Path(__file__).parent / "print" / "base.typ"


def render(template: Path, data: Mapping[str, Any], files: Mapping[str, bytes] | None = None) -> bytes:
    """The PDF that ``template`` makes of ``data`` (JSON values; lazy words are read in the language of now).

    The template says ``#import "base.typ": *`` and finds its data with ``json("data.json")``; ``data.lang`` is the language.
    ``files``: name → bytes of pictures (JPEG, PNG, WebP, SVG) that it shows with ``image("name")``; plain names without a folder.
    Only fonts that come with Typst are used, so that a paper looks the same on every machine.
    Raises ``typst.TypstError`` when the template is wrong.
    """
    with tempfile.TemporaryDirectory(prefix="kheo-pdf-") as folder:
        root = Path(folder)
        for name, content in (files or {}).items():
            if Path(name).name != name or name in {"base.typ", "main.typ", "data.json"}:
                raise ValueError(f"{name!r} is no plain file name")
            (root / name).write_bytes(content)
        (root / "base.typ").write_bytes(BASE.read_bytes())
        (root / "main.typ").write_bytes(template.read_bytes())
        (root / "data.json").write_text(json.dumps({"lang": language(), **data}, default=str, ensure_ascii=False), encoding="utf-8")
        made = typst.compile(root / "main.typ", root=root, ignore_system_fonts=True)
    assert isinstance(made, bytes)  # noqa: S101 – one PDF, not pages
    return made


def language() -> str:
    """The language of the paper: "vi", "en", …"""
    return (get_language() or "vi").split("-")[0]


def qr(text: str, digits: str = "") -> bytes:
    """A QR code as SVG, for ``files``; error correction M, without a border (leave four modules of paper around it).

    ``digits``: a long number behind the text. It takes a third of the room that letters take; error correction is L then, and the mask is
    given: choosing the best of eight takes most of the time of a large code.
    """
    out = io.BytesIO()
    if digits:
        parts: Any = [text, digits]  # a segment of bytes and one of digits; segno's types know of one only
        made = segno.make(parts, error="l", boost_error=False, micro=False, mask=3)
    else:
        made = segno.make(text, error="m", micro=False)
    made.save(out, kind="svg", border=0, scale=4)
    return out.getvalue()


def answer(made: bytes, name: str) -> HttpResponse:
    """The PDF as an answer that a browser opens; ``name`` becomes the file's name, in plain letters."""
    response = HttpResponse(made, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{slugify(fold(name)) or "kheo"}.pdf"'
    response["X-Robots-Tag"] = "noindex"
    response["Cache-Control"] = "private, no-store"
    return response
