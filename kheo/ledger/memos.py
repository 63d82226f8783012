"""What a transfer for a promise says, so that it finds its promise however the bank wrote it down."""

import re

MEMO = "KHEO"  # before eight random letters: banks keep capital letters and digits
LETTERS = 8
_NAMED = re.compile(f"(?={MEMO}([0-9A-Z]{{{LETTERS}}}))")  # looked for at every letter: payers write before and behind it


def plain(text: str) -> str:
    """The letters and digits alone, capital: what is left of a memo when a bank changes its case and its spaces."""
    return re.sub(r"[^0-9A-Z]", "", text.upper())


def memos_in(text: str) -> list[str]:
    """The memos of promises in what a payer wrote, however the bank broke it up: "KHEO-ab12 cd34 thanks" → ["KHEOAB12CD34"]."""
    return [MEMO + found for found in _NAMED.findall(plain(text))]
