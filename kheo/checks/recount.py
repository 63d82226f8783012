"""Drawing and folding every round again from nothing but the public log (`kheo verify`). No Django, no trust in the server."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from kheo.checks import bound, draw, totals
from kheo.openlog.verify import Wrong

EPOCH = "log.epoch-opened"
REVIEW, UNVISITED = "review", "unvisited"
PARTIES = 3


@dataclass
class _Unit:
    """A check that was closed: its ticket's id and claim, what counts, and no more than ``cap``."""

    name: str
    claim: int
    reading: int
    cap: int | None
    visited: bool
    index: int

    @property
    def counted(self) -> int:
        return min(self.reading, self.claim, self.claim if self.cap is None else self.cap)


@dataclass
class _Book:
    """What the log has said of one book so far."""

    clear: dict[str, Any]
    place: str
    index: int  # of its last freeze
    head: str = ""
    rolls: list[list[str]] | None = None
    seed: str = ""
    closed: dict[int, _Unit] = field(default_factory=dict)  # ticket → its check
    opened: list[list[tuple[str, int]]] = field(default_factory=list)
    over: bool = False


class Recount:
    """An audit for ``openlog.audits``: each closed round follows from its book, checkpoint, dice and readings."""

    verbs = frozenset({f"book.{v}" for v in ("frozen", "refrozen", "fixed", "rolled", "seeded")}) | frozenset(
        {f"book.{v}" for v in ("unit-closed", "capped", "reread", "opened", "closed", "abandoned")} | {EPOCH}
    )

    def __init__(self) -> None:
        self.heads: list[tuple[int, str, int]] = []  # (size, root that it is said to have, the entry that says so)
        self._books: dict[int, _Book] = {}
        self._continues = False  # the log continues an older one, where books may have been frozen
        self._rounds = self._checks = self._abandoned = self._older = 0
        self._latest = ""  # the day of the newest entry of a round

    def see(self, index: int, entry: dict[str, Any]) -> None:
        """One entry of these verbs, in the log's order. Raises Wrong."""
        verb, clear = entry["verb"], entry.get("clear", {})
        self._latest = max(self._latest, str(entry["time"])[:10])
        if verb == EPOCH:
            self._continues = True
            return
        try:
            if verb == "book.frozen":
                self._frozen(index, entry, clear)
                return
            book = self._books.get(clear["book"])
            if book is None:
                if not self._continues:
                    raise Wrong(index, f"book {clear['book']} was never frozen")
                self._older += verb == "book.closed"
                return
            if book.clear["kind"] == REVIEW:
                return
            if book.over and verb not in ("book.capped", "book.reread"):
                raise Wrong(index, f"book {clear['book']} goes on after its end")
            step = {
                "book.refrozen": self._refrozen,
                "book.fixed": self._fixed,
                "book.rolled": self._rolled,
                "book.seeded": self._seeded,
                "book.unit-closed": self._unit,
                "book.capped": self._capped,
                "book.reread": self._reread,
                "book.opened": self._opened,
                "book.closed": self._closed,
                "book.abandoned": self._given_up,
            }[verb]
            step(index, entry, clear, book)
        except (KeyError, TypeError, ValueError, AttributeError, ArithmeticError) as e:
            raise Wrong(index, f"it says of a round of checks what makes no sense ({type(e).__name__}: {e})") from e

    def done(self) -> list[str]:
        """Lines for the terminal."""
        lines = [f"{self._rounds} rounds of checks drawn and folded again, {self._checks} checks in their order."] if self._rounds else []
        if self._abandoned:
            lines.append(f"{self._abandoned} rounds were given up; they show 0.")
        if unopened := sum(self._unopened(book) for book in self._books.values()):
            lines.append(f"{unopened} rounds were not opened by their last day; until they are, count them 0.")
        if self._older:
            lines.append(f"{self._older} rounds began in an older log and can't be drawn again from this one.")
        return lines

    def _unopened(self, book: _Book) -> bool:
        """A round whose last day is over, and whose ids and claims still don't lie open."""
        return not book.over and book.clear["kind"] != REVIEW and book.clear["closes_on"] < self._latest

    def _frozen(self, index: int, entry: dict[str, Any], clear: dict[str, Any]) -> None:
        if clear["book"] in self._books:
            raise Wrong(index, f"book {clear['book']} is frozen a second time")
        if clear["kind"] != REVIEW:
            self._check_terms(index, entry["place"], clear)
            before = sum(_same(book, entry["place"], clear) for book in self._books.values())
            if not self._continues and clear["turn"] < before + 1:
                raise Wrong(index, f"book {clear['book']} is said to be draw {clear['turn']} of these results, but {before} came before it")
        self._books[clear["book"]] = _Book(clear, entry.get("place", ""), index)

    def _check_terms(self, index: int, place: str, clear: dict[str, Any]) -> None:
        if clear["alpha"] != totals.alpha_of_round(clear["turn"]):
            raise Wrong(index, f"book {clear['book']} takes a risk of {clear['alpha']}, not the one of draw {clear['turn']}")
        if clear["whole"] and clear["units"] > 60:
            raise Wrong(index, f"book {clear['book']} of {clear['units']} units is said to be counted whole")

    def _refrozen(self, index: int, entry: dict[str, Any], clear: dict[str, Any], book: _Book) -> None:
        if book.head:
            raise Wrong(index, f"book {clear['book']} was changed after its checkpoint")
        self._check_terms(index, entry["place"], clear)
        kept = ("kind", "indicator", "starts", "ends", "months", "turn", "alpha", "draw_at")
        if changed := [name for name in kept if clear[name] != book.clear[name]]:
            raise Wrong(index, f"book {clear['book']} was made anew with another {changed[0]}")
        book.clear, book.index = clear, index

    def _fixed(self, index: int, entry: dict[str, Any], clear: dict[str, Any], book: _Book) -> None:
        if book.head:
            raise Wrong(index, f"book {clear['book']} has a second checkpoint")
        if not book.index < clear["size"] <= index:
            raise Wrong(
                index, f"the checkpoint of book {clear['book']} has {clear['size']} entries; it must hold the freeze, entry {book.index}"
            )
        if entry["time"] < f"{book.clear['draw_at'][:13]}Z":
            raise Wrong(index, f"the checkpoint of book {clear['book']} was fixed at {entry['time']}, before the announced moment")
        book.head = clear["root"]
        self.heads.append((clear["size"], clear["root"], index))

    def _rolled(self, index: int, entry: dict[str, Any], clear: dict[str, Any], book: _Book) -> None:
        if not book.head or book.rolls is not None or book.seed:
            raise Wrong(index, f"dice of book {clear['book']} were rolled before its checkpoint, or twice")
        book.rolls = clear["rolls"]

    def _seeded(self, index: int, entry: dict[str, Any], clear: dict[str, Any], book: _Book) -> None:
        name, rolls, beacon = clear["book"], clear["rolls"], clear["beacon"]
        if not book.head or book.seed:
            raise Wrong(index, f"book {name} has a seed before its checkpoint, or a second one")
        if book.clear["whole"]:
            made = f"{draw.WHOLE},{book.clear['root']},{book.head}"
        else:
            if len({party.casefold() for party, _digits in rolls}) < PARTIES or len({p.casefold() for p, _d in rolls}) != len(rolls):
                raise Wrong(index, f"fewer than {PARTIES} parties rolled for book {name}")
            if bool(beacon) != bool(book.clear["beacon_name"]) or (book.rolls is not None and book.rolls != rolls):
                raise Wrong(index, f"book {name} has other dice, or another outside draw, than was said before")
            if beacon and book.rolls is None:
                raise Wrong(index, f"the outside draw of book {name} did not come after its dice")
            made = draw.seed(book.clear["root"], book.head, "".join(digits for _party, digits in rolls), beacon or None)
        if clear["seed"] != made:
            raise Wrong(index, f"the seed of book {name} is not made of its book, checkpoint and dice")
        book.seed = made

    def _unit(self, index: int, entry: dict[str, Any], clear: dict[str, Any], book: _Book) -> None:
        name, ticket, read = clear["book"], clear["ticket"], clear["readings"]
        if not book.seed:
            raise Wrong(index, f"a check of book {name} is closed before its draw")
        if ticket in book.closed or any(unit.name == clear["id"] for unit in book.closed.values()):
            raise Wrong(index, f"ticket {ticket} of book {name} is closed a second time")
        counts = sorted(read)[1] if len(read) == 3 else min(read, default=0)
        if len(read) > 3 or clear["reading"] != counts or (clear["outcome"] == UNVISITED) != (not read):
            raise Wrong(index, f"of ticket {ticket} of book {name} {clear['reading']} counts, but {read} was read")
        book.closed[ticket] = _Unit(clear["id"], clear["claim"], clear["reading"], clear["cap"], bool(read), index)

    def _capped(self, index: int, entry: dict[str, Any], clear: dict[str, Any], book: _Book) -> None:
        book.closed[clear["ticket"]].cap = clear["cap"]

    def _reread(self, index: int, entry: dict[str, Any], clear: dict[str, Any], book: _Book) -> None:
        unit = book.closed[clear["ticket"]]
        unit.reading, unit.visited = clear["reading"], True

    def _opened(self, index: int, entry: dict[str, Any], clear: dict[str, Any], book: _Book) -> None:
        if clear["part"] != len(book.opened) + 1:
            raise Wrong(index, f"part {clear['part']} of book {clear['book']} is not the next one")
        book.opened.append([(name, claim) for name, claim in clear["units"]])

    def _closed(self, index: int, entry: dict[str, Any], clear: dict[str, Any], book: _Book) -> None:
        name, rows = clear["book"], [row for part in book.opened for row in part]
        units = dict(rows)
        if not book.seed or len(book.opened) != clear["parts"] or len(rows) != len(units) or rows != sorted(rows):
            raise Wrong(index, f"book {name} was closed without opening each of its units once")
        found = {"units": len(units), "claimed": draw.total(units), "root": draw.book_root(units).hex()}
        for what, value in found.items():
            if book.clear[what] != value:
                raise Wrong(index, f"book {name} was frozen with {what} = {book.clear[what]}, but what was opened gives {value}")
        order = list(draw.tickets(book.seed, units))
        for ticket, unit in sorted(book.closed.items()):
            turn = order[ticket] if 0 <= ticket < len(order) else None
            if turn != unit.name or units[turn] != unit.claim:
                raise Wrong(unit.index, f"ticket {ticket} of book {name} is {turn}, but {unit.name} with {unit.claim} was checked")
        self._fold(index, clear, book, units, order)
        self._rounds += 1
        self._checks += len(book.closed)
        book.over = True

    def _fold(self, index: int, clear: dict[str, Any], book: _Book, units: dict[str, int], order: Iterable[str]) -> None:
        checks: list[bound.Check] = []
        for ticket, unit in enumerate(order):
            if ticket not in book.closed:
                break
            checks.append((unit, book.closed[ticket].counted))
        if book.clear["whole"]:
            least = sum(reading or 0 for _name, reading in checks)
        else:
            least = bound.at_least(units, checks, totals.confidence(book.clear["alpha"]))
        visited = sum(unit.visited for unit in book.closed.values())
        told = {"at_least": least, "checks": visited, "unvisited": len(book.closed) - visited}
        for what, value in told.items():
            if clear[what] != value:
                raise Wrong(index, f"book {clear['book']} folded again gives {what} = {value}, not {clear[what]}")
        if clear["right"] + clear["short"] != visited or min(clear["right"], clear["short"]) < 0:
            raise Wrong(index, f"book {clear['book']} tells of {clear['right']} right and {clear['short']} short of {visited} checks")

    def _given_up(self, index: int, entry: dict[str, Any], clear: dict[str, Any], book: _Book) -> None:
        book.over = True
        self._abandoned += 1


def _same(book: _Book, place: str, clear: dict[str, Any]) -> bool:
    """Whether a book was drawn over some of the same results of the same place."""
    told = book.clear
    return (
        told["kind"] != REVIEW
        and book.place == place
        and all(told[name] == clear[name] for name in ("kind", "indicator", "months"))
        and told["starts"] <= clear["ends"]
        and told["ends"] >= clear["starts"]
    )
