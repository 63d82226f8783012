"""What a transfer's code says, held against codes that others published."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kheo.ledger.vietqr import banks, crc, payload

PUBLISHED = [
    (
        ("970415", "0011001932418", 120_000, "ung ho lu lut"),
        "00020101021238570010A00000072701270006970415011300110019324180208QRIBFTTA530370454061200005802VN62170813ung ho lu lut6304C15C",
    ),
    (
        ("970436", "1023456789", 1_943_000, "TT000069"),
        "00020101021238540010A00000072701240006970436011010234567890208QRIBFTTA5303704540719430005802VN62120808TT0000696304A8E5",
    ),
]


def test_the_checksum_is_the_published_one():
    assert crc("123456789") == "29B1"  # the check value of CRC-16/CCITT-FALSE (EMVCo MPM 1.1, 4.7.3)


@pytest.mark.parametrize(("asked", "said"), PUBLISHED)
def test_the_content_is_that_of_published_codes(asked, said):
    bank, number, amount, memo = asked
    assert payload(bank, number, amount=amount, memo=memo) == said


def fields(text):
    found = {}
    while text:
        tag, length = text[:2], int(text[2:4])
        found[tag], text = text[4 : 4 + length], text[4 + length :]
    return found


@given(st.sampled_from(sorted(banks())), st.from_regex(r"[0-9]{6,19}", fullmatch=True), st.integers(1, 10**12), st.just("KHEOAB23CD45"))
def test_every_code_reads_back(bank, number, amount, memo):
    said = payload(bank, number, amount=amount, memo=memo)
    found = fields(said)
    account = fields(fields(found["38"])["01"])
    assert (account["00"], account["01"], int(found["54"]), fields(found["62"])["08"]) == (bank, number, amount, memo)
    assert said[-4:] == crc(said[:-4]) and found["01"] == "12" and found["53"] == "704" and found["58"] == "VN"


def test_without_an_amount_the_giver_types_it():
    found = fields(payload("970405", "123456"))
    assert found["01"] == "11" and "54" not in found and "62" not in found


@pytest.mark.parametrize(
    ("bank", "number", "amount", "memo"),
    [
        ("97041", "12345", 5, ""),
        ("970415", "1", 5, ""),
        ("970415", "1" * 20, 5, ""),
        ("970415", "12345", 0, ""),
        ("970415", "12345", 5, "cảm ơn"),
    ],
)
def test_what_no_code_can_carry_is_refused(bank, number, amount, memo):
    with pytest.raises(ValueError):
        payload(bank, number, amount=amount, memo=memo)


def test_the_list_of_banks_has_six_digits_each():
    assert all(len(digits) == 6 and digits.isdigit() and name for digits, name in banks().items())
