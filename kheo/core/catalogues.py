"""Catalogues of words, one per room: extracted with Babel, merged without losing a translation, compiled, checked.

A room (or kit) is a folder; its words lie in ``<room>/locale/<language>/LC_MESSAGES/django.po``. The files carry no dates
and no line numbers, and messages are sorted, so that two people's changes rarely touch.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

KHEO = Path(__file__).resolve().parent.parent
LANGUAGES = ("vi", "id")
COMPLETE = ("vi",)  # every sentence must be there; Indonesian only has its place
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "N_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(r"%%|%\(\w+\)[sdif]|%[sdif]|\{[\w.!:]*\}")
SKIPPED = {"tests", "migrations", "data", "locale", "__pycache__"}


def rooms() -> dict[str, Path]:
    """Every folder with words of its own: the rooms by name, the kits as ``kits/<key>``."""
    found = {p.parent.name: p.parent for p in sorted(KHEO.glob("*/apps.py"))}
    return found | {f"kits/{p.parent.name}": p.parent for p in sorted(KHEO.glob("kits/*/kit.toml"))}


def _sources(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.suffix in {".py", ".html", ".txt", ".js"} and not SKIPPED & set(path.relative_to(folder).parts):
            yield path


def _messages(path: Path) -> Iterator[tuple[str | tuple[str, ...], list[str], str | None]]:
    """(msgid or (msgid, plural), translator comments, context) for each call in one file."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".js":
        method = "javascript"
    else:
        method = "python"
        if path.suffix != ".py":
            # Templatize leaves the template's indentation, which Python's tokenizer would take amiss.
            text = "\n".join(line.strip() for line in templatize(text, origin=str(path)).splitlines())
    for _line, message, comments, context in extract(method, BytesIO(text.encode()), KEYWORDS, ("Translators:",), {"encoding": "utf-8"}):
        yield message, list(comments), context


def extracted(folder: Path) -> Catalog:
    """The words that stand in one room's Python, templates and scripts, without translations."""
    catalog = Catalog(charset="utf-8")
    for path in _sources(folder):
        where = path.relative_to(folder).as_posix()
        for message, comments, context in _messages(path):
            catalog.add(message, locations=[(where, 0)], auto_comments=comments, context=context)
    return catalog


def po_path(folder: Path, language: str) -> Path:
    """Where one room's words in one language lie."""
    return folder / "locale" / language / "LC_MESSAGES" / "django.po"


def read(path: Path, language: str) -> Catalog:
    """The catalogue in a file; an empty one where there is none."""
    if not path.exists():
        return Catalog(locale=language, charset="utf-8")
    with path.open("rb") as f:
        return read_po(f, locale=language)


def _key(message: Message) -> tuple[str, str]:
    msgid = message.id if isinstance(message.id, str) else message.id[0]
    return msgid, message.context or ""


def _merged(words: Catalog, old: Catalog, language: str) -> Catalog:
    known = {_key(m): m for m in old if m.id}
    merged = Catalog(locale=language, charset="utf-8", fuzzy=False)
    for message in sorted((m for m in words if m.id), key=_key):
        flags = {f for f in message.flags if f != "fuzzy"}
        string = _fitting(known.get(_key(message)), message, merged.num_plurals)
        merged.add(
            message.id, string, sorted({(w, 0) for w, _ in message.locations}), flags, message.auto_comments, context=message.context
        )
    return merged


def _fitting(old: Message | None, new: Message, plurals: int) -> str | tuple[str, ...] | None:
    """The kept translation, reshaped when a message became (or stopped being) plural."""
    if old is None:
        return None
    kept = old.string if isinstance(old.string, str) else (old.string or ("",))[0]
    if not new.pluralizable:
        return kept
    if isinstance(old.string, list | tuple) and len(old.string) == plurals:
        return tuple(old.string)
    return (kept,) * plurals


def _dump(catalog: Catalog, language: str) -> bytes:
    out = BytesIO()
    write_po(out, catalog, width=0, omit_header=True, include_lineno=False, sort_output=False)
    header = (
        'msgid ""\nmsgstr ""\n'
        f'"Language: {language}\\n"\n"MIME-Version: 1.0\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n'
        f'"Content-Transfer-Encoding: 8bit\\n"\n"Plural-Forms: {catalog.plural_forms}\\n"\n\n'
    )
    return header.encode() + out.getvalue().rstrip(b"\n") + b"\n"


