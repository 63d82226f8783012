"""Who may open accounts, give roles, hand over sign-in cards, and print and replace household cards."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from kheo.core import clock
from kheo.core.actor import Actor, Role
from kheo.core.numbers import number
from kheo.core.rules import YES, Answer, No
from kheo.people.models import Assignment, CardBatch, HouseholdCard, SignInCard, User
from kheo.places.models import Place, Rank

#: What a ward's officer may give within the ward. Officers, the board and operators come from the operator.
BY_WARD = frozenset({Role.HEAD, Role.ORGANISER, Role.CHECKER, Role.STEWARD})

#: At which depth a role makes sense.
RANKS: dict[Role, frozenset[int]] = {
    Role.OPERATOR: frozenset({Rank.CITY}),
    Role.CITY_BOARD: frozenset({Rank.CITY}),
    Role.OFFICER: frozenset({Rank.WARD}),
    Role.HEAD: frozenset({Rank.AREA}),
    Role.ORGANISER: frozenset({Rank.CITY, Rank.WARD, Rank.AREA, Rank.SITE}),
    Role.CHECKER: frozenset({Rank.CITY, Rank.WARD, Rank.AREA}),
    Role.STEWARD: frozenset({Rank.SITE}),
}


def may_see_people(actor: Actor, place: Place) -> Answer:
    """The list of who holds which role, to those who keep it."""
    if actor.has(Role.OPERATOR, Role.OFFICER, at=place):
        return YES
    return No(_("Only the ward's officer or the operator looks after accounts and roles here."))


def may_add_account(actor: Actor, place: Place) -> Answer:
    """Officers open accounts for people of their ward, the operator for anybody."""
    if place.rank == Rank.SITE:
        return No(_("An account belongs to an area or a ward."))
    return may_see_people(actor, place)


def may_add_organisation(actor: Actor, place: Place) -> Answer:
    """As for accounts."""
    return may_add_account(actor, place)


def may_assign_role(actor: Actor, user: User, role: Role, place: Place) -> Answer:
    """The operator gives every role, the officer those of the ward; nobody gives one to himself."""
    if actor.user_id is not None and actor.user_id == user.pk:
        return No(_("Nobody gives a role to themselves. Please ask another officer or the operator."))
    if place.rank not in RANKS[role]:
        return No(_("This role doesn't belong to this kind of place."))
    if not user.is_active:
        return No(_("This account is closed."))
    if actor.has(Role.OPERATOR, at=place):
        return YES
    if actor.has(Role.OFFICER, at=place):
        if role not in BY_WARD:
            return No(_("Only the operator can give this role."))
        return YES if _of_ward(actor, user) else No(_("This account is from elsewhere. Please ask the operator."))
    return No(_("Only the ward's officer or the operator can give roles here."))


def _of_ward(actor: Actor, user: User) -> bool:
    """True when the account was opened in a ward of this officer, or holds a role there."""
    if user.opened_at is not None and actor.has(Role.OFFICER, at=user.opened_at):
        return True
    return any(actor.has(Role.OFFICER, at=a.place) for a in Assignment.objects.open().filter(user=user).select_related("place"))


def may_end_role(actor: Actor, assignment: Assignment) -> Answer:
    """Whoever could give it can end it; and everybody can lay down their own."""
    if assignment.until is not None and assignment.until < clock.today():
        return No(_("This role has ended already."))
    if actor.user_id is not None and actor.user_id == assignment.user_id:
        return YES
    place = assignment.place
    if actor.has(Role.OPERATOR, at=place) or (actor.has(Role.OFFICER, at=place) and assignment.role in BY_WARD):
        return YES
    return No(_("Only whoever can give this role can end it."))


def may_hand_over_card(actor: Actor, user: User) -> Answer:
    """The operator, or the officer of the ward in which this person holds all roles: a card opens everything the account may do."""
    if not user.is_active:
        return No(_("This account is closed."))
    roles = list(Assignment.objects.open().filter(user=user).select_related("place"))
    if not roles:
        return No(_("Please give a role first; a card is for somebody who has work to do here."))
    if all(actor.has(Role.OPERATOR, at=a.place) for a in roles):
        return YES
    if all(a.role in BY_WARD and actor.has(Role.OFFICER, at=a.place) for a in roles):  # then it is of the ward, too
        return YES
    return No(_("Only the ward's officer hands over cards to people of the ward; the operator to everybody else."))


def may_revoke_card(actor: Actor, card: SignInCard) -> Answer:
    """A lost card must be shut quickly: its owner, whoever may hand this person a card now, and an operator."""
    if card.revoked_at is not None:
        return No(_("This card is revoked already."))
    if actor.user_id is not None and actor.user_id == card.user_id:
        return YES
    if actor.holds(Role.OPERATOR) or may_hand_over_card(actor, card.user):
        return YES
    return No(_("Only the ward's officer or the operator can revoke this card."))


def may_close_account(actor: Actor, user: User) -> Answer:
    """Whoever could have opened it: the operator, or the ward's officer when all its open roles are ones that the ward gives."""
    if actor.user_id is not None and actor.user_id == user.pk:
        return No(_("Nobody closes their own account. Please ask another officer or the operator."))
    if not user.is_active:
        return No(_("This account is closed."))
    roles = Assignment.objects.filter(user=user).select_related("place")
    held = list(roles.open()) or list(roles)  # somebody whose roles have ended still belongs where they held them
    if held and all(actor.has(Role.OPERATOR, at=a.place) for a in held):
        return YES
    if held and all(a.role in BY_WARD and actor.has(Role.OFFICER, at=a.place) for a in held):
        return YES
    if not held and any(g.role == Role.OPERATOR for g in actor.grants):
        return YES
    return No(_("Only the ward's officer closes accounts of people of the ward; the operator those of everybody else."))


