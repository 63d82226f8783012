"""Canonical JSON: one spelling, whole numbers, NFC."""

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kheo.openlog import canonical

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-canonical.MAX_INTEGER, canonical.MAX_INTEGER)
    | st.text(st.characters(codec="utf-8"), max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(codec="utf-8"), max_size=4), inner, max_size=4),
    max_leaves=12,
)


def normal(value: object) -> object:
    return json.loads(unicodedata.normalize("NFC", json.dumps(value, ensure_ascii=False)))


@given(values)
def test_what_is_encoded_decodes_to_itself(value: object) -> None:
    try:
        data = canonical.encode(value)
    except canonical.NotCanonical:
        return  # two keys that are the same text in NFC
    assert canonical.encode(canonical.decode(data)) == data


@given(values)
def test_any_other_spelling_is_refused(value: object) -> None:
    try:
        data = canonical.encode(value)
    except canonical.NotCanonical:
        return
    for other in (b" " + data, data + b"\n", json.dumps(json.loads(data), indent=1).encode(), json.dumps(json.loads(data)).encode()):
        if other != data:
            with pytest.raises(canonical.NotCanonical):
                canonical.decode(other)


@pytest.mark.parametrize(
    "data",
    [
        b'{"a":1,"a":1}',
        b'{"b":1,"a":2}',
        b"1.0",
        b"1e3",
        b"-0",
        b"01",
        b"NaN",
        b"Infinity",
        b"9007199254740992",
        b"-9007199254740992",
        b'"\\u0041"',
        b'"\\/"',
        b'"e\xcc\x81"',  # e and a combining acute: not NFC
        b'"\\ud800"',
        b'"\xff"',
        b'"\x01"',
        b"",
        b"[1,]",
        b"[" * 100_000,
    ],
)
def test_refused_bytes(data: bytes) -> None:
    with pytest.raises(canonical.NotCanonical):
        canonical.decode(data)


@pytest.mark.parametrize("value", [1.5, 2**53, float("nan"), {1: "a"}, {"a", "b"}, b"x", {"é": 1, "e\u0301": 2}, "\ud800"])
def test_refused_values(value: object) -> None:
    with pytest.raises(canonical.NotCanonical):
        canonical.encode(value)


def test_text_is_brought_to_nfc_and_keys_sorted_by_utf16() -> None:
    assert canonical.encode({"b": "Ca\u0302\u0300n Th\u01a1", "a": 2**53 - 1}) == '{"a":9007199254740991,"b":"Cần Thơ"}'.encode()
    # U+10000 sorts before U+FF61 in UTF-16, after it by code point.
    data = canonical.encode({"\uff61": 1, "\U00010000": 2})
    assert data == '{"\U00010000":2,"\uff61":1}'.encode()
    assert canonical.decode(data) == {"\uff61": 1, "\U00010000": 2}
