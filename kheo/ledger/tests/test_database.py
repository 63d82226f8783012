"""What the database itself refuses, whoever writes to it: raw SQL, on both engines."""

import uuid

import pytest
from django.db import IntegrityError, connection, transaction

from kheo.core import clock
from kheo.ledger.models import Leg, Posting

pytestmark = pytest.mark.django_db(transaction=True)


def sql(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def key(value):
    """A UUID as this engine's column holds it."""
    return value.hex if connection.vendor == "sqlite" else value


def leg(work, posting, account, amount, unit="VND"):
    sql(
        "INSERT INTO ledger_leg (posting_id, initiative_id, account, unit, amount) VALUES (%s, %s, %s, %s, %s)",
        key(posting),
        work.pk,
        account,
        unit,
        amount,
    )


def posting(work, id, number=1, verb="INSERT"):
    sql(
        f"{verb} INTO ledger_posting (id, initiative_id, kind, number, what, reason, hidden_reason, booked_on, booked_by_id, at) "
        "VALUES (%s, %s, 'receipt', %s, '', '', '', %s, %s, %s)",
        key(id),
        work.pk,
        number,
        clock.today(),
        work.organiser_id,
        clock.now(),
    )


def legs_of(*legs):
    def write(work):
        id = uuid.uuid4()
        for account, amount, unit in legs:
            leg(work, id, account, amount, unit)
        posting(work, id)

    return write


@pytest.mark.parametrize(
    "write",
    [
        legs_of(),
        legs_of(("hand", 5, "VND")),
        legs_of(("source:households", -5, "VND"), ("hand", 6, "VND")),
        legs_of(("source:households", -5, "VND"), ("hand", 5, "kg")),
        legs_of(("source:households", -5, "VND"), ("hand", 5, "VND"), ("hand", 1, "kg"), ("spent", -2, "kg")),
        legs_of(("hand", 0, "VND")),
    ],
    ids=["no legs", "one leg", "not zero", "units blended", "second unit not zero", "a leg of nothing"],
)
def test_a_posting_that_does_not_sum_to_zero_per_unit_cannot_be_written(work, write):
    with pytest.raises(IntegrityError), transaction.atomic():
        write(work)
    assert not Posting.objects.exists() and not Leg.objects.exists()


def test_a_balanced_posting_can(work):
    with transaction.atomic():
        legs_of(("source:households", -5, "VND"), ("hand", 5, "VND"), ("source:budget", -2, "kg"), ("hand", 2, "kg"))(work)
    assert Leg.objects.count() == 4


def test_legs_without_a_posting_cannot_stay(work):
    with pytest.raises(IntegrityError), transaction.atomic():
        id = uuid.uuid4()
        leg(work, id, "source:households", -5)
        leg(work, id, "hand", 5)
    assert not Leg.objects.exists()


def test_legs_cannot_be_added_later(work, give):
    id = give().pk
    with pytest.raises(IntegrityError), transaction.atomic():
        leg(work, id, "source:households", -5)
        leg(work, id, "hand", 5)
    assert Leg.objects.count() == 2


def test_legs_and_posting_belong_to_the_same_work(work, give):
    other = type(work).objects.get()
    other.pk, other.slug = None, "another"
    other.save()
    id = uuid.uuid4()
    with pytest.raises(IntegrityError), transaction.atomic():
        leg(other, id, "source:households", -5)
        leg(other, id, "hand", 5)
        posting(work, id)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_leg SET amount = amount * 2",
        "UPDATE ledger_leg SET account = 'spent'",
        "DELETE FROM ledger_leg",
        "UPDATE ledger_posting SET number = number + 1",
        "UPDATE ledger_posting SET what = 'something else'",
        "UPDATE ledger_posting SET booked_by_id = booked_by_id + 1",
        "DELETE FROM ledger_posting",
    ],
)
def test_nothing_booked_can_be_changed_or_taken_out(give, statement):
    give()
    with pytest.raises(IntegrityError), transaction.atomic():
        sql(statement)
    assert Leg.objects.filter(account="hand").get().amount == 100_000


def test_the_guard_names_every_column_of_a_posting():
    from kheo.ledger import triggers

    columns = {f.column for f in Posting._meta.concrete_fields} - {"hidden_at", "hidden_reason"}
    assert columns == set(triggers.FIXED)


def test_one_engines_own_ways_around_are_shut(work, give):
    first = give()
    if connection.vendor == "postgresql":
        with pytest.raises(IntegrityError), transaction.atomic():
            sql("TRUNCATE ledger_leg, ledger_posting CASCADE")
        return
    spare = uuid.uuid4()
    with pytest.raises(IntegrityError), transaction.atomic():  # REPLACE takes rows out without asking the DELETE triggers
        leg(work, spare, "source:households", -5)
        leg(work, spare, "hand", 5)
        posting(work, spare, number=first.number, verb="INSERT OR REPLACE")
    with pytest.raises(IntegrityError), transaction.atomic():
        taken = Leg.objects.order_by("id").first()
        sql(
            "INSERT OR REPLACE INTO ledger_leg (id, posting_id, initiative_id, account, unit, amount) "
            "VALUES (%s, %s, %s, 'hand', 'VND', 9)",
            taken.pk,
            key(spare),
            work.pk,
        )
    assert Posting.objects.get() == first and Leg.objects.count() == 2
