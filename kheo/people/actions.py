"""Writing accounts, roles, organisations and sign-in cards."""

import secrets
import unicodedata
from datetime import date, timedelta
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from kheo.core import clock
from kheo.core.actor import Actor, Role
from kheo.core.folding import fold
from kheo.core.rules import Invalid, require
from kheo.openlog.door import act, lock, writes
from kheo.people import cards, household_door, rules
from kheo.people.models import Assignment, CardBatch, HouseholdCard, Organisation, OrganisationKind, SignInCard, User
from kheo.people.verbs import PeopleVerb
from kheo.places.models import Place, Rank

TERM = timedelta(days=5 * 365)  # when no end is given; nobody holds a role for good
CARD_LIFE = timedelta(days=366)


@writes
def add_account(actor: Actor, place: Place, name: str, *, email: str = "", language: str = "", act_id: UUID | None = None) -> User:
    """Open an account for somebody at ``place`` (area, ward or city). Without an e-mail address they sign in with a card.

    ``name``: what neighbours call them. Raises Refused, Invalid("name" | "email" | "language").
    """
    require(rules.may_add_account(actor, place))
    if language and language not in dict(settings.LANGUAGES):
        raise Invalid("language", _("Please choose one of the languages."))
    who = {"email": _clean_email(email), "name": _clean_name(name, 80), "language": language}
    user = User.objects.create_user(username=secrets.token_hex(8), opened_at=place, **who)
    return act(PeopleVerb.ACCOUNT_ADDED, actor, user, place=place.public.slug, private={"user": user.pk})


@writes
def assign_role(
    actor: Actor,
    user: User,
    role: Role,
    place: Place,
    since: date | None = None,
    until: date | None = None,
    organisation: Organisation | None = None,
    *,
    act_id: UUID | None = None,
) -> Assignment:
    """Give ``user`` a role at ``place`` from ``since`` (today) to ``until`` (five years later), both days included.

    Raises Refused, Invalid("until" | "role").
    """
    user, role = lock(user), Role(role)
    require(rules.may_assign_role(actor, user, role, place))
    since = since or clock.today()
    until = until or since + TERM
    if until < since:
        raise Invalid("until", _("The end lies before the beginning."))
    same = Assignment.objects.filter(user=user, role=role, place=place)
    if any(other.since <= until and (other.until is None or other.until >= since) for other in same):
        raise Invalid("role", _("They hold this role here already in that time."))
    assignment = Assignment.objects.create(user=user, role=role, place=place, since=since, until=until, organisation=organisation)
    facts = {"role": str(role), "since": since.isoformat(), "until": until.isoformat()}
    if organisation:
        facts["organisation"] = organisation.slug
    private = {"user": user.pk, "at": place.slug}
    return act(PeopleVerb.ROLE_ASSIGNED, actor, assignment, place=place.public.slug, facts=facts, private=private)


@writes
def add_person(
    actor: Actor,
    place: Place,
    name: str,
    role: Role,
    *,
    email: str = "",
    language: str = "",
    until: date | None = None,
    organisation: Organisation | None = None,
    act_id: UUID | None = None,
) -> User:
    """Open an account and give its first role at ``place``, as one act. Raises as :func:`add_account` and :func:`assign_role`."""
    account_at = place.public if place.rank == Rank.SITE else place
    user = add_account(actor, account_at, name, email=email, language=language)
    assign_role(actor, user, role, place, until=until, organisation=organisation)
    return user


@writes
def end_role(actor: Actor, assignment: Assignment, *, act_id: UUID | None = None) -> Assignment:
    """End a role at once: yesterday was its last day. Raises Refused."""
    assignment = lock(assignment)
    require(rules.may_end_role(actor, assignment))
    assignment.until = clock.today() - timedelta(days=1)
    assignment.save(update_fields=["until"])
    facts = {"role": assignment.role, "until": assignment.until.isoformat()}
    private = {"user": assignment.user_id, "at": assignment.place.slug}
    return act(PeopleVerb.ROLE_ENDED, actor, assignment, place=assignment.place.public.slug, facts=facts, private=private)


