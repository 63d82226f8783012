"""Every write of the room: call, print, open the box, let the second counter in, finish an entry, cancel; vote by phone."""

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kheo.ballots import choices, codes, recount, rules, slips
from kheo.ballots.budgets import STEP
from kheo.ballots.models import Ballot, Completion, Method, Option, PhoneCode, Seal, Seat, Slip, State, Taken
from kheo.ballots.verbs import BallotVerb
from kheo.core import clock
from kheo.core.actor import Actor
from kheo.core.once import once_key
from kheo.core.rules import Invalid, Refused, require
from kheo.core.values import line
from kheo.evidence import photos
from kheo.evidence.models import Photo
from kheo.meetings import actions as meetings
from kheo.meetings.models import Decision, Matter
from kheo.needs.models import Need
from kheo.openlog.door import act, lock, writes
from kheo.places.models import Place

AHEAD = timedelta(days=366)
OPTIONS = 20  # more don't fit a slip, and a shared budget is counted while the database waits
MOST_SLIPS = 20_000
HIGHEST = 10  # points that one option may get
_FIRST = 2**52  # ids of slips by phone, above those that counters enter
_PART = 45_000  # bytes of codes in one log entry, which holds at most 65,535


@writes
def call_ballot(
    actor: Actor,
    place: Place,
    *,
    title: str,
    method: str,
    opens_at: datetime,
    closes_at: datetime,
    options: Sequence[tuple[str, int | None, Need | None]] = (),
    most: int = 0,
    budget: int | None = None,
    completion: str = "",
    online: bool = False,
    matter: Matter | None = None,
    act_id: UUID | None = None,
) -> Ballot:
    """Announce a secret vote with everything that decides how it is counted.

    ``options``: (title, cost in VND, need it would meet), in order; none for yes-no. ``most``: highest score (SCORES). ``budget`` (VND) and
    ``completion``: BUDGET.
    Raises Invalid on "title", "method", "opens_at", "closes_at", "options", "most", "budget", "completion", "online".
    """
    place = lock(place)
    require(rules.may_call_for_matter(actor, matter) if matter else rules.may_call_ballot(actor, place))
    title = line("title", title, 200, _("Please write what is asked."))
    if method not in Method.values or (matter is not None and method != Method.YES_NO):
        raise Invalid("method", _("Please choose how people vote."))
    _times(opens_at, closes_at)
    given = [_option(method, place, *option) for option in _answers(method, options)]
    if method == Method.SCORES and not 2 <= most <= HIGHEST:
        raise Invalid("most", _("Give a highest number of points from 2 to %(highest)s.") % {"highest": HIGHEST})
    if method == Method.BUDGET:
        if not budget or not 0 < budget <= 10**13:
            raise Invalid("budget", _("Say how much money there is, in đồng."))
        if budget % STEP:
            raise Invalid("budget", _("Please give amounts in whole thousands of đồng."))
        if completion not in Completion.values:
            raise Invalid("completion", _("Say what happens with money that is left over."))
    if online and not (matter is not None and rules.law_allows(matter, "online")):
        raise Invalid("online", _("The law does not let this be voted by phone. Paper slips always work."))
    ballot = Ballot.objects.create(
        place=place,
        matter=matter,
        title=title,
        method=method,
        most=most if method == Method.SCORES else 0,
        budget=budget if method == Method.BUDGET else None,
        completion=completion if method == Method.BUDGET else "",
        opens_at=opens_at,
        closes_at=closes_at,
        online=online,
        households=_invited(place, matter),
        called_by_id=cast("int", actor.user_id),
        called_at=clock.now(),
    )
    for position, (words, cost, need) in enumerate(given, 1):
        Option.objects.create(ballot=ballot, position=position, title=words, cost=cost, need=need)
    clear = {
        "ballot": ballot.pk,
        **ballot.terms(),
        "opens": _hour(opens_at),
        "closes": _hour(closes_at),
        "households": ballot.households,
        **({"meeting": matter.meeting_id, "matter": matter.position} if matter else {}),
    }
    private = {"title": title, "titles": [words for words, *_rest in given]}
    return act(BallotVerb.CALLED, actor, ballot, place=place.slug, clear=clear, private=private)


