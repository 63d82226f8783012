"""Reading one kit.toml strictly: everything that is wrong is told at once, each with the file, the key and what would do."""

import hashlib
import re
import tomllib
from collections.abc import Callable, Iterable
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from kheo.catalogue import folders, keys
from kheo.catalogue.shapes import AgendaItem, Cost, Disclosure, Durability, Evidence, Field, Indicator, Kit, Stage, Step
from kheo.catalogue.texts import LANGUAGES, NOTHING, Text

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)
NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
LARGEST = 1_000_000_000_000


class KitError(ValueError):
    """A kit that can't be used. ``problems``: a sentence each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def read(folder: Path) -> Kit:
    """The kit in a folder. Raises :class:`KitError` with everything that is wrong."""
    path = folder / "kit.toml"
    try:
        data = path.read_bytes()
        table = tomllib.loads(data.decode())
    except OSError as e:
        raise KitError([f"{path}: can't be read: {e.strerror}"]) from e
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as e:
        raise KitError([f"{path}: not TOML: {e}"]) from e
    reader = _Reader(path, folders.key_of(folder))
    kit = reader.kit(table, hashlib.sha256(data).hexdigest())
    if not NAME.fullmatch(reader.key):
        reader.wrong("", f"the folder's name {folder.name!r} must be lower-case letters, digits and underscores")
    if reader.problems:
        raise KitError(reader.problems)
    return kit


class _Reader:
    """Walks the tables, keeps what is wrong, and goes on with something harmless."""

    def __init__(self, path: Path, key: str) -> None:
        self.path, self.key, self.problems = path, key, list[str]()

    def wrong(self, where: str, sentence: str) -> None:
        self.problems.append(f"{self.path}: {where}: {sentence}" if where else f"{self.path}: {sentence}")

    # --- values ---

    def known(self, table: Any, where: str, known: set[str]) -> dict[str, Any]:
        if not isinstance(table, dict):
            self.wrong(where, "must be a table")
            return {}
        for key in table.keys() - known:
            self.wrong(f"{where}.{key}" if where else key, f"unknown key; known keys are {', '.join(sorted(known))}")
        return table

    def text(self, table: dict[str, Any], key: str, where: str, *, needed: bool = True, longest: int = 1000) -> Text:
        where = f"{where}.{key}" if where else key
        if key not in table:
            if needed:
                self.wrong(where, f'is missing; write it as {key} = {{ vi = "…", en = "…", id = "…" }}')
            return NOTHING
        words = self.known(table[key], where, set(LANGUAGES))
        if words and "vi" not in words:
            self.wrong(where, "needs Vietnamese (vi); the other languages fall back to it")
        for language, word in words.items():
            if not isinstance(word, str) or not word.strip():
                self.wrong(f"{where}.{language}", "must be a text that isn't empty")
            elif len(word) > longest:
                self.wrong(f"{where}.{language}", f"is too long: {len(word)} letters, at most {longest}")
        return Text({k: v.strip() for k, v in words.items() if isinstance(v, str)})

    def whole(self, table: dict[str, Any], key: str, where: str, *, default: int | None = None, least: int = 0, most: int = LARGEST) -> int:
        where = f"{where}.{key}" if where else key
        if key not in table and default is not None:
            return default
        value = table.get(key)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            self.wrong(where, f"must be a whole number from {least} to {most}" + ("" if key in table else "; it is missing"))
            return least
        return value

    def choice(self, table: dict[str, Any], key: str, where: str, choices: Iterable[str]) -> str:
        where, choices = (f"{where}.{key}" if where else key), tuple(choices)
        value = table.get(key)
        if value not in choices:
            self.wrong(where, ("is missing" if key not in table else f"{value!r} is not known") + f"; one of {', '.join(choices)}")
            return choices[0]
        return str(value)

    def yes(self, table: dict[str, Any], key: str, where: str) -> bool:
        where, value = (f"{where}.{key}" if where else key), table.get(key, False)
        if not isinstance(value, bool):
            self.wrong(where, "must be true or false")
        return value is True

    def string(self, table: dict[str, Any], key: str, where: str) -> str:
        where = f"{where}.{key}" if where else key
        value = table.get(key)
        if not isinstance(value, str) or not value.strip():
            self.wrong(where, "must be a text that isn't empty" + ("" if key in table else "; it is missing"))
            return ""
        return value.strip()

    def strings(self, table: dict[str, Any], key: str, where: str, choices: Iterable[str] | None = None) -> tuple[str, ...]:
        where, value = (f"{where}.{key}" if where else key), table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
            self.wrong(where, 'must be a list of texts, e.g. ["…"]')
            return ()
        if choices is not None:
            choices = tuple(choices)
            for v in value:
                if v not in choices:
                    self.wrong(where, f"{v!r} is not known; known are {', '.join(choices)}")
            return tuple(v for v in value if v in choices)
        return tuple(value)

    def tables(
        self, table: dict[str, Any], key: str, known: set[str], make: Callable[[dict[str, Any], str], T], where: str = ""
    ) -> list[T]:
        where, value = (f"{where}.{key}" if where else key), table.get(key, [])
        if not isinstance(value, list):
            self.wrong(where, f"must be a list of tables: [[{key}]]")
            return []
        return [make(self.known(row, f"{where}[{i}]", known), f"{where}[{i}]") for i, row in enumerate(value, 1)]

    # --- tables ---

    def kit(self, table: dict[str, Any], digest: str) -> Kit:
        table = self.known(table, "", keys.KIT)
        raw = table.get("indicators", {})
        if not isinstance(raw, dict) or not raw:
            self.wrong("indicators", "a kit counts at least one thing: [indicators.lamps]")
            raw = {}
        indicators = [self.indicator(name, value) for name, value in raw.items()]
        private = table.get("private_site", False)
        if not isinstance(private, bool):
            self.wrong("private_site", "must be true or false")
        kinds = self.strings(table, "site_kinds", "")
        if private is True and kinds:
            self.wrong("site_kinds", "a kit with private_site shows no site, so it names no kinds")
        return Kit(
            key=self.key,
            hash=digest,
            name=self.text(table, "name", "", longest=60),
            summary=self.text(table, "summary", "", longest=400),
            title=self.text(table, "title", "", longest=120),
            icon=self.string(table, "icon", ""),
            field=Field(self.choice(table, "field", "", [f.value for f in Field])),
            answers=self.strings(table, "answers", "", keys.NEEDS),
            private_site=private is True,
            site_kinds=kinds,
            order=self.whole(table, "order", "", default=100, most=1000),
            indicators={i.key: i for i in indicators},
            stages=tuple(self.tables(table, "stages", keys.STAGE, self.stage)),
            agenda=tuple(self.tables(table, "agenda", keys.AGENDA, self.agenda)),
            agreement=tuple(self.tables(table, "agreement", keys.AGREEMENT, lambda row, where: self.text(row, "text", where))),
            disclosure=tuple(self.tables(table, "disclosure", keys.DISCLOSURE, self.disclosed)),
            durability=tuple(self.tables(table, "durability", keys.DURABILITY, lambda row, where: self.lasting(row, where, list(raw)))),
        )

    def indicator(self, name: str, table: Any) -> Indicator:
        where = f"indicators.{name}"
        if not NAME.fullmatch(name):
            self.wrong(where, "an indicator's key is lower-case letters, digits and dashes")
        table = self.known(table, where, keys.INDICATOR)
        least = self.whole(table, "minimum", where, default=1, least=1)
        most = self.whole(table, "maximum", where, least=1)
        if most < least:
            self.wrong(f"{where}.maximum", f"is below minimum ({least})")
        if len(f"{self.key}.{name}") > 64:
            self.wrong(where, "kit and indicator key together have more than 64 letters")
        return Indicator(
            key=f"{self.key}.{name}",
            kit=self.key,
            name=self.text(table, "name", where, longest=60),
            unit=self.text(table, "unit", where, longest=20),
            unit_one=self.text(table, "unit_one", where, longest=20, needed=False),
            question=self.text(table, "question", where, longest=160),
            minimum=least,
            maximum=most,
            tolerance=self.whole(table, "tolerance", where, default=0, most=50),
            cut=self.cut(table, where),
            anew=self.yes(table, "anew", where),
            evidence=tuple(Evidence(e) for e in self.strings(table, "evidence", where, [e.value for e in Evidence])),
            cost=self.cost(table["cost"], f"{where}.cost") if "cost" in table else None,
        )

    def cut(self, table: dict[str, Any], where: str) -> str:
        """Metres are cut along their line unless the file says otherwise; everything else is one unit a result."""
        metres = isinstance(table.get("unit"), dict) and table["unit"].get("vi") == "m"
        return self.choice({"cut": "line" if metres else "whole"} | table, "cut", where, keys.CUTS)

    def cost(self, table: Any, where: str) -> Cost:
        table = self.known(table, where, keys.COST)
        least = self.whole(table, "least", where, least=1)
        most = self.whole(table, "most", where, least=1)
        if most < least:
            self.wrong(f"{where}.most", f"is below least ({least})")
        date = self.string(table, "date", where)
        if date and not re.fullmatch(r"20\d\d(-(0[1-9]|1[0-2]))?", date):
            self.wrong(f"{where}.date", 'must be a year or month, e.g. "2025" or "2025-06"')
        return Cost(least, most, self.choice(table, "mark", where, keys.MARKS), date, self.text(table, "note", where, needed=False))

    def stage(self, table: dict[str, Any], where: str) -> Stage:
        return Stage(self.text(table, "name", where, longest=80), tuple(self.tables(table, "tasks", keys.TASK, self.task, where)))

    def task(self, table: dict[str, Any], where: str) -> Step:
        return Step(self.text(table, "title", where, longest=160), self.text(table, "who", where, needed=False, longest=120))

    def agenda(self, table: dict[str, Any], where: str) -> AgendaItem:
        return AgendaItem(self.text(table, "title", where, longest=200), self.choice(table, "rule", where, keys.RULES))

    def disclosed(self, table: dict[str, Any], where: str) -> Disclosure:
        return Disclosure(self.text(table, "what", where), self.whole(table, "days", where, least=1, most=365))

    def lasting(self, table: dict[str, Any], where: str, names: list[str]) -> Durability:
        name = self.choice(table, "indicator", where, names) if names else ""
        return Durability(self.whole(table, "months", where, least=1, most=120), self.text(table, "question", where), f"{self.key}.{name}")
