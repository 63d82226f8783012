"""Journeys across rooms use the same small city as the rooms; time that passes for everybody, papers that come from a printer, phones."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from kheo.ballots import codes
from kheo.conftest import *  # noqa: F403
from kheo.conftest import _own_data  # noqa: F401
from kheo.core import clock
from kheo.openlog import sequencer
from kheo.people import household_door
from tests.phones import Phones


@pytest.fixture
def wait(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta | datetime], None]:
    """Let time pass, so much or until a moment, for everybody in this process."""
    passed = timedelta()

    def wait(how_long: timedelta | datetime) -> None:
        nonlocal passed
        passed += how_long if isinstance(how_long, timedelta) else how_long - clock.now()
        monkeypatch.setattr(clock, "now", lambda: timezone.now() + passed)
        monkeypatch.setattr(sequencer, "timezone", SimpleNamespace(now=clock.now))

    return wait


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """What stands on the papers that were printed since: codes of ``cards`` and of ``slips``, as whoever draws one reads them.

    The server keeps hashes only, so the codes are taken where they are made.
    """
    papers = SimpleNamespace(cards=[], slips=[])
    new_code, new_codes = household_door.new_code, codes.new_codes

    def card() -> str:
        papers.cards.append(new_code())
        return str(papers.cards[-1])

    def slips(count: int) -> list[str]:
        made = new_codes(count)
        papers.slips += made if count > 1 else []  # one alone lets the second counter in
        return made

    monkeypatch.setattr(household_door, "new_code", card)
    monkeypatch.setattr(codes, "new_codes", slips)
    return papers


@pytest.fixture
def phones(browser: Any, browser_context_args: dict[str, Any], live_server: Any) -> Iterator[Phones]:
    """Phones of 390 px in Vietnam, one for each person (see ``Phones.of``)."""
    vietnam = {"viewport": {"width": 390, "height": 844}, "locale": "vi-VN", "timezone_id": "Asia/Ho_Chi_Minh"}
    made = Phones(browser, {**browser_context_args, **vietnam}, live_server.url)
    yield made
    for context in list(browser.contexts):
        context.close()
    assert not made.complaints, "\n".join(made.complaints)
