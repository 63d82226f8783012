"""Journeys across rooms use the same small city as the rooms."""

from kheo.conftest import *  # noqa: F403
from kheo.conftest import _own_data  # noqa: F401
