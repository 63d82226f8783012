"""Versions of an agreement side by side."""

from hypothesis import given
from hypothesis import strategies as st

from kheo.site.pages.agreements import side_by_side

texts = st.lists(st.sampled_from("abcdef"), unique=True, max_size=6)


@given(texts, texts)
def test_side_by_side_shows_every_sentence_once_and_same_means_same(old: list[str], new: list[str]) -> None:
    rows = side_by_side(old, new)
    assert [row["old"] for row in rows if row["old"]] == old
    assert [row["new"] for row in rows if row["new"]] == new
    assert all(row["same"] == (row["old"] == row["new"]) for row in rows)
