"""Reads the Pabulib format (pabulib.org/format): META, PROJECTS, VOTES; fields parted by ";", quoted as in CSV."""

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

from kheo.ballots.count.election import Election, Project

SECTIONS = ("META", "PROJECTS", "VOTES")
APPROVAL, POINTS, ORDINAL = ("approval", "choose-1"), ("cumulative", "scoring"), "ordinal"
_LONGEST = 40  # lines of one name with line breaks in it; a quote that stays open longer was never closed
MAX_BYTES = 200_000_000
_NUMBER = re.compile(r"[+-]?[0-9]{1,40}([.,][0-9]{1,40})?([eE][+]?[0-9]{1,2})?")
_NOTHING = {"", "none", "nan", "null"}
_DECIDING = {"budget", "vote_type", "max_length", "default_score", "budget_increment"}  # keys of META that the count rests on


class BadFile(ValueError):
    """The file can't be read as an election; says what and in which line."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(f"line {line}: {what}" if line else what)
        self.line = line


def read_file(path: Path) -> Election:
    """The election of a file. Raises :class:`BadFile`, OSError."""
    if path.stat().st_size > MAX_BYTES:
        raise BadFile(0, f"the file is larger than {MAX_BYTES // 1_000_000} MB")
    try:
        return read(path.read_bytes().decode("utf-8-sig"))
    except UnicodeDecodeError as e:
        raise BadFile(0, f"the file is not UTF-8 text (byte {e.start})") from e


def read(text: str) -> Election:
    """The election of a text. Raises :class:`BadFile`."""
    meta: dict[str, str] = {}
    projects: list[Project] = []
    known: dict[str, int] = {}
    votes: list[tuple[int, dict[str, str]]] = []
    seen: set[str] = set()
    for section, line, row in _rows(text, seen):
        match section:
            case "META":
                key, value = row.get("key", "").lower(), row.get("value", "")
                if meta.setdefault(key, value) != value and key in _DECIDING:
                    raise BadFile(line, f"META says {key} twice, and not the same")
            case "PROJECTS":
                project = _project(line, row)
                if project.id in known:
                    raise BadFile(line, f"project {project.id} is there twice")
                known[project.id] = len(projects)
                projects.append(project)
            case _:
                votes.append((line, row))
    if missing := [name for name in SECTIONS if name not in seen]:
        raise BadFile(0, f"there is no section {missing[0]}")
    if "budget" not in meta:
        raise BadFile(0, "META does not say the budget")
    kind = meta.get("vote_type", "").lower()
    if kind not in (*APPROVAL, *POINTS, ORDINAL):
        raise BadFile(0, f"vote_type is {kind!r}; this tool reads {', '.join((*APPROVAL, *POINTS, ORDINAL))}")
    budget = _number(0, meta["budget"], "the budget")
    default = _number(0, meta["default_score"], "default_score", signed=True) if meta.get("default_score", "") else Fraction(0)
    said = meta.get("max_length", "")
    longest = int(said) if re.fullmatch("[0-9]{1,9}", said) else len(projects)
    ballots = tuple(_ballot(line, row, kind, known, default if kind == "scoring" else Fraction(0), longest) for line, row in votes)
    names = Counter(name for _line, row in votes if (name := row.get("voter_id", "")))
    return Election(budget, tuple(projects), ballots, kind, meta, tuple(name for name, times in names.items() if times > 1))


def increment_of(election: Election) -> Fraction:
    """By how much Add1 raises each share: META ``budget_increment`` (not in the standard; Khéo's own files say it), else 1."""
    said = (election.meta or {}).get("budget_increment", "")
    found = _number(0, said, "budget_increment") if said else Fraction(1)
    if not found:
        raise BadFile(0, "budget_increment is zero")
    return found


def doubts(election: Election) -> list[str]:
    """Where the file does not agree with itself: perhaps it is cut off, or read otherwise than it was meant. Cities err here too, so it is
    no reason to refuse.
    """
    said = election.meta or {}
    counts = {"num_projects": len(election.projects), "num_votes": len(election.ballots)}
    found = [
        f"META says {key} {said[key]}, but there are {n}: is the file whole?"
        for key, n in counts.items()
        if said.get(key, str(n)) != str(n)
    ]
    if election.twice:
        found.append(f"more than one line for voter_id {_some(election.twice)}: every line is counted")
    told = [(p.id, p.votes, Fraction(n), "votes") for p, n in zip(election.projects, election.votes, strict=True)]
    told += [(p.id, p.score, n, "score") for p, n in zip(election.projects, election.scores, strict=True)]
    for column in ("votes", "score") if election.kind != "scoring" else ():  # there points may be below zero
        if other := [name for name, said_so, counted, of in told if of == column and _differs(said_so, counted)]:
            found.append(f"column {column!r} says otherwise than the votes themselves for project_id {_some(other)}")
    least = said.get("min_project_score_threshold", "")
    if _NUMBER.fullmatch(least):
        scores = zip(election.projects, election.scores, strict=True)
        if below := [p.id for p, n in scores if n < _number(0, least, "", signed=True)]:
            found.append(f"META asks for a score of at least {least}, which this count does not; below it: project_id {_some(below)}")
    return found


def _some(names: Sequence[str]) -> str:
    """ "1, 2, 3 and 9 more": so many that one line holds them."""
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def _differs(told: str, counted: Fraction) -> bool:
    return bool(_NUMBER.fullmatch(told)) and Fraction(told.replace(",", ".")) != counted


def _rows(text: str, seen: set[str]) -> Iterator[tuple[str, int, dict[str, str]]]:
    """(section, line, column → field) for each row; adds the sections to ``seen``."""
    section, header = "", None
    # A lone carriage return ends a line too: old spreadsheets write it.
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    reader = csv.reader(lines, delimiter=";", skipinitialspace=True)
    while True:
        begins = reader.line_num + 1
        try:
            row = [field.strip() for field in next(reader)]
        except StopIteration:
            return
        except csv.Error as e:
            raise BadFile(reader.line_num, f"it can't be parted into fields ({e})") from e
        line = reader.line_num
        if line - begins > _LONGEST or (line > begins and line == len(lines)):
            raise BadFile(begins, "a quote is opened and never closed")
        if not any(row):
            continue
        if row[0].upper() in SECTIONS and not any(row[1:]):
            section, header = row[0].upper(), None
            if section in seen:
                raise BadFile(line, f"section {section} is there twice")
            seen.add(section)
        elif not section:
            raise BadFile(line, "a file begins with the line META")
        elif header is None:
            header = [name.lower() for name in row]
            for column in {"META": ("key", "value"), "PROJECTS": ("project_id", "cost"), "VOTES": ("vote",)}[section]:
                if column not in header:
                    raise BadFile(line, f"section {section} has no column {column!r}, only {', '.join(header)}")
        elif section == "META" and header[:2] == ["key", "value"]:  # a comment may hold ';' without quotes
            yield section, line, {"key": row[0], "value": ";".join(row[1:]).rstrip("; ")}
        elif len(row) > len(header) and any(row[len(header) :]):
            raise BadFile(line, f"{len(row)} fields under {len(header)} columns: a field with ';' must stand in quotes")
        else:
            yield section, line, dict(zip(header, row, strict=False))


def _number(line: int, text: str, what: str, *, signed: bool = False) -> Fraction:
    """Exactly; "1000000.00", "1 000 000" and "12,5" too."""
    tidy = re.sub(r"(?<=[0-9])[ \u00a0\u202f](?=[0-9])", "", text.strip())
    if not _NUMBER.fullmatch(tidy):
        raise BadFile(line, f"{what} is {text!r}, which is no number")
    found = Fraction(tidy.replace(",", "."))
    if found < 0 and not signed:
        raise BadFile(line, f"{what} is {text}, below zero")
    return found


def _project(line: int, row: dict[str, str]) -> Project:
    name = row.get("project_id", "")
    if not name:
        raise BadFile(line, "a project has no project_id")
    selected = row.get("selected", "").lower()
    return Project(
        name,
        _number(line, row.get("cost", ""), f"the cost of project {name}"),
        row.get("name", ""),
        None if selected in _NOTHING else selected not in ("0", "0.0", "false"),
        row.get("votes", ""),
        row.get("score", ""),
    )


def _ballot(line: int, row: dict[str, str], kind: str, known: dict[str, int], default: Fraction, longest: int) -> dict[int, Fraction]:
    """Project → points above zero. A project named twice on one ballot is refused."""
    text = row.get("vote", "")
    names = [] if text.lower() in _NOTHING else [name for part in text.split(",") if (name := part.strip())]
    if unknown := next((name for name in names if name not in known), None):
        raise BadFile(line, f"a vote for project {unknown!r}, which is not in PROJECTS")
    if len(set(names)) != len(names):
        if kind not in APPROVAL:
            raise BadFile(line, f"a vote names project {next(n for n in names if names.count(n) > 1)} twice")
        names = list(dict.fromkeys(names))  # approved twice is approved
    if kind in APPROVAL:
        given = dict.fromkeys(names, Fraction(1))
    elif kind == ORDINAL:  # Borda: the first of at most n counts n, the second n - 1
        given = {name: Fraction(max(longest, len(names)) - position) for position, name in enumerate(names)}
    else:
        raw = row.get("points", "")
        points = [] if raw.lower() in _NOTHING else [part.strip() for part in raw.split(",")]
        if len(points) != len(names):
            raise BadFile(line, f"a vote for {len(names)} projects with {len(points)} points")
        given = {name: _number(line, p, "points", signed=True) for name, p in zip(names, points, strict=True)}
        if default > 0:
            given = dict.fromkeys(known, default) | given
    return {known[name]: points for name, points in given.items() if points > 0}
