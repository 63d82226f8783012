"""What a VietQR code says: a transfer to one account, with an amount and a memo, for any banking app of Vietnam.

Source: EMV QR Code Specification for Payment Systems, Merchant-Presented Mode 1.1 (tags, lengths, checksum); NAPAS' profile of it
(GUID A000000727, service QRIBFTTA: to an account). Nothing is asked of any server.
"""

import binascii
import re
import tomllib
from functools import lru_cache
from pathlib import Path

GUID = "A000000727"
TO_ACCOUNT = "QRIBFTTA"
MEMO = 25  # characters that the profile lets a memo have


@lru_cache(maxsize=1)
def banks() -> dict[str, str]:
    """A bank's six digits → its name, as neighbours know it."""
    return tomllib.loads(Path(__file__).with_name("banks.toml").read_text(encoding="utf-8"))


def bank_name(digits: str) -> str:
    """The bank's name; its digits where the list doesn't know it any more."""
    return banks().get(digits, digits)


def crc(text: str) -> str:
    """CRC-16/CCITT-FALSE (polynomial 1021, start FFFF) of ASCII ``text`` as four capital hex digits."""
    return f"{binascii.crc_hqx(text.encode('ascii'), 0xFFFF):04X}"


def _field(tag: str, value: str) -> str:
    if len(value) > 99:
        raise ValueError(f"tag {tag}: {len(value)} characters, at most 99")
    return f"{tag}{len(value):02d}{value}"


def payload(bank: str, number: str, *, amount: int | None = None, memo: str = "") -> str:
    """The content of the code: ``bank`` six digits, ``amount`` in whole đồng (None: the giver types it), ``memo`` plain letters and digits.

    Raises ValueError for what no code can carry.
    """
    if not re.fullmatch(r"[0-9]{6}", bank) or not re.fullmatch(r"[0-9A-Za-z]{4,19}", number):
        raise ValueError("a bank has six digits, an account 4 to 19 letters or digits")
    if not re.fullmatch(rf"[0-9A-Za-z ]{{0,{MEMO}}}", memo):
        raise ValueError("a memo has plain letters and digits only")
    if amount is not None and not 0 < amount < 10**13:
        raise ValueError("an amount is above zero and has at most 13 digits")
    account = _field("00", GUID) + _field("01", _field("00", bank) + _field("01", number)) + _field("02", TO_ACCOUNT)
    said = _field("00", "01") + _field("01", "11" if amount is None else "12") + _field("38", account) + _field("53", "704")
    said += (_field("54", str(amount)) if amount is not None else "") + _field("58", "VN")
    said += (_field("62", _field("08", memo)) if memo else "") + "6304"
    return said + crc(said)
