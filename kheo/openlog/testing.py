"""For tests and benches: as a pytest plugin it lets Django's flush empty the append-only tables; it also writes many entries at once."""

import secrets
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

START = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="session", autouse=True)
def _flush_append_only_tables() -> Iterator[None]:
    """Lift the append-only triggers for the length of each flush between transactional tests."""
    from django.db.backends.base.operations import BaseDatabaseOperations

    from kheo.openlog import triggers

    original = BaseDatabaseOperations.execute_sql_flush

    def flush(self: Any, sql_list: Iterable[str]) -> None:
        there = "openlog_entry" in self.connection.introspection.table_names()
        if there:
            triggers.lift(self.connection)
        original(self, sql_list)
        if there:
            triggers.install(self.connection)

    BaseDatabaseOperations.execute_sql_flush = flush  # type: ignore[method-assign]
    yield
    BaseDatabaseOperations.execute_sql_flush = original  # type: ignore[method-assign]


def sealed_many(n: int, clear_every: int = 0) -> list[dict[str, Any]]:
    """Column values of ``n`` typical entries."""
    from kheo.openlog import entries

    return [
        {
            "subject": f"results.result:{i}",
            **entries.seal(
                verb="result.reported",
                key=secrets.token_hex(16),
                at=START,
                place="khu-vuc-3-ninh-kieu",
                clear={"round": i} if clear_every and i % clear_every == 0 else {},
                facts={"indicator": "lamps", "quantity": i, "unit": "lamp"},
                private={"actor": f"user:{i % 97}"},
            ),
        }
        for i in range(n)
    ]


def append_many(n: int, batch: int = 20_000) -> int:
    """Write ``n`` typical entries in bulk and number them; returns the size of the log (for benches and the demo of scale)."""
    from kheo.openlog import sequencer, stored
    from kheo.openlog.models import Entry

    for start in range(0, n, batch):
        Entry.objects.bulk_create([Entry(**row) for row in sealed_many(min(batch, n - start))], batch_size=500)
        sequencer.drain()
    return stored.head()[0]
