"""The dice: typed by two people, joined into the seed, and from the seed the order of checks. Once."""

import re
from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from kheo.checks import draw, rules
from kheo.checks.models import Book, Phase, Roll, Unit
from kheo.checks.verbs import BookVerb as Verb
from kheo.core import clock
from kheo.core.actor import Actor
from kheo.core.rules import Invalid, Refused, require
from kheo.core.values import line
from kheo.openlog.door import act, lock, writes

PARTIES, MOST_PARTIES = 3, 8
DIGITS = 20  # together; and of each party at least
EACH, MOST_EACH = 6, 60
WHOLE = "kheo-whole-v1"


@writes
def enter_roll(actor: Actor, book: Book, *, digits: Mapping[str, str], beacon: str = "", act_id: UUID | None = None) -> Book:
    """Type what each party rolled, {party: digits}. When a second person has typed the same, the seed is made and the order stands.

    Until then whoever typed first may type again. The digits of the seed are joined in the order in which the first person named the
    parties. Where an outside draw was named, the dice are logged first and :func:`enter_beacon` follows, for it must come later.
    Raises Refused (before the checkpoint, after the seed), Invalid("digits:<party>") naming the party where two people differ.
    """
    book = lock(book, "scope")
    require(rules.may_enter_roll(actor, book))
    if beacon:
        raise Invalid("beacon", _("The outside draw is typed afterwards: it must come later than the dice."))
    if rolled(book):
        raise Refused(_("The dice are written down already."))
    typed = _typed(digits)
    first = _entered(book, actor, beacon=False)
    if first:
        _same(dict(first), typed)
    _keep(book, actor, typed, beacon=False)
    if not first:
        return act(Verb.TYPED, actor, book, place=book.scope.slug, clear={"book": book.pk})
    if book.beacon_name:
        clear = {"book": book.pk, "rolls": [[party, thrown] for party, thrown in first]}
        return act(Verb.ROLLED, actor, book, place=book.scope.slug, clear=clear)
    return seed_book(actor, book, first, "")


@writes
def enter_beacon(actor: Actor, book: Book, *, beacon: str, act_id: UUID | None = None) -> Book:
    """Type what the outside draw gave that was named at the freeze; a second person's same text makes the seed."""
    book = lock(book, "scope")
    require(rules.may_enter_roll(actor, book))
    if not book.beacon_name:
        raise Refused(_("No outside draw was named when this round was announced."))
    rolls = rolled(book)
    if not rolls:
        raise Refused(_("First the dice, then the outside draw."))
    beacon = line("beacon", beacon, MOST_EACH, _("Please type what was drawn."))
    if "," in beacon or not beacon.isprintable():
        raise Invalid("beacon", _("Please type it without commas."))
    first = _entered(book, actor, beacon=True)
    if first and first[0][1] != beacon:
        raise Invalid("beacon", _("Somebody else typed something different, so it is not in the book yet. Please look at it together."))
    _keep(book, actor, {"": beacon}, beacon=True)
    if not first:
        return act(Verb.TYPED, actor, book, place=book.scope.slug, clear={"book": book.pk})
    return seed_book(actor, book, rolls, beacon)


def rolled(book: Book) -> list[tuple[str, str]]:
    """(party, digits) in the first person's order, once two people have typed the same; else nothing."""
    rows = Roll.objects.filter(book=book).exclude(party="")
    people = list(dict.fromkeys(row.entered_by_id for row in rows))
    return [(row.party, row.digits) for row in rows if row.entered_by_id == people[0]] if len(people) > 1 else []