@writes
def add_organisation(actor: Actor, place: Place, name: str, kind: str, *, act_id: UUID | None = None) -> Organisation:
    """Write an organisation into the list of a place. Raises Refused, Invalid("name" | "kind")."""
    place = lock(place)
    require(rules.may_add_organisation(actor, place))
    if kind not in OrganisationKind.values:
        raise Invalid("kind", _("Please choose what kind of organisation this is."))
    name = _clean_name(name, 160)
    wanted = slugify(fold(f"{name} {place.name}"))[:70]
    if Organisation.objects.filter(place=place, name__iexact=name).exists():
        raise Invalid("name", _("An organisation of this name is already here."))
    slug, n = wanted, 1
    while Organisation.objects.filter(slug=slug).exists():
        n += 1
        slug = f"{wanted}-{n}"
    organisation = Organisation.objects.create(slug=slug, name=name, kind=kind, place=place)
    facts = {"organisation": slug, "kind": kind, "name": name}
    return act(PeopleVerb.ORGANISATION_ADDED, actor, organisation, place=place.public.slug, facts=facts)


@writes
def hand_over_card(actor: Actor, user: User, *, act_id: UUID | None = None) -> SignInCard:
    """Make a card for somebody; older cards stop opening. The returned card carries ``token`` and ``pin`` this once. Raises Refused."""
    user = lock(user)
    require(rules.may_hand_over_card(actor, user))
    SignInCard.objects.filter(user=user, revoked_at=None).update(revoked_at=clock.now())
    token, pin = cards.new_token(), cards.new_pin()
    card = SignInCard.objects.create(
        user=user, token_hash=cards.token_hash(token), pin_hash=cards.pin_hash(pin), expires_at=clock.now() + CARD_LIFE
    )
    card.token, card.pin = token, pin
    return act(PeopleVerb.CARD_HANDED_OVER, actor, card, place=_place_of(user), private={"user": user.pk})


@writes
def revoke_card(actor: Actor, card: SignInCard, *, act_id: UUID | None = None) -> SignInCard:
    """Shut a card, and every phone that is signed in to the account. Raises Refused."""
    card = lock(card)
    require(rules.may_revoke_card(actor, card))
    card.revoked_at = clock.now()
    card.save(update_fields=["revoked_at"])
    user = card.user
    user.set_unusable_password()  # a new random value: sessions are bound to it
    user.save(update_fields=["password"])
    return act(PeopleVerb.CARD_REVOKED, actor, card, place=_place_of(user), private={"user": user.pk})


@writes
def close_account(actor: Actor, user: User, *, act_id: UUID | None = None) -> User:
    """Close an account: its roles end, its cards are revoked and every phone is signed out. What it did stays. Raises Refused."""
    user = lock(user)
    require(rules.may_close_account(actor, user))
    for assignment in Assignment.objects.open().filter(user=user).order_by("id"):
        end_role(actor, assignment)
    now = clock.now()
    SignInCard.objects.filter(user=user, revoked_at=None).update(revoked_at=now)
    user.is_active = False
    user.set_unusable_password()  # a new random value: sessions are bound to it
    user.save(update_fields=["is_active", "password"])
    return act(PeopleVerb.ACCOUNT_CLOSED, actor, user, place=_place_of(user), private={"user": user.pk})


