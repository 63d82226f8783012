"""Noticing what does not fit together in reports, by the worker and after they were made. Every one waits for a person to look.

Nothing here knows whether anything is wrong. Photos without time or position say nothing; tests of last digits fail honest numbers and are
not used. Photos of what a household saw otherwise are never looked at, nor those of visits whose check is not closed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet, Sum
from django.utils import timezone

from kheo.catalogue import indicators
from kheo.checks.models import Check, Decision, Flag, Noticed, Visit
from kheo.checks.reviewing import newest
from kheo.checks.sealing import sealed
from kheo.core import clock
from kheo.evidence import likeness
from kheo.evidence.models import Photo
from kheo.initiatives.models import Initiative, State
from kheo.ledger.sums import sums_of
from kheo.places.geometry import distance, snap
from kheo.places.models import Place
from kheo.results.models import Result

AT_ONCE = 50  # photos looked at in one turn of the worker: some seconds
WINDOW = timedelta(days=90)  # reports this young are looked at for their numbers; photos whenever they come
DAYS = 3  # a photo may be taken so many days from the day reported
LONG = 30  # or be sent so many days after it was taken
METRES = 300  # from the site: across a river, and a phone's error between houses
FAR = 2  # times outside a kit's range of costs, which may be as narrow as one price list
KM_PER_HOUR, NEAR_KM = 150, 2  # nearer than this, two phones' errors are enough
FORGET = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Hung:
    """A result that a photo hangs on. ``person``: whose account took it; ``check``: it shows what somebody counted again."""

    result: Result
    day: date
    person: int | None
    check: bool
    before: bool = False


def look() -> int:
    """One turn; returns how many flags were made. Idempotent: each photo is looked at once, each thing is noticed once."""
    made = sum(_of_photo(photo) for photo in list(unseen()[:AT_ONCE]))
    return made + _quantities() + _costs()


def unseen() -> QuerySet[Photo]:
    """Photos that will be looked at and have not been, oldest first."""
    return likeness.unmarked().filter(_looked_at())


def forget() -> int:
    """Empty what was noticed and decided to be nothing, some time after; returns how many. That it was looked at stays."""
    over = Flag.objects.filter(decision=Decision.NOTHING, decided_at__lt=clock.now() - FORGET).exclude(facts={}, words="", photo=None)
    return over.update(facts={}, words="", photo=None, other_photo=None, other=None)


def _looked_at() -> Q:
    """Photos of results, of counts that an officer asked for, and of visits whose check is closed."""
    of_results = Result.photos.through.objects.values("photo_id")
    of_visits = Visit.objects.filter(unit__closed_at__isnull=False, photo__isnull=False).values("photo_id")
    before = Result.objects.filter(before__isnull=False).values("before_id")
    of_checks = Check.objects.filter(photo__isnull=False).values("photo_id")
    return Q(pk__in=of_results) | Q(pk__in=before) | Q(pk__in=of_checks) | Q(pk__in=of_visits)


def _hung(photo_ids: Iterable[int]) -> dict[int, list[Hung]]:
    """What these photos hang on, by photo."""
    ids = list(photo_ids)
    found: dict[int, list[Hung]] = {pk: [] for pk in ids}
    results = Result.objects.filter(hidden_at=None).select_related("initiative", "place", "site")
    for link in Result.photos.through.objects.filter(photo_id__in=ids, result__in=results).select_related("result__site", "result__place"):
        result = link.result
        found[link.photo_id].append(Hung(result, result.day, result.reported_by_id, check=False))
    for result in results.filter(before__in=ids):
        found[result.before_id or 0].append(Hung(result, result.day, result.reported_by_id, check=False, before=True))
    for check in Check.objects.filter(photo__in=ids, result__in=results, done_at__isnull=False).select_related("result__site"):
        assert check.done_at is not None  # noqa: S101 – so it was asked for
        found[check.photo_id or 0].append(Hung(check.result, timezone.localdate(check.done_at), check.checker_id, check=True))
    visits = Visit.objects.filter(photo__in=ids, unit__closed_at__isnull=False, unit__result__in=results, ended_at__isnull=False)
    for visit in visits.select_related("unit__result__site", "volunteer"):
        assert visit.ended_at is not None  # noqa: S101 – the same
        person = visit.volunteer.user_id if visit.volunteer else None
        found[visit.photo_id or 0].append(Hung(visit.unit.result, timezone.localdate(visit.ended_at), person, check=True))
    return found


def _of_photo(photo: Photo) -> int:
    """Mark one photo and look at it, both or neither."""
    with transaction.atomic():
        likeness.mark([photo])
        hung = _hung([photo.pk])[photo.pk]
        if not hung:
            return 0
        at = hung[-1]
        return _picture(photo, at) + _taken(photo, at) + _outside(photo, at) + _travel(photo, at)


def _picture(photo: Photo, at: Hung) -> int:
    try:
        near = likeness.alike(photo, likeness.ELSEWHERE)
    except (OSError, ValueError):
        return 0  # no file, or no picture: nothing to compare
    owners = _hung(a.photo_id for a in near)
    for found in near:
        for other in owners[found.photo_id]:
            if found.distance <= _limit(at, other):
                facts = {"bits": found.distance}
                return _notice(Noticed.PICTURE, at.result, photo, facts, other=other.result, other_photo_id=found.photo_id)
    return 0


def _limit(at: Hung, other: Hung) -> int:
    """Within how many bits two photos are too alike; -1 where they honestly are the same."""
    here, there = at.result, other.result
    own = not at.check and not other.check
    if newest(here) == newest(there):
        return -1 if own and at.before == other.before else likeness.SAME_SITE
    if own and here.initiative_id == there.initiative_id and here.day == there.day:
        return -1  # one photo, two things counted on it
    near = here.site_id == there.site_id if here.site_id or there.site_id else here.place_id == there.place_id
    return likeness.SAME_SITE if near else likeness.ELSEWHERE


def _taken(photo: Photo, at: Hung) -> int:
    if photo.taken_at is None:
        return 0
    taken = timezone.localdate(photo.taken_at)
    sent = timezone.localdate(photo.stored_at)
    beside = abs((taken - at.day).days) > DAYS and not (at.before and taken < at.day)
    late = (sent - taken).days > LONG and not at.before
    if not beside and not late:
        return 0
    facts = {"taken": taken.isoformat(), "day": at.day.isoformat()} | ({} if beside else {"sent": sent.isoformat()})
    return _notice(Noticed.DELAY, at.result, photo, facts)


def _outside(photo: Photo, at: Hung) -> int:
    if photo.taken_lon is None or photo.taken_lat is None:
        return 0
    site = at.result.site or (Place(geometry=at.result.geometry) if at.result.geometry else None)
    found = snap(site, photo.taken_lon, photo.taken_lat) if site else None
    if found is None or found.metres <= METRES:
        return 0
    return _notice(Noticed.OUTSIDE, at.result, photo, {"metres": round(found.metres, -1)})


def _travel(photo: Photo, at: Hung) -> int:
    """Against the same account's photos of that day: photos of households are nobody's, and are not joined."""
    if at.person is None or photo.taken_at is None or photo.taken_lon is None or photo.taken_lat is None:
        return 0
    reported = Result.objects.filter(reported_by_id=at.person)
    theirs = Q(pk__in=Result.photos.through.objects.filter(result__in=reported).values("photo_id"))
    theirs |= Q(pk__in=Check.objects.filter(checker_id=at.person, photo__isnull=False).values("photo_id"))
    visits = Visit.objects.filter(volunteer__user_id=at.person, unit__closed_at__isnull=False, photo__isnull=False)
    theirs |= Q(pk__in=visits.values("photo_id"))
    day = photo.taken_at - timedelta(hours=12), photo.taken_at + timedelta(hours=12)
    rows = Photo.objects.filter(theirs, taken_at__range=day, taken_lon__isnull=False, taken_lat__isnull=False).exclude(pk=photo.pk)
    for row in rows.order_by("pk"):
        assert row.taken_at and row.taken_lon is not None and row.taken_lat is not None  # noqa: S101 – asked for
        km = distance(photo.taken_lon, photo.taken_lat, row.taken_lon, row.taken_lat) / 1000
        hours = abs((photo.taken_at - row.taken_at).total_seconds()) / 3600
        if km > NEAR_KM and km > hours * KM_PER_HOUR:
            hung = _hung([row.pk])[row.pk]
            facts = {"km": round(km), "minutes": round(hours * 60)}
            other: dict[str, Any] = {"other": hung[-1].result, "other_photo_id": row.pk} if hung else {}
            return _notice(Noticed.TRAVEL, at.result, photo, facts, **other)
    return 0


def _quantities() -> int:
    """Reports of less than a kit's smallest plausible number; more than its largest is refused at once."""
    small = Q(pk__in=())
    least = {key: i.minimum for key, i in indicators().items() if i.minimum > 1}
    for key, minimum in least.items():
        small |= Q(indicator=key, quantity__lt=minimum)
    seen = Flag.objects.filter(kind=Noticed.QUANTITY).values("result")
    odd = Result.objects.standing().filter(small, hidden_at=None, reported_at__gte=clock.now() - WINDOW).exclude(pk__in=seen)
    found = list(odd.order_by("pk"))
    hidden = sealed(r.pk for r in found)
    return sum(_notice(Noticed.QUANTITY, r, None, {"least": least[r.indicator]}) for r in found if r.pk not in hidden)


