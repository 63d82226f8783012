"""A pytest plugin (``-p kheo.ledger.testing`` in pyproject.toml) that lets Django's flush empty the append-only book."""

from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture(scope="session", autouse=True)
def _flush_the_book() -> Iterator[None]:
    """Lift the book's triggers for the length of each flush between transactional tests."""
    from django.db.backends.base.operations import BaseDatabaseOperations

    from kheo.ledger import triggers

    original = BaseDatabaseOperations.execute_sql_flush

    def flush(self: Any, sql_list: list[str]) -> None:
        there = triggers.POSTING in self.connection.introspection.table_names()
        if there:
            triggers.lift(self.connection)
        original(self, sql_list)
        if there:
            triggers.install(self.connection)

    BaseDatabaseOperations.execute_sql_flush = flush  # type: ignore[assignment,method-assign]
    yield
    BaseDatabaseOperations.execute_sql_flush = original  # type: ignore[method-assign]
