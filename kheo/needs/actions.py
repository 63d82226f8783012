"""Everything that happens to a need. No row and no fact says who raised or backed it."""

import math
import unicodedata
from datetime import date, timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from kheo.core import clock
from kheo.core.actor import Actor
from kheo.core.codes import draw
from kheo.core.rules import Invalid, Refused, require
from kheo.evidence import photos
from kheo.evidence.models import Photo
from kheo.needs import rules
from kheo.needs.models import Answer, Backing, Category, Need, State
from kheo.needs.verbs import NeedVerb
from kheo.openlog.door import act, lock, writes
from kheo.places import geometry
from kheo.places.models import Place, Rank

#: Days in which the ward owes an answer: three working weeks, so that a monthly meeting of the area's head with the ward falls
#: into most of them, and short enough that whoever asked still remembers. A promise of this platform, not a deadline of the law.
ANSWER_DAYS = 15
#: Furthest due date that an answer may name: a plan beyond it is a refusal in other words.
FURTHEST = timedelta(days=3 * 366)
CODE = 7  # 23^7 ≈ 3.4 thousand million
HELD_CODE = 10  # 23^10 ≈ 4·10^13: of what only its holder may read; not guessed under the limits
SHORTEST, LONGEST = 3, 1000


@writes
def raise_need(
    actor: Actor,
    place: Place,
    *,
    category: str,
    text: str,
    site: Place | None = None,
    lon: float | None = None,
    lat: float | None = None,
    photo: Photo | None = None,
    nameless: bool = True,
    act_id: UUID | None = None,
) -> Need:
    """Raise a need at an area, or at a ward. From somebody who is not signed in it is HELD until released; else it is OPEN.

    ``lon``/``lat`` (degrees) are snapped to ``site`` and dropped without one. ``nameless`` (always for those not signed in) keeps who
    raised it out of the log's private content too. A neighbour in hardship (``help``) has no site, pin or photo.
    Raises Invalid(category, text, site, position, photo).
    """
    require(rules.may_raise_need(actor, place))
    if category not in Category.values:
        raise Invalid("category", _("Choose one of the six pictures."))
    text = _said(text, _("Say in a few words what is needed."))
    if site is not None and (site.rank != Rank.SITE or not (site.path or "").startswith(place.path or "-")):
        raise Invalid("site", _("Choose a road or site that lies in this area."))
    pin = _pin(site, lon, lat)
    if category == Category.HELP:
        if photo is not None:
            raise Invalid("photo", _("For a neighbour in hardship please send no photo: nobody should be recognised."))
        site, pin = None, (None, None)
    held, today = actor.nameless, clock.today()
    need = Need.objects.create(
        code=_new_code(HELD_CODE if actor.nameless else CODE),
        place=place,
        site=site,
        lon=pin[0],
        lat=pin[1],
        category=category,
        text=text,
        photo=photo,
        nameless=nameless or held,
        state=State.HELD if held else State.OPEN,
        raised_on=today,
        released_at=None if held else clock.now(),
        answer_by=today + timedelta(days=ANSWER_DAYS),
    )
    who = _faceless(actor, need) if need.nameless else actor
    if held:
        if photo is not None:
            photos.keep(photo, place)
        return act(NeedVerb.RECEIVED, who, need, place=_ward(place).slug, private=_private(need), late=True)
    if photo is not None:
        photos.publish(photo, place)
    return act(NeedVerb.RAISED, who, need, place=place.slug, facts=_raised(need), private=_private(need))


@writes
def release_need(actor: Actor, need: Need, *, act_id: UUID | None = None) -> Need:
    """Make a held need public: only now do its area, category and day enter the log."""
    need = lock(need)
    require(rules.may_release_need(actor, need))
    need.state, need.released_at = State.OPEN, clock.now()
    need.save(update_fields=["state", "released_at"])
    if need.photo is not None:
        photos.publish(need.photo, need.place)
    return act(NeedVerb.RAISED, actor, need, place=need.place.slug, facts=_raised(need), private=_private(need))


@writes
def back_need(actor: Actor, need: Need, *, act_id: UUID | None = None) -> Backing:
    """ "Me too", once per account or device. Raises Refused the second time."""
    need = lock(need)
    require(rules.may_back_need(actor, need))
    key = Backing.key_of(actor, need)
    if Backing.objects.filter(key=key).exists():
        raise Refused(_("You said so already. Thank you."))
    backing = Backing.objects.create(need=need, key=key)
    need.backers += 1
    need.save(update_fields=["backers"])
    who, facts = _faceless(actor, need), {"need": need.code}
    return act(NeedVerb.BACKED, who, backing, place=need.place.slug, facts=facts, late=actor.nameless)