def _costs() -> int:
    """Completed works whose spending lies far outside what each thing they counted cost elsewhere, by every such thing on one side.

    Less is honest where anything but money was given.
    """
    costs = {key: i.cost for key, i in indicators().items() if i.cost}
    seen = Flag.objects.filter(kind=Noticed.COST).values("result__initiative")
    done = Initiative.objects.filter(state=State.COMPLETED, completed_at__gte=clock.now() - WINDOW, hidden_at=None).exclude(pk__in=seen)
    made = 0
    for initiative, units in sums_of(list(done.values_list("pk", flat=True))).items():
        money = units.get("VND")
        results = Result.objects.standing().filter(initiative=initiative, hidden_at=None)
        counted = results.filter(indicator__in=costs).order_by().values_list("indicator").annotate(total=Sum("quantity"))
        each = {key: money.spent / total for key, total in counted} if money and money.spent > 0 else {}
        dear = all(value > FAR * costs[key].most for key, value in each.items())
        cheap = all(value * FAR < costs[key].least for key, value in each.items())
        in_kind = any(sums.spent for unit, sums in units.items() if unit != "VND")
        if each and (dear or (cheap and not in_kind)) and not sealed(results.values_list("pk", flat=True)):
            key = min(each)
            facts = {"each": round(each[key]), "least": costs[key].least, "most": costs[key].most}
            made += _notice(Noticed.COST, results.filter(indicator=key).latest("pk"), None, facts)
    return made


def _notice(kind: Noticed, result: Result, photo: Photo | None, facts: dict[str, Any], **other: Any) -> int:
    """Write it down once."""
    key = f"{kind}:{photo.pk}" if photo else f"{kind}:result:{result.pk}"
    columns = {"kind": kind, "result": result, "photo": photo, "facts": facts, "noticed_at": clock.now(), **other}
    _flag, new = Flag.objects.get_or_create(key=key, defaults=columns)
    return int(new)
