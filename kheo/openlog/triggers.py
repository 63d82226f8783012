"""Append-only, kept by the database itself: what triggers refuse, no bug and no hurried hand can do."""

from typing import Any

FIXED = ("id", "key", "verb", "at", "not_before", "place", "subject", "leaf")
ERASABLE = ("facts", "facts_salt", "private", "private_salt")
FROZEN = ("openlog_tile", "openlog_checkpoint")


def _allowed(same: str) -> str:
    """The SQL condition under which an entry may be updated; ``same`` is the database's null-safe equality."""
    fixed = [f'NEW."{c}" {same} OLD."{c}"' for c in FIXED]
    erasable = [f'(NEW."{c}" {same} OLD."{c}" OR NEW."{c}" IS NULL)' for c in ERASABLE]
    return " AND ".join([*fixed, f'(NEW."index" {same} OLD."index" OR OLD."index" IS NULL)', *erasable])


def install_sql(vendor: str) -> list[str]:
    """Statements that put the triggers in place."""
    if vendor == "sqlite":

        def refuse(table: str, event: str, when: str = "") -> str:
            return (
                f"CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table} {when} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )

        return [
            refuse("openlog_entry", "DELETE"),
            refuse("openlog_entry", "UPDATE", f"WHEN NOT ({_allowed('IS')})"),
            *[refuse(table, event) for table in FROZEN for event in ("DELETE", "UPDATE")],
        ]
    if vendor == "postgresql":
        statements = [
            "CREATE OR REPLACE FUNCTION openlog_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; END $$"
        ]
        for table in ("openlog_entry", *FROZEN):
            when = f"WHEN (NOT ({_allowed('IS NOT DISTINCT FROM')}))" if table == "openlog_entry" else ""
            for event, per, condition in (("DELETE", "ROW", ""), ("UPDATE", "ROW", when), ("TRUNCATE", "STATEMENT", "")):
                statements.append(
                    f"CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table} "
                    f"FOR EACH {per} {condition} EXECUTE FUNCTION openlog_refuse()"
                )
        return statements
    raise NotImplementedError(f"Khéo runs on SQLite and PostgreSQL, not on {vendor}")


def lift_sql(vendor: str) -> list[str]:
    """Statements that take the triggers away: for the tests' flush only."""
    events = ("delete", "update") if vendor == "sqlite" else ("delete", "update", "truncate")
    on = "" if vendor == "sqlite" else " ON {table}"
    return [
        f"DROP TRIGGER IF EXISTS {table}_no_{event}{on.format(table=table)}" for table in ("openlog_entry", *FROZEN) for event in events
    ]


def install(connection: Any) -> None:
    """Put the triggers in place on this connection's database."""
    with connection.cursor() as cursor:
        for statement in install_sql(connection.vendor):
            cursor.execute(statement)


def lift(connection: Any) -> None:
    """Take the triggers away again."""
    with connection.cursor() as cursor:
        for statement in lift_sql(connection.vendor):
            cursor.execute(statement)