def seed_book(actor: Actor, book: Book, rolls: list[tuple[str, str]], beacon: str) -> Book:
    """Inside an act on the locked book: make the seed and the order. Whole books have neither dice nor an outside draw."""
    if book.seed or book.phase != Phase.FIXED:
        raise Refused(_("The order stands. One book, one seed: there is no second roll."))
    if book.whole:
        book.seed = f"{WHOLE},{book.root},{book.checkpoint_root}"
    else:
        book.seed = draw.seed(book.root, book.checkpoint_root, "".join(thrown for _party, thrown in rolls), beacon or None)
    book.beacon, book.seeded_at, book.phase = beacon, clock.now(), Phase.SEEDED
    book.save(update_fields=["seed", "beacon", "seeded_at", "phase"])
    give_order(book)
    clear = {"book": book.pk, "rolls": [[party, thrown] for party, thrown in rolls], "beacon": beacon, "seed": book.seed}
    return act(Verb.SEEDED, actor, book, place=book.scope.slug, clear=clear)


def give_order(book: Book) -> None:
    """Write each unit's rank: its ticket's place in the order of checks."""
    units = {key: (pk, claim) for pk, key, claim in Unit.objects.filter(book=book).order_by().values_list("pk", "key", "claim")}
    order = draw.tickets(book.seed, {key: claim for key, (_pk, claim) in units.items()})
    table = connection.ops.quote_name(Unit._meta.db_table)
    with connection.cursor() as cursor:  # 10,000 rows in a statement each: ten times as fast as one CASE for all of them
        cursor.executemany(f"UPDATE {table} SET rank = %s WHERE id = %s", [(n, units[key][0]) for n, key in enumerate(order)])  # noqa: S608


def _typed(digits: Mapping[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, thrown in digits.items():
        party = line("party", name, 80, _("Please say who rolled: a group, never a person."))
        thrown = re.sub(r"[\s.,·-]+", "", thrown)
        if party.casefold() in map(str.casefold, found):
            raise Invalid(f"digits:{name}", _("“%(party)s” stands there twice.") % {"party": party})
        if not re.fullmatch(r"[0-9]+", thrown) or not EACH <= len(thrown) <= MOST_EACH:
            raise Invalid(f"digits:{name}", _("“%(party)s”: please type at least %(n)s digits, 0 to 9.") % {"party": party, "n": EACH})
        found[party] = thrown
    if not PARTIES <= len(found) <= MOST_PARTIES:
        raise Invalid(None, _("At least three parties roll, so that no two of them can agree on the order."))
    if sum(map(len, found.values())) < DIGITS:
        raise Invalid(None, _("At least 20 digits are needed together."))
    return found


def _same(first: dict[str, str], typed: dict[str, str]) -> None:
    if missing := [party for party in first if party not in typed]:
        raise Invalid(None, _("The other person typed “%(party)s” too. Please type the same parties.") % {"party": missing[0]})
    for party, thrown in typed.items():
        if party not in first:
            raise Invalid(f"digits:{party}", _("The other person did not type “%(party)s”.") % {"party": party})
        if first[party] != thrown:
            raise Invalid(
                f"digits:{party}",
                _("“%(party)s”: the other person typed other digits, so nothing is in the book yet. Please look at the dice together.")
                % {"party": party},
            )


def _entered(book: Book, actor: Actor, *, beacon: bool) -> list[tuple[str, str]]:
    """What somebody else typed, in their order."""
    rows = Roll.objects.filter(book=book).exclude(entered_by=actor.user_id)
    rows = rows.filter(party="") if beacon else rows.exclude(party="")
    return [(row.party, row.digits) for row in rows]


def _keep(book: Book, actor: Actor, typed: Mapping[str, str], *, beacon: bool) -> None:
    mine = Roll.objects.filter(book=book, entered_by=actor.user_id)
    (mine.filter(party="") if beacon else mine.exclude(party="")).delete()
    Roll.objects.bulk_create(_rows(book, actor, typed.items()))


def _rows(book: Book, actor: Actor, typed: Iterable[tuple[str, str]]) -> list[Roll]:
    user = actor.user_id or 0  # the rule has refused nameless actors
    return [Roll(book=book, party=party, digits=thrown, entered_by_id=user, entered_at=clock.now()) for party, thrown in typed]
