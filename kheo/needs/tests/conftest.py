"""Needs in every state, made through the actions."""

from collections.abc import Callable
from typing import Any

import pytest

from kheo.core.actor import Role
from kheo.needs import actions
from kheo.needs.models import Need


@pytest.fixture
def held(nameless: Callable[..., Any], city: Any) -> Need:
    """A nameless need in ``city.area``."""
    return actions.raise_need(nameless("raiser"), city.area, category="light", text="Hẻm 47 tối quá")


@pytest.fixture
def opened(actor: Callable[..., Any], held: Need, city: Any) -> Need:
    """The same, released."""
    return actions.release_need(actor(Role.OFFICER, city.ward), held)