@writes
def print_slips(actor: Actor, ballot: Ballot, *, count: int, act_id: UUID | None = None) -> Ballot:
    """Make new codes, keep their commitments only, and log these before the vote begins.

    ``ballot.made`` of what this returns holds the codes, for the one paper that is made of them now; they are stored nowhere. Where
    people may vote by phone the slips bear no code: it waits for a household with its card. Raises Invalid on "count".
    """
    ballot = lock(ballot, "place", "matter")
    require(rules.may_print_slips(actor, ballot))
    if type(count) is not int or not 1 <= count <= min(ballot.households, MOST_SLIPS):
        raise Invalid("count", _("At least one slip, and at most one for each of the %(n)s households.") % {"n": ballot.households})
    if ballot.online:  # every code goes through a household's card, also for who writes it on paper: so nobody has two
        count = ballot.households
    made = codes.new_codes(count)
    ballot.salt, ballot.slips, ballot.state = codes.new_salt(), count, State.SEALED
    ballot.seals += 1
    ballot.save(update_fields=["salt", "slips", "state", "seals"])
    Seal.objects.filter(ballot=ballot).delete()
    PhoneCode.objects.filter(ballot=ballot).delete()
    kept = sorted(codes.commitment(ballot.salt, code) for code in made)
    Seal.objects.bulk_create([Seal(ballot=ballot, commitment=commitment) for commitment in kept], batch_size=1000)
    if ballot.online:
        PhoneCode.objects.bulk_create([PhoneCode(ballot=ballot, code=code) for code in sorted(made)], batch_size=1000)
    for number, part in enumerate(parts := _parts(kept), 1):
        clear = {"ballot": ballot.pk, "seal": ballot.seals, "part": number, "parts": len(parts), "commitments": part}
        act(BallotVerb.SEALED, actor, ballot, place=ballot.place.slug, clear=clear)
    ballot.made = () if ballot.online else tuple(made)
    return ballot


@writes
def open_box(actor: Actor, ballot: Ballot, *, handed_out: int, protocol: Photo, act_id: UUID | None = None) -> Ballot:
    """Open the box when the voting is over: how many slips were handed out, and a photo of the protocol (which stays private).

    Votes by phone count with those of both counters; where there are any, ``handed_out`` is the number of codes taken.
    Raises Invalid on "handed_out" and "protocol".
    """
    ballot = lock(ballot, "place")
    require(rules.may_open_box(actor, ballot))
    if ballot.online:
        handed_out = ballot.taken.count()
    if type(handed_out) is not int or not 0 <= handed_out <= ballot.slips:
        raise Invalid("handed_out", _("%(n)s slips were printed; so many or fewer were handed out.") % {"n": ballot.slips})
    if protocol is None or protocol.public:
        raise Invalid("protocol", _("Please take a photo of the signed protocol. It never becomes public."))
    photos.keep(protocol, ballot.place)
    ballot.state, ballot.handed_out, ballot.protocol = State.COUNTING, handed_out, protocol
    ballot.opened_by_id = actor.user_id
    PhoneCode.objects.filter(ballot=ballot).delete()
    ballot.taken.update(sealed="")
    ballot.save(update_fields=["state", "handed_out", "protocol", "opened_by"])
    clear = {"ballot": ballot.pk, "handed_out": ballot.handed_out}
    return act(BallotVerb.OPENED, actor, ballot, place=ballot.place.slug, clear=clear, private=protocol.private_facts())


def let_second_in(actor: Actor, ballot: Ballot) -> str:
    """A new code for the second counter; the one before stops working. A key to a door, not an act: it never enters the log."""
    with transaction.atomic():
        ballot = lock(ballot, "place")
        require(rules.may_let_second_in(actor, ballot))
        code = codes.new_codes(1)[0]
        ballot.counter_hash = codes.commitment(str(ballot.pk), code)
        ballot.save(update_fields=["counter_hash"])
    return code


@writes
def finish_entry(actor: Actor, ballot: Ballot, *, seat: int, pile: int, code: str = "", act_id: UUID | None = None) -> Ballot:
    """One counter has entered every slip. The second to finish publishes codes, choices and result, or sends both to look again.

    ``pile``: how many slips lie before this counter; ``code``: the second counter's. Raises Invalid on "pile".
    """
    ballot = lock(ballot, "place", "matter__meeting__place", "protocol")
    require(rules.may_enter_slips(actor, ballot, seat, code))
    entered = ballot.entries.filter(seat=seat).count()
    if pile != entered:
        raise Invalid(
            "pile",
            _("%(entered)s slips are entered, but %(pile)s are in the pile. Please look again.") % {"entered": entered, "pile": pile},
        )
    ballot.entered = [*ballot.entered, seat]
    about = {"ballot": ballot.pk, "round": ballot.round}
    act(BallotVerb.ENTERED, actor, ballot, place=ballot.place.slug, clear={**about, "seat": seat})
    if len(ballot.entered) < 2:
        ballot.save(update_fields=["entered"])
        return ballot
    box = {s: [*_entered(ballot, s), *_entered(ballot, Seat.PHONE)] for s in (Seat.FIRST, Seat.SECOND)}
    printed = _printed(ballot)
    if again := slips.differing(box[Seat.FIRST], box[Seat.SECOND], printed):
        ballot.look_again, ballot.entered = sorted(again), []
        ballot.round += 1
        ballot.save(update_fields=["look_again", "entered", "round"])
        drafts = ballot.entries.exclude(seat=Seat.PHONE)
        strange = [s.pk for s in drafts if "" in again and not printed(s.code)]
        drafts.filter(pk__in=strange).delete()
        drafts.filter(code__in=[c for c in again if c]).delete()
        return act(BallotVerb.RECOUNT, actor, ballot, place=ballot.place.slug, clear=about)
    return _publish(actor, ballot, slips.votes(box[Seat.FIRST], printed))


