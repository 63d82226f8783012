"""What a kit says, as frozen dataclasses. ``docs/kits.md`` explains every key of the file they are read from."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from kheo.catalogue.texts import Text

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

#: An initiative aims for no more than this many of the largest plausible results.
MOST_RESULTS = 50


class Field(StrEnum):
    """The four fields of the movement."""

    ECONOMY = "economy"
    CULTURE_SOCIETY = "culture-society"
    DEFENCE_SECURITY = "defence-security"
    POLITICS = "politics"

    @property
    def label(self) -> "_StrPromise":
        return {
            Field.ECONOMY: _("Economy"),
            Field.CULTURE_SOCIETY: _("Culture and society"),
            Field.DEFENCE_SECURITY: _("Defence and security"),
            Field.POLITICS: _("Building the political system"),
        }[self]


class Evidence(StrEnum):
    """What a result of an indicator is shown by."""

    PHOTO = "photo"
    NIGHT_PHOTO = "night-photo"
    BEFORE_AFTER = "before-after"
    COUNT_PHOTO = "count-photo"
    TRACK = "track"
    LAMP_LIST = "lamp-list"
    METER_BILL = "meter-bill"
    BELL_LOG = "bell-log"
    SURVEY = "survey"
    DESIGN = "design"
    ACCEPTANCE = "acceptance"
    SETTLEMENT = "settlement"
    STAGES = "stages"
    HANDOVER = "handover"
    QUOTE = "quote"
    COUNTER = "counter"
    STALL_LOG = "stall-log"
    PRIVATE_LIST = "private-list"
    CERTIFICATE = "certificate"
    BATCH_TRACE = "batch-trace"
    CAMERA_MAP = "camera-map"
    UPTIME = "uptime"

    @property
    def label(self) -> "_StrPromise":
        return _EVIDENCE[self]

    @property
    def is_photo(self) -> bool:
        """True when it is something a phone's camera takes."""
        return self in {Evidence.PHOTO, Evidence.NIGHT_PHOTO, Evidence.BEFORE_AFTER, Evidence.COUNT_PHOTO}


_EVIDENCE: dict[Evidence, "_StrPromise"] = {
    Evidence.PHOTO: _("A photo of the finished work"),
    Evidence.NIGHT_PHOTO: _("A photo taken at night"),
    Evidence.BEFORE_AFTER: _("Photos before and after, from the same spot"),
    Evidence.COUNT_PHOTO: _("Photos on which they can be counted"),
    Evidence.TRACK: _("The line walked, from the phone's position"),
    Evidence.LAMP_LIST: _("A list of the lamps with their positions"),
    Evidence.METER_BILL: _("The electricity meter's bill"),
    Evidence.BELL_LOG: _("The bell's log"),
    Evidence.SURVEY: _("The survey before the work"),
    Evidence.DESIGN: _("The design"),
    Evidence.ACCEPTANCE: _("The acceptance minutes"),
    Evidence.SETTLEMENT: _("The settlement of costs"),
    Evidence.STAGES: _("Photos of the stages that show no face and no house number"),
    Evidence.HANDOVER: _("The handover minutes, kept private"),
    Evidence.QUOTE: _("The builder's quote"),
    Evidence.COUNTER: _("A counter's reading: no names of patients"),
    Evidence.STALL_LOG: _("The stall's log: turns, no names"),
    Evidence.PRIVATE_LIST: _("A signed list, kept private"),
    Evidence.CERTIFICATE: _("The certificate"),
    Evidence.BATCH_TRACE: _("The batch's traceability code"),
    Evidence.CAMERA_MAP: _("A map of the camera points"),
    Evidence.UPTIME: _("A reading of which cameras work"),
}


@dataclass(frozen=True, slots=True)
class Cost:
    """What one unit of an indicator costs, in VND: a range for plausibility, never a norm. ``mark``: C (case) or M (remembered)."""

    least: int
    most: int
    mark: str
    date: str
    note: Text


@dataclass(frozen=True, slots=True)
class Indicator:
    """One thing counted in one unit with whole numbers. ``key`` is "<kit>.<indicator>", as it stands in the database."""

    key: str
    kit: str
    name: Text
    unit: Text
    unit_one: Text  # the same of one alone, where a language says it otherwise: "1 bridge", "2 bridges"
    question: Text  # asked of who reports and who checks: "Bao nhiêu đèn đang sáng?"
    minimum: int  # per result; less is odd, not refused
    maximum: int  # per result; more is refused
    tolerance: int  # percent by which a check may differ before it counts as "short"
    cut: str  # units of a draw: "line" (every 60–100 m of the line), "each" (one for each item), "whole" (one for a result)
    anew: bool  # done again each year ("canal cleared"), or counted anew ("lamps burning"); else what once stands is never claimed again
    evidence: tuple[Evidence, ...]
    cost: Cost | None

    @property
    def needs_photo(self) -> bool:
        """True when a result must carry at least one photo."""
        return any(e.is_photo for e in self.evidence)

    @property
    def target_maximum(self) -> int:
        """The most an initiative may aim for."""
        return self.maximum * MOST_RESULTS

    def agrees(self, claim: int, measured: int) -> bool:
        """True when what was measured reaches the claim within the tolerance (more is never wrong)."""
        return measured * 100 >= claim * (100 - self.tolerance)


@dataclass(frozen=True, slots=True)
class Step:
    """One task of a stage; ``who`` is a role or group, never a person."""

    title: Text
    who: Text


@dataclass(frozen=True, slots=True)
class Stage:
    name: Text
    tasks: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class AgendaItem:
    """A matter for the households' meeting; ``rule`` is the key of a law rule."""

    title: Text
    rule: str


@dataclass(frozen=True, slots=True)
class Disclosure:
    """What is told to everybody, and within how many working days."""

    what: Text
    days: int


@dataclass(frozen=True, slots=True)
class Durability:
    """What is asked again when the work has stood for some months."""

    months: int
    question: Text
    indicator: str  # "<kit>.<indicator>"


@dataclass(frozen=True, slots=True)
class Kit:
    """One kind of initiative."""

    key: str
    hash: str  # SHA-256 of kit.toml, hex
    name: Text
    summary: Text
    title: Text  # suggested title of an initiative; {site} and {place} stand for names
    icon: str  # heroicons name
    field: Field
    answers: tuple[str, ...]  # categories of need
    private_site: bool
    site_kinds: tuple[str, ...]  # kinds of site it is done at; empty: none is asked
    order: int
    indicators: Mapping[str, Indicator]  # by full key; the first is the main one
    stages: tuple[Stage, ...]
    agenda: tuple[AgendaItem, ...]
    agreement: tuple[Text, ...]
    disclosure: tuple[Disclosure, ...]
    durability: tuple[Durability, ...]

    def __hash__(self) -> int:
        return hash((self.key, self.hash))

    @property
    def main(self) -> Indicator:
        """The indicator that stands for the kit on a card."""
        return next(iter(self.indicators.values()))

    @property
    def steps(self) -> tuple[Step, ...]:
        """Every stage's tasks in order."""
        return tuple(step for stage in self.stages for step in stage.tasks)