def update(folder: Path) -> dict[str, int]:
    """Extract one room's words and merge them into its catalogues. Returns how many still lack a translation, per language."""
    words, missing = extracted(folder), {}
    for language in LANGUAGES:
        path = po_path(folder, language)
        catalog = _merged(words, read(path, language), language)
        if not len(catalog):
            path.unlink(missing_ok=True)
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        new = _dump(catalog, language)
        if not path.exists() or path.read_bytes() != new:
            path.write_bytes(new)
        missing[language] = sum(1 for m in catalog if m.id and not _translated(m))
    return missing


def _translated(message: Message) -> bool:
    return bool(message.string) if isinstance(message.string, str) else bool(message.string) and all(message.string or ())


def stale(folders: Iterable[Path]) -> list[tuple[Path, str]]:
    """Catalogues whose compiled form is missing or older than its source, with their language."""
    found = []
    for folder in folders:
        for language in LANGUAGES:
            po = po_path(folder, language)
            mo = po.with_suffix(".mo")
            if po.exists() and (not mo.exists() or mo.stat().st_mtime < po.stat().st_mtime):
                found.append((po, language))
    return found


def compile_stale(folders: Iterable[Path]) -> int:
    """Compile what is stale; returns how many files were written."""
    found = stale(folders)
    for po, language in found:
        new = po.with_suffix(".mo.new")
        catalog = read(po, language)
        if language not in COMPLETE:
            _fill(catalog)
        with new.open("wb") as f:
            write_mo(f, catalog)
        new.replace(po.with_suffix(".mo"))
    return len(found)


def _fill(catalog: Catalog) -> None:
    """Put plain English where a translation is missing: Django would fall back to the default language, Vietnamese."""
    for message in catalog:
        if message.id and not _translated(message):
            message.string = message.id if isinstance(message.id, str) else (message.id[-1],) * catalog.num_plurals


def problems(name: str, folder: Path) -> list[str]:
    """What is wrong with one room's catalogues, a sentence each: missing or stale words, unequal placeholders, fuzzy marks."""
    words = {_key(m): m for m in extracted(folder) if m.id}
    found: list[str] = []
    for language in LANGUAGES if words else ():
        path = po_path(folder, language)
        if not path.exists():
            found.append(f"{name}: no {language} catalogue; run `kheo catalogue update {name}`")
            continue
        catalog = read(path, language)
        have = {_key(m): m for m in catalog if m.id}
        found += [f"{name} {language}: not extracted yet: {msgid!r}" for msgid, _ in words.keys() - have.keys()]
        found += [f"{name} {language}: no longer used: {msgid!r}" for msgid, _ in have.keys() - words.keys()]
        for (msgid, _), message in have.items():
            if message.fuzzy:
                found.append(f"{name} {language}: fuzzy: {msgid!r}")
            if not _translated(message):
                if language in COMPLETE:
                    found.append(f"{name} {language}: not translated: {msgid!r}")
                continue
            found += [f"{name} {language}: placeholders differ: {msgid!r}" for _ in _unequal(message)]
    return sorted(found)


def disagreements(folders: Mapping[str, Path]) -> list[str]:
    """The same words (and context) that two rooms translate differently, a sentence each: Django shows the first room's everywhere.

    Where Indonesian is missing, English stands in its place (see :func:`compile_stale`), and hides another room's words like any other.
    """
    found: list[str] = []
    for language in LANGUAGES:
        said: dict[tuple[tuple[str, str], bool], dict[str | tuple[str, ...], list[str]]] = {}
        for name, folder in folders.items():
            catalog = read(po_path(folder, language), language)
            if language not in COMPLETE:
                _fill(catalog)
            for message in catalog:
                if message.id and _translated(message):
                    string = message.string if isinstance(message.string, str) else tuple(message.string or ())
                    said.setdefault((_key(message), message.pluralizable), {}).setdefault(string, []).append(name)
        for ((msgid, context), _plural), strings in said.items():
            if len(strings) > 1:
                each = "; ".join(f"{string!r} in {', '.join(names)}" for string, names in strings.items())
                found.append(f"{language}: rooms disagree on {msgid!r}{f' ({context})' if context else ''}: {each}")
    return sorted(found)


def _unequal(message: Message) -> Iterator[Message]:
    """The message itself when its translation lost or made up a placeholder (a plural form may leave the number out)."""
    ids = [message.id] if isinstance(message.id, str) else list(message.id)
    strings = [message.string] if isinstance(message.string, str) else list(message.string or ())
    wanted = set(PLACEHOLDER.findall(ids[-1])) - {"%%"}
    for string in strings:
        if set(PLACEHOLDER.findall(string)) - {"%%"} != wanted:
            yield message
            return


if __name__ == "__main__":  # at set-up, before there is a Django to start
    compile_stale(rooms().values())