@writes
def print_cards(actor: Actor, place: Place, *, act_id: UUID | None = None) -> CardBatch:
    """Make a card for every number from 1 to the area's households that has none. The batch carries ``codes`` this once. Raises Refused."""
    place = lock(place)
    require(rules.may_print_cards(actor, place))
    households = place.households or 0
    taken = set(HouseholdCard.objects.valid().filter(place=place).values_list("number", flat=True))
    numbers = [n for n in range(1, households + 1) if n not in taken]
    batch = CardBatch.objects.create(place=place, count=len(numbers))
    batch.codes = _make_cards(batch, {n: secrets.token_hex(16) for n in numbers})
    clear = {"cards": len(numbers), "households": households}
    return act(PeopleVerb.HOUSEHOLD_CARDS_PRINTED, actor, batch, place=place.slug, clear=clear)


@writes
def revoke_unused(actor: Actor, batch: CardBatch, *, act_id: UUID | None = None) -> CardBatch:
    """Shut the cards of a print that nobody has opened; their numbers can be printed again. Raises Refused."""
    lock(batch.place)  # always the area first: printing at the same moment waits
    batch = lock(batch)
    require(rules.may_revoke_unused(actor, batch))
    shut = HouseholdCard.objects.unopened().filter(batch=batch).update(revoked_at=clock.now())
    return act(PeopleVerb.HOUSEHOLD_CARDS_REVOKED, actor, batch, place=batch.place.slug, clear={"cards": shut})


@writes
def replace_card(actor: Actor, place: Place, *, number: int, again: bool = True, act_id: UUID | None = None) -> CardBatch:
    """Shut the card with this attendance number, and every phone signed in with it; ``again``: make another for the same household.

    Returns the batch with the one new code, or the old card's batch. Raises Refused, Invalid("number").
    """
    place = lock(place)
    require(rules.may_replace_card(actor, place))
    old = HouseholdCard.objects.valid().filter(place=place, number=number).select_related("batch").first()
    if old is None:
        raise Invalid("number", _("No card here has this number. It stands large on the outside."))
    old.revoked_at = clock.now()
    old.save(update_fields=["revoked_at"])
    if not again:
        return act(PeopleVerb.HOUSEHOLD_CARD_SHUT, actor, old.batch, place=place.slug, clear={"cards": 1}, private={"number": number})
    batch = CardBatch.objects.create(place=place, count=1, replacement=True)
    batch.codes = _make_cards(batch, {number: old.slot})
    old.replaced_by = HouseholdCard.objects.get(batch=batch)
    old.save(update_fields=["replaced_by"])
    return act(PeopleVerb.HOUSEHOLD_CARD_REPLACED, actor, batch, place=place.slug, clear={"cards": 1}, private={"number": number})


def _make_cards(batch: CardBatch, slots: dict[int, str]) -> tuple[tuple[int, str], ...]:
    """The rows of a batch from {number: slot}, in random order so that no id says a number; returns (number, code) by number."""
    codes = {number: household_door.new_code() for number in slots}
    order = list(slots)
    secrets.SystemRandom().shuffle(order)
    HouseholdCard.objects.bulk_create(
        HouseholdCard(batch=batch, place=batch.place, number=number, slot=slots[number], code_hash=household_door.code_hash(codes[number]))
        for number in order
    )
    return tuple(sorted(codes.items()))


def _place_of(user: User) -> str:
    """The public place where somebody's newest role lies."""
    newest = Assignment.objects.filter(user=user).select_related("place__parent").order_by("-since", "-id").first()
    return newest.place.public.slug if newest else ""


def _clean_name(name: str, length: int) -> str:
    name = " ".join(unicodedata.normalize("NFC", name).split())
    if not any(c.isalnum() for c in name) or any(unicodedata.category(c) in ("Cc", "Cf") for c in name):
        raise Invalid("name", _("Please write the name."))
    if len(name) > length:
        raise Invalid("name", _("The name is too long."))
    return name


def _clean_email(email: str) -> str | None:
    email = email.strip().lower()
    if not email:
        return None
    try:
        validate_email(email)
    except ValidationError as e:
        raise Invalid("email", _("This is not an e-mail address.")) from e
    if User.objects.filter(email__iexact=email).exists():
        raise Invalid("email", _("Somebody already signs in with this address."))
    return email