def _publish(actor: Actor, ballot: Ballot, votes: slips.Votes) -> Ballot:
    """Codes and choices, then the result with the salt; what is left of the entering is deleted."""
    handed_out = cast("int", ballot.handed_out)
    ballot.result = recount.outcome(ballot.terms(), votes.choices, handed_out)
    ballot.returned, ballot.invalid = votes.returned, votes.invalid
    ballot.state, ballot.published_at, ballot.look_again, ballot.counter_hash = State.PUBLISHED, clock.now(), [], ""
    ballot.save()
    Slip.objects.filter(ballot=ballot).delete()
    about = {"ballot": ballot.pk}
    for number, part in enumerate(parts := _parts([[code, votes.choices[code]] for code in sorted(votes.choices)]), 1):
        clear = {**about, "part": number, "parts": len(parts), "votes": part}
        act(BallotVerb.CHOICES, actor, ballot, place=ballot.place.slug, clear=clear)
    clear = {
        **about,
        "salt": ballot.salt,
        "slips": ballot.slips,
        "handed_out": handed_out,
        "returned": ballot.returned,
        "invalid": ballot.invalid,
        "result": ballot.result,
    }
    act(BallotVerb.PUBLISHED, actor, ballot, place=ballot.place.slug, clear=clear)
    if ballot.matter is not None and rules.can_decide(ballot):
        _decide(actor, ballot)
    return ballot


@writes
def decide(actor: Actor, ballot: Ballot, *, act_id: UUID | None = None) -> Decision:
    """Take the result over as the decision of its matter, where that could not be done when it was published.

    Raises Invalid on "agree" when more voted than households are present.
    """
    ballot = lock(ballot, "place", "matter__meeting__place", "protocol")
    require(rules.may_decide(actor, ballot))
    return _decide(actor, ballot)


def _decide(actor: Actor, ballot: Ballot) -> Decision:
    """Judged by the law rule of the meeting's day, with the same tallies for both counters: they entered the same slips."""
    agree, against, other = cast("dict[str, list[int]]", ballot.result)["totals"]
    by, on = cast("int", ballot.opened_by_id), timezone.localdate(ballot.closes_at)
    return meetings.decide_by_ballot(
        actor, cast("Matter", ballot.matter), agree=agree, against=against, other=other, by=by, on=on, sheet=ballot.protocol
    )


@writes
def cancel_ballot(actor: Actor, ballot: Ballot, *, reason: str, act_id: UUID | None = None) -> Ballot:
    """Cancel it, with the reason that the neighbours will read. Raises Invalid on "reason"."""
    ballot = lock(ballot, "place")
    require(rules.may_cancel_ballot(actor, ballot))
    ballot.reason = line("reason", reason, 300, _("Please tell the neighbours why."))
    ballot.state, ballot.salt = State.CANCELLED, ""
    ballot.save(update_fields=["reason", "state", "salt"])
    PhoneCode.objects.filter(ballot=ballot).delete()
    Slip.objects.filter(ballot=ballot).delete()
    private = {"reason": ballot.reason}
    return act(BallotVerb.CANCELLED, actor, ballot, place=ballot.place.slug, clear={"ballot": ballot.pk}, private=private)


