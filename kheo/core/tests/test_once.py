"""Counting once without remembering whom."""

from hypothesis import given
from hypothesis import strategies as st

from kheo.core.actor import Actor
from kheo.core.once import once_key

whats, things, keys = st.sampled_from(["backing", "dispute"]), st.integers(1, 99), st.sampled_from(["user:1", "household:ab", "device:ab"])


@given(whats, things, keys, whats, things, keys)
def test_the_same_key_for_the_same_act_of_the_same_person_only(w1: str, t1: int, k1: str, w2: str, t2: int, k2: str) -> None:
    one, two = once_key(w1, t1, Actor(k1)), once_key(w2, t2, Actor(k2))
    assert (one == two) == ((w1, t1, k1) == (w2, t2, k2))


def test_nobody_makes_the_key_without_our_secret(settings: object) -> None:
    before = once_key("backing", 1, Actor("user:1"))
    settings.SECRET_KEY = "another" * 8
    assert once_key("backing", 1, Actor("user:1")) != before