def may_keep_household_cards(actor: Actor, place: Place) -> Answer:
    """The ward prints and replaces; never the head of the area, who knows the households and reads their numbers at meetings."""
    if place.rank != Rank.AREA:
        return No(_("Household cards belong to an area."))
    if any(g.role == Role.HEAD and (place.path or "").startswith(g.path) for g in actor.grants):
        return No(_("Whoever heads this area doesn't print its household cards. Please ask another officer of the ward."))
    if actor.has(Role.OFFICER, at=place):
        return YES
    return No(_("Only an officer of the ward prints and replaces household cards."))


def may_print_cards(actor: Actor, place: Place) -> Answer:
    """For households that have none yet, up to the recorded number."""
    if isinstance(answer := may_keep_household_cards(actor, place), No):
        return answer
    if not place.households:
        return No(_("Please record first how many households this area has."))
    if HouseholdCard.objects.valid().filter(place=place, number__lte=place.households).count() >= place.households:
        return No(_("Every household here has a card already. For a lost one, print another in its place."))
    return YES


def may_lower_households(place: Place, households: int) -> Answer:
    """Not below the number of a card that is not shut: its household would go on counting, and the area would count more than it has.

    Opened or not, every card stands in the way alike: else the answer would tell whether somebody has opened this one.
    """
    over = HouseholdCard.objects.valid().filter(place=place, number__gt=households).count()
    if not over:
        return YES
    said = ngettext(
        "1 household card has a number above that. Please shut it first, under “Household cards”; nothing was changed.",
        "%(n)s household cards have a number above that. Please shut them first, under “Household cards”; nothing was changed.",
        over,
    )
    return No(said % {"n": number(over)})


def may_replace_card(actor: Actor, place: Place) -> Answer:
    """Where there are cards."""
    if isinstance(answer := may_keep_household_cards(actor, place), No):
        return answer
    if not HouseholdCard.objects.valid().filter(place=place).exists():
        return No(_("No household cards have been printed here yet."))
    return YES


def may_revoke_unused(actor: Actor, batch: CardBatch) -> Answer:
    """A whole print, as far as nobody has opened its cards. A single one goes by its number."""
    if isinstance(answer := may_keep_household_cards(actor, batch.place), No):
        return answer
    if batch.replacement:
        return No(_("This was one card for a lost one. Replace it by its number."))
    if not HouseholdCard.objects.unopened().filter(batch=batch).exists():
        return No(_("No card of this print is unused."))
    return YES