@writes
def take_code(actor: Actor, ballot: Ballot, *, act_id: UUID | None = None) -> Taken:
    """Hand a household one code out of the shuffled ones, once. ``taken.code`` of what this returns holds it; no row keeps it in clear."""
    ballot = lock(ballot, "place")
    require(rules.may_take_code(actor, ballot))
    key = once_key("ballot", ballot.pk, actor)
    if Taken.objects.filter(key=key).exists():
        raise Refused(_("Your household has taken its code already. Each household has one."))
    waiting = list(PhoneCode.objects.filter(ballot=ballot))
    if not waiting:
        raise Refused(_("All codes are given out. Please ask the head of your area."))
    drawn = secrets.choice(waiting)
    code = drawn.code
    drawn.delete()
    taken = Taken.objects.create(ballot=ballot, key=key, sealed=codes.seal(code, act_id) if act_id else "")
    taken.code = code
    return act(BallotVerb.TAKEN, Actor(""), taken, place=ballot.place.slug, clear={"ballot": ballot.pk}, late=True)


@writes
def vote(actor: Actor, ballot: Ballot, *, code: str, choice: str, act_id: UUID | None = None) -> Ballot:
    """Put a vote into the box by phone. A code counts once; who has it may not change it. Raises Invalid on "code" and "choice"."""
    ballot = lock(ballot, "place")
    require(rules.may_vote(actor, ballot))
    code = codes.read(code)
    if not ballot.printed(code) or PhoneCode.objects.filter(ballot=ballot, code=code).exists():
        raise Invalid("code", _("There is no such code. Please look at it again."))
    if ballot.entries.filter(seat=Seat.PHONE, code=code).exists():
        raise Invalid("code", _("This code has voted already."))
    _choice(ballot, choice)
    # A random id: in the order of their ids, slips would say beside the moments of these acts who voted what.
    Slip.objects.create(pk=_FIRST + secrets.randbelow(_FIRST), ballot=ballot, seat=Seat.PHONE, code=code, choice=choice)
    return act(BallotVerb.VOTED, Actor(""), ballot, place=ballot.place.slug, clear={"ballot": ballot.pk}, late=True)


def _choice(ballot: Ballot, choice: str) -> None:
    try:
        if choices.points(ballot.method, choice, ballot.options.count(), ballot.most):
            return
    except choices.BadChoice:
        pass
    raise Invalid("choice", _("Please choose."))


def _entered(ballot: Ballot, seat: int) -> list[slips.Slip]:
    return list(ballot.entries.filter(seat=seat).values_list("code", "choice"))


def _printed(ballot: Ballot) -> Any:
    kept = set(ballot.seals_of().values_list("commitment", flat=True))
    return lambda code: codes.commitment(ballot.salt, code) in kept


def _parts(rows: Sequence[Any]) -> list[list[Any]]:
    """Rows in as many pieces as log entries need; one empty piece for none."""
    found: list[list[Any]] = [[]]
    size = 0
    for row in rows:
        length = len(str(row)) + 4
        if size + length > _PART:
            found.append([])
            size = 0
        found[-1].append(row)
        size += length
    return found


def _invited(place: Place, matter: Matter | None) -> int:
    part = matter.meeting.part_households if matter else None
    return part or place.households or 0


def _hour(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%HZ")


def _times(opens_at: datetime, closes_at: datetime) -> None:
    if timezone.is_naive(opens_at) or timezone.is_naive(closes_at):
        raise ValueError("moments are aware")
    if opens_at <= clock.now():
        raise Invalid("opens_at", _("The voting begins later than now: the slips are printed and sealed before it."))
    if opens_at > clock.now() + AHEAD:
        raise Invalid("opens_at", _("Please choose a day within one year."))
    if not opens_at < closes_at <= opens_at + timedelta(days=60):
        raise Invalid("closes_at", _("The voting ends after it begins, at most 60 days later."))


def _answers(method: str, options: Sequence[tuple[str, int | None, Need | None]]) -> Sequence[tuple[str, int | None, Need | None]]:
    if method == Method.YES_NO:
        return [("yes", None, None), ("no", None, None), ("other", None, None)]
    if not 2 <= len(options) <= OPTIONS:
        raise Invalid("options", _("Please write at least two things to choose from, and at most %(most)s.") % {"most": OPTIONS})
    return options


def _option(method: str, place: Place, title: str, cost: int | None, need: Need | None) -> tuple[str, int | None, Need | None]:
    title = line("options", title, 160, _("Please give each choice a name."))
    if method == Method.BUDGET and (type(cost) is not int or not 0 < cost <= 10**13):
        raise Invalid("options", _("Please say for each project what it costs, in đồng."))
    if method == Method.BUDGET and cost is not None and cost % STEP:
        raise Invalid("options", _("Please give amounts in whole thousands of đồng."))
    if need is not None and not str(need.place.path).startswith(str(place.path)):
        raise Invalid("options", _("One of the needs is not from here."))
    return title, cost if method == Method.BUDGET else None, need
