"""Which results belong into a book, and what of them counts there."""

import calendar
import secrets
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from kheo.catalogue import indicator as indicator_of
from kheo.catalogue import kit as kit_of
from kheo.checks import cutting
from kheo.checks.cutting import Facts, Line, Piece
from kheo.checks.models import Book, Found, Kind, Phase, Unit
from kheo.places.models import Place
from kheo.results.models import Result
from kheo.results.sums import is_private

EXACTLY = 60  # up to so many units every one is visited, and nothing is drawn


@dataclass(frozen=True, slots=True)
class Frame:
    """What a book is to be about. ``months``: of a book that asks what lasts, how long it has stood; else 0."""

    kind: str
    indicator: str
    scope: Place
    starts_on: date
    ends_on: date
    months: int = 0

    @classmethod
    def of(cls, book: Book) -> "Frame":
        return cls(book.kind, book.indicator, book.scope, book.starts_on, book.ends_on, book.months)


@dataclass(frozen=True, slots=True)
class Outline:
    """What is shown before a freeze. ``units`` is near: where lines are cut is settled by the freeze alone."""

    results: int
    units: int
    claimed: int
    twice: int  # results that lose something, because it was claimed before
    turn: int  # how often these were drawn, this time included
    counted: int  # results that a round has counted to the last piece: exact, outside the book

    @property
    def whole(self) -> bool:
        """Few enough that every one is visited."""
        return self.units <= EXACTLY


def months_before(day: date, months: int) -> date:
    """The same day ``months`` earlier, or the last of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def results_of(frame: Frame) -> QuerySet[Result]:
    """All results of the period that count, those already checked on site among them."""
    return Result.objects.standing().filter(
        indicator=frame.indicator, day__range=(frame.starts_on, frame.ends_on), place__path__startswith=frame.scope.path or "/"
    )


def counted(results: QuerySet[Result]) -> QuerySet[Result]:
    """Those of which a round has visited every piece: known exactly, by two who were sent.

    Where an officer asked somebody to count, or a review looked, that was a targeted check: it never enters, and what it saw is measured
    anew when it is drawn. A round that was given up has counted nothing.
    """
    lying = Unit.objects.filter(result=OuterRef("pk"), book__kind=Kind.ROUND).exclude(book__phase=Phase.ABANDONED)
    left = lying.filter(Q(closed_at=None) | Q(outcome=Found.UNVISITED))
    return results.filter(Exists(lying), ~Exists(left), checked__isnull=False)


def facts(frame: Frame) -> list[Facts]:
    """What is known of each result that belongs into the book, the earliest report first (a corrected one keeps its turn).

    What a round has counted is not drawn again; only whether it lasts is asked of everything, and of no more than was found then.
    """
    found = results_of(frame)
    if frame.kind == Kind.LASTING:
        return _known(frame, found)
    return _known(frame, found.exclude(pk__in=counted(found).order_by().values("pk")), as_reported=True)


def before(frame: Frame) -> list[Facts]:
    """Results at the same sites that no book of these may count a second time: counted in a round already, or of an earlier period.

    What can be done anew ("canal cleared") was taken by earlier results of the same year alone: next year it is cleared again.
    """
    if is_private(frame.indicator):
        return []
    of_it = Result.objects.standing().filter(indicator=frame.indicator)
    earlier = of_it.filter(day__lt=frame.starts_on)
    if indicator_of(frame.indicator).anew:
        earlier = earlier.filter(day__year=frame.starts_on.year)
    if frame.kind != Kind.LASTING:
        now = of_it.filter(day__range=(frame.starts_on, frame.ends_on))
        earlier = earlier | of_it.filter(pk__in=counted(now).order_by().values("pk"))
    same_site = Q(site__in=results_of(frame).filter(site__isnull=False).order_by().values("site"))
    return _known(frame, earlier.filter(same_site | Q(site__isnull=True, geometry__isnull=False)))


def _known(frame: Frame, results: QuerySet[Result], *, as_reported: bool = False) -> list[Facts]:
    """``as_reported``: the claim stands, whatever a targeted check found of it."""
    withdrawn = dict(Result.objects.filter(indicator=frame.indicator, withdrawn_at__isnull=False).values_list("pk", "replaces_id"))
    indicator = indicator_of(frame.indicator)
    kit = kit_of(indicator.kit)
    state = any(d.indicator == indicator.key for d in kit.durability)

    def first(result: Result) -> int:
        report, earlier = result.pk, result.replaces_id
        while earlier is not None:
            report, earlier = earlier, withdrawn.get(earlier)
        return report

    return [
        replace(_facts(result, claim, indicator.cut, state, kit.private_site), anew=indicator.anew)
        for result in sorted(results.select_related("site"), key=first)
        if (claim := result.quantity if as_reported or result.checked is None else result.checked)
    ]


def _facts(result: Result, claim: int, cut: str, state: bool, private: bool) -> Facts:
    drawn: dict[str, Any] = result.geometry or {}
    point = drawn["coordinates"] if drawn.get("type") == "Point" else None
    return Facts(
        result=result.pk,
        claim=claim,
        cut=cut,
        day=result.day,
        state=state,
        site=result.site_id,
        session=result.session,
        lines=_lines(drawn),
        site_lines=_lines(result.site.geometry or {}) if result.site is not None else (),
        point=(point[0], point[1]) if point else None,
        private=private,
    )


def _lines(geometry: dict[str, Any]) -> tuple[Line, ...]:
    """The lines of a GeoJSON geometry that have a length; none of a point or an outline."""
    many = {"LineString": lambda c: [c], "MultiLineString": lambda c: c}.get(geometry.get("type", ""))
    lines = [tuple((p[0], p[1]) for p in line) for line in (many(geometry["coordinates"]) if many else [])]
    return tuple(line for line in lines if len(set(line)) > 1)


def pieces(frame: Frame) -> list[Piece]:
    """The units of a new book, cut with a salt that nobody knows."""
    return cutting.cut_all(facts(frame), secrets.token_bytes(32), before(frame))


def whole_piece(result: Result) -> Piece:
    """A result as one unit, for a review: what of it was found before, or was claimed, is not cut."""
    private = kit_of(indicator_of(result.indicator).kit).private_site
    return cutting.cut(cutting.Share(_facts(result, result.quantity, "whole", False, private), result.quantity), secrets.token_bytes(32))[0]


def outline(frame: Frame, turn: int) -> Outline:
    """What a freeze at this moment would take up."""
    known = facts(frame)
    found = cutting.shares(known, before(frame))
    salt = secrets.token_bytes(32)
    claims = {share.facts.result: share.claim for share in found}
    return Outline(
        results=len(claims),
        units=sum(len(cutting.cut(share, salt)) for share in found),
        claimed=sum(claims.values()),
        twice=sum(claims.get(f.result) != f.claim for f in known),
        turn=turn,
        counted=0 if frame.kind == Kind.LASTING else counted(results_of(frame)).count(),
    )


def changed(book: Book) -> bool:
    """Whether the results say something else by now than when the book was frozen."""
    frame = Frame.of(book)
    now = {share.facts.result: share.claim for share in cutting.shares(facts(frame), before(frame))}
    then: dict[int, int] = {}
    for result, claim in Unit.objects.filter(book=book).order_by().values_list("result_id", "claim"):
        then[result] = then.get(result, 0) + claim
    return now != then
