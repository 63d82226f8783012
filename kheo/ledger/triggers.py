"""The book's law in the database itself: every posting sums to zero per unit, and nothing booked is ever changed or taken out.

Legs are written first, under a deferred foreign key; their posting comes last and closes them. SQLite checks the sum when the
posting comes (it has no deferred triggers); PostgreSQL when the transaction ends.
"""

# ruff: noqa: S608 - every statement is built from the names in this file

from collections.abc import Iterable
from typing import Any

LEG, POSTING = "ledger_leg", "ledger_posting"
#: All columns of a posting but those that hide its words.
FIXED = (
    "id",
    "initiative_id",
    "kind",
    "number",
    "what",
    "reason",
    "booked_on",
    "booked_by_id",
    "at",
    "paper_id",
    "round_id",
    "pledge_id",
    "plan_line_id",
    "reverses_id",
)
_NAMES = {
    LEG: ("before_posting", "no_update", "no_delete", "no_truncate", "balances"),
    POSTING: ("closes_legs", "no_update", "no_delete", "no_truncate", "balances"),
}


def _changed(differs: str, fixed: Iterable[str]) -> str:
    return " OR ".join(f'NEW."{c}" {differs} OLD."{c}"' for c in fixed)


def _unbalanced(key: str) -> str:
    """The SQL condition that the legs of a posting don't make one: none, or not zero in some unit."""
    legs = f"SELECT 1 FROM {LEG} WHERE posting_id = {key}"
    return f"NOT EXISTS ({legs}) OR EXISTS ({legs} GROUP BY unit HAVING SUM(amount) <> 0)"


def _sqlite(fixed: Iterable[str]) -> list[str]:
    def refuse(table: str, name: str, event: str, when: str, words: str) -> str:
        return f"CREATE TRIGGER {table}_{name} BEFORE {event} ON {table} {when} BEGIN SELECT RAISE(ABORT, '{words}'); END"

    # INSERT OR REPLACE takes rows out without asking the DELETE triggers: so a taken id or number is refused on insert.
    taken = f"EXISTS (SELECT 1 FROM {POSTING} WHERE id = NEW.id OR (initiative_id = NEW.initiative_id AND number = NEW.number))"
    taken += f" OR EXISTS (SELECT 1 FROM {POSTING} WHERE reverses_id = NEW.reverses_id)"
    foreign = f"EXISTS (SELECT 1 FROM {LEG} WHERE posting_id = NEW.id AND initiative_id <> NEW.initiative_id)"
    late = f"EXISTS (SELECT 1 FROM {POSTING} WHERE id = NEW.posting_id) OR EXISTS (SELECT 1 FROM {LEG} WHERE id = NEW.id)"
    return [
        refuse(LEG, "before_posting", "INSERT", f"WHEN {late}", "legs are written before their posting"),
        refuse(
            POSTING, "closes_legs", "INSERT", f"WHEN {_unbalanced('NEW.id')} OR {foreign} OR {taken}", "a posting sums to zero per unit"
        ),
        refuse(LEG, "no_update", "UPDATE", "", "the book is append-only"),
        refuse(POSTING, "no_update", "UPDATE", f"WHEN {_changed('IS NOT', fixed)}", "the book is append-only"),
        refuse(LEG, "no_delete", "DELETE", "", "the book is append-only"),
        refuse(POSTING, "no_delete", "DELETE", "", "the book is append-only"),
    ]


def _postgresql(fixed: Iterable[str]) -> list[str]:
    raises = "RAISE EXCEPTION '{}' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$"
    head = "CREATE OR REPLACE FUNCTION {}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {} THEN "
    foreign = f"EXISTS (SELECT 1 FROM {LEG} WHERE posting_id = NEW.id AND initiative_id <> NEW.initiative_id)"
    late = f"EXISTS (SELECT 1 FROM {POSTING} WHERE id = NEW.posting_id)"
    sums = "a posting sums to zero per unit"
    statements = [
        "CREATE OR REPLACE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the book is append-only' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        head.format("ledger_leg_late", late) + raises.format("legs are written before their posting"),
        head.format("ledger_posting_balances", f"{_unbalanced('NEW.id')} OR {foreign}") + raises.format(sums),
        head.format("ledger_leg_balances", _unbalanced("NEW.posting_id")) + raises.format(sums),
        f"CREATE TRIGGER {LEG}_before_posting BEFORE INSERT ON {LEG} FOR EACH ROW EXECUTE FUNCTION ledger_leg_late()",
        f"CREATE CONSTRAINT TRIGGER {POSTING}_balances AFTER INSERT ON {POSTING} DEFERRABLE INITIALLY DEFERRED "
        "FOR EACH ROW EXECUTE FUNCTION ledger_posting_balances()",
        f"CREATE CONSTRAINT TRIGGER {LEG}_balances AFTER INSERT ON {LEG} DEFERRABLE INITIALLY DEFERRED "
        "FOR EACH ROW EXECUTE FUNCTION ledger_leg_balances()",
    ]
    for table in (LEG, POSTING):
        when = f"WHEN ({_changed('IS DISTINCT FROM', fixed)})" if table == POSTING else ""
        for event, per, condition in (("UPDATE", "ROW", when), ("DELETE", "ROW", ""), ("TRUNCATE", "STATEMENT", "")):
            statements.append(
                f"CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table} FOR EACH {per} {condition} "
                "EXECUTE FUNCTION ledger_refuse()"
            )
    return statements


def install_sql(vendor: str, fixed: Iterable[str] = FIXED) -> list[str]:
    """Statements that put the triggers in place; ``fixed``: the columns of a posting that never change."""
    if vendor == "sqlite":
        return _sqlite(fixed)
    if vendor == "postgresql":
        return _postgresql(fixed)
    raise NotImplementedError(f"Khéo runs on SQLite and PostgreSQL, not on {vendor}")


def lift_sql(vendor: str) -> list[str]:
    """Statements that take the triggers away: for the tests' flush only."""
    return [
        f"DROP TRIGGER IF EXISTS {table}_{name}" + ("" if vendor == "sqlite" else f" ON {table}")
        for table, names in _NAMES.items()
        for name in names
    ]


def install(connection: Any) -> None:
    """Put the triggers in place on this connection's database; an older migration runs before some columns are there."""
    with connection.cursor() as cursor:
        there = {column.name for column in connection.introspection.get_table_description(cursor, POSTING)}
        for statement in install_sql(connection.vendor, [c for c in FIXED if c in there]):
            cursor.execute(statement)


def lift(connection: Any) -> None:
    """Take the triggers away again."""
    with connection.cursor() as cursor:
        for statement in lift_sql(connection.vendor):
            cursor.execute(statement)