@writes
def answer_need(actor: Actor, need: Need, *, text: str, due_on: date | None, declined: bool = False, act_id: UUID | None = None) -> Answer:
    """Answer with a due date, or decline with the reason. A need that a shared work took up stays taken up.

    Raises Invalid(text, due_on, declined): the due date is from today to three years ahead, and required unless declined.
    """
    need = lock(need)
    require(rules.may_answer_need(actor, need))
    text = _said(text, _("Say in a few words what will happen, or why not."))
    if declined and need.state == State.PLANNED:
        raise Invalid("declined", _("A shared work has taken this need up already; it can't be declined."))
    if due_on is None and not declined:
        raise Invalid("due_on", _("Say by which day: people are waiting for it."))
    if due_on is not None and not clock.today() <= due_on <= clock.today() + FURTHEST:
        raise Invalid("due_on", _("Choose a day from today on, at most three years ahead."))
    assert actor.user_id is not None  # noqa: S101 - an officer has an account
    answer = Answer.objects.create(need=need, text=text, due_on=due_on, declined=declined, by_id=actor.user_id, at=clock.now())
    if need.state != State.PLANNED:
        need.state = State.DECLINED if declined else State.ANSWERED
        need.save(update_fields=["state"])
    facts = {"need": need.code} | ({"due": due_on.isoformat()} if due_on else {})
    verb = NeedVerb.DECLINED if declined else NeedVerb.ANSWERED
    return act(verb, actor, answer, place=need.place.slug, facts=facts, private={"text": text})


@writes
def merge_need(actor: Actor, need: Need, into: Need, *, act_id: UUID | None = None) -> Need:
    """Join a need to an older one that asks for the same: its voices (who raised it, and who backed it) count there.

    Somebody who backed both counts twice: by design nobody can tell. Needs joined to ``need`` before go along.
    """
    first, second = sorted((need, into), key=lambda n: n.pk or 0)  # always in the same order: two at once don't wait for each other
    locked = {n.pk: n for n in (lock(first), lock(second))}
    need, into = locked[need.pk], locked[into.pk]
    require(rules.may_merge_into(actor, need, into))
    need.same_as = into
    need.save(update_fields=["same_as"])
    need.duplicates.update(same_as=into)
    into.backers += 1 + need.backers
    into.save(update_fields=["backers"])
    facts = {"into": into.code} | ({"need": need.code} if need.state != State.HELD else {})
    return act(NeedVerb.MERGED, actor, need, place=into.place.slug, facts=facts)


@writes
def set_state(actor: Actor, need: Need, state: State, *, act_id: UUID | None = None) -> Need:
    """A shared work takes the need up (PLANNED, when it is registered) or has it done (DONE, when it is complete)."""
    need = lock(need)
    require(rules.may_set_state(actor, need, state))
    need.state = state
    need.save(update_fields=["state"])
    verb = NeedVerb.PLANNED if state == State.PLANNED else NeedVerb.DONE
    return act(verb, actor, need, place=need.place.slug, facts={"need": need.code})


@writes
def reopen_need(actor: Actor, need: Need, *, act_id: UUID | None = None) -> Need:
    """The shared work that took the need up was given up: it is open, and the ward owes an answer anew. Raises Refused."""
    need = lock(need)
    require(rules.may_reopen_need(actor, need))
    need.state, need.answer_by = State.OPEN, clock.today() + timedelta(days=ANSWER_DAYS)
    need.save(update_fields=["state", "answer_by"])
    return act(NeedVerb.REOPENED, actor, need, place=need.place.slug, facts={"need": need.code})


def _faceless(actor: Actor, need: Need) -> Actor:
    """The actor as the log's private content may know them: by a key that no other need shares."""
    return Actor(f"need:{Backing.key_of(actor, need)}")


def _said(text: str, empty: object) -> str:
    said = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\0", "").strip()
    if len(said) < SHORTEST:
        raise Invalid("text", str(empty))
    if len(said) > LONGEST:
        raise Invalid("text", _("Please say it in at most %(n)d characters.") % {"n": LONGEST})
    return said


def _pin(site: Place | None, lon: float | None, lat: float | None) -> tuple[float | None, float | None]:
    """Where the pin goes: on the site, at the point nearest to the position given. Never where somebody stood."""
    if lon is not None or lat is not None:
        if lon is None or lat is None or not (math.isfinite(lon) and math.isfinite(lat)):
            raise Invalid("position", _("This position can't be read. Please choose the road instead."))
        geometry.ward_at(lon, lat)  # raises Invalid("position") outside the city
    if site is None:
        return None, None
    if lon is not None and lat is not None and (snapped := geometry.snap(site, lon, lat)):
        return snapped.lon, snapped.lat
    return site.lon, site.lat


def _ward(place: Place) -> Place:
    return place if place.rank <= Rank.WARD or place.parent is None else _ward(place.parent)


def _raised(need: Need) -> dict[str, str | bool]:
    return {"need": need.code, "category": need.category, "day": need.raised_on.isoformat(), "nameless": need.nameless}


def _private(need: Need) -> dict[str, str]:
    site = {"site": need.site.slug} if need.site else {}
    return {"text": need.text} | site | (need.photo.private_facts() if need.photo else {})


def _new_code(length: int) -> str:
    while True:
        code = draw(length)
        if not Need.objects.filter(code=code).exists():
            return code
