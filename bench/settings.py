"""The city's own settings with one more page: the ceiling."""

from kheo.settings import *  # noqa: F403

ROOT_URLCONF = "bench.urls"
