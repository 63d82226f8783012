"""What a law file says, as frozen values: shares, rules, duties, and what holds for every meeting."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import get_language

from kheo.meetings.law import workdays

ALL, ATTENDING = "all-households", "attending"
HANDS, SECRET, SLIPS, ONLINE = METHODS = ("hands", "secret", "slips", "online")
AREA, PART = SCOPES = ("area", "part")
KINDS = ("post", "announce", "send", "publish", "answer")
WORKING, CALENDAR = UNITS = ("working", "calendar")
PASSED, ALWAYS = AFTER = ("passed", "always")


class LawError(ValueError):
    """A law file cannot be read: names the file and the key."""


class NoRule(LookupError):
    """No rule of that key is in force on that day, or not in that scope."""


def spoken(names: dict[str, str]) -> str:
    """The words in the language of the page, else English."""
    return names.get((get_language() or "en").split("-")[0]) or names.get("en", "")


@dataclass(frozen=True, slots=True)
class Share:
    """An exact fraction, 0 < num ≤ den."""

    num: int
    den: int

    def __str__(self) -> str:
        return f"{self.num}/{self.den}"

    def least(self, base: int, *, strict: bool) -> int:
        """The least whole number that is at least (``strict``: more than) this share of ``base``."""
        return base * self.num // self.den + 1 if strict else -(-base * self.num // self.den)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a rule makes of a vote. ``needed`` votes out of ``base`` households; ``share`` in whole percent, rounded down."""

    passed: bool
    quorate: bool
    needed: int
    base: int
    share: int


@dataclass(frozen=True, slots=True)
class Dated:
    """What every entry of a law file carries: where it stands, since when (``until`` None: to this day), and how sure we are of it."""

    key: str
    law: str
    article: str
    since: date
    until: date | None
    mark: str
    source: str
    names: tuple[tuple[str, str], ...]

    @property
    def name(self) -> str:
        """In words, in the language of the page (else English)."""
        return spoken(dict(self.names))

    @property
    def citation(self) -> str:
        """Law and article without words, as decisions keep it: "10/2022/QH15 15(1)"."""
        return f"{self.law} {self.article}"

    def in_force(self, day: date) -> bool:
        """True when it holds on that day."""
        return self.since <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class General(Dated):
    """A value that holds for every meeting: a number of days, of months, a share, or two numbers (least, most)."""

    value: int | Share | tuple[int, int]
    strict: bool = False


@dataclass(frozen=True, slots=True)
class Term(Dated):
    """What the law says beyond decisions, in words (``says``) that people read; nothing is reckoned with it. ``article`` may be empty."""

    says: tuple[tuple[str, str], ...]

    @property
    def words(self) -> str:
        """What it says, in the language of the page (else English)."""
        return spoken(dict(self.says))


@dataclass(frozen=True, slots=True)
class DutyRule(Dated):
    """What must follow a decision: within so many working or calendar ``unit`` days, and for ``days`` (0: at once is enough)."""

    kind: str
    within: int
    unit: str
    days: int
    after: str  # "passed": only where it passed; "always": also where it did not, and where nothing was voted on

    def due(self, day: date) -> date:
        """The last day on which it is in time when it is owed since ``day``."""
        return workdays.after(day, self.within) if self.unit == WORKING else day + timedelta(days=self.within)


@dataclass(frozen=True, slots=True)
class SecondWay:
    """The lawful way on where a meeting had too few households. ``days``: how long every household has at least to answer."""

    method: str
    days: int
    article: str
    mark: str
    source: str


@dataclass(frozen=True, slots=True)
class LawRule(Dated):
    """What one kind of decision needs (see the package)."""

    threshold: Share | None
    strict: bool
    base: str
    quorum: Share | None
    quorum_mark: str
    scopes: tuple[str, ...]
    methods: tuple[str, ...]
    methods_mark: str
    second_way: SecondWay | None
    draft_days: int  # how long a draft is posted before it is decided; 0: none is asked for
    answer_days: int  # working days in which the commune answers the file; 0: it does not
    duty_keys: tuple[str, ...]

    @property
    def votes(self) -> bool:
        """False for an opinion: nothing is voted on and nothing passes."""
        return self.threshold is not None

    def allows(self, method: str) -> bool:
        """Whether households may vote this way on such a matter: "hands", "secret", "slips" or "online"."""
        return method in self.methods

    def needed(self, base: int) -> int:
        """The least whole number of votes out of ``base`` that passes (0 where no vote is taken)."""
        return self.threshold.least(base, strict=self.strict) if self.threshold else 0

    def quorum_needed(self, households: int) -> int:
        """The least number of households that must be represented (0 where none is asked for)."""
        return self.quorum.least(households, strict=False) if self.quorum else 0

    def quorate(self, present: int, households: int) -> bool:
        """True when enough households are represented."""
        return present >= self.quorum_needed(households)

    def evaluate(self, agree: int, *, present: int, households: int) -> Outcome:
        """Judge ``agree`` votes of ``present`` of ``households`` households. Nothing passes without a quorum."""
        base = present if self.base == ATTENDING else households
        needed, quorate = self.needed(base), self.quorate(present, households)
        passed = self.votes and quorate and base > 0 and agree >= needed
        return Outcome(passed, quorate, needed, base, agree * 100 // base if base else 0)

    def copied(self) -> dict[str, Any]:
        """What a decision keeps of the rule for ever, beside its own columns: whatever its page says of the rule is read from here."""
        return {
            "name": dict(self.names),
            "base": self.base,
            "quorum": [self.quorum.num, self.quorum.den] if self.quorum else None,
            "methods": list(self.methods),
            "mark": self.mark,
            "quorum_mark": self.quorum_mark,
            "source": self.source,
        }
