"""Reading banks' files: every layout, every mistake named, nothing half read."""

from datetime import date

import pytest

from kheo.core.rules import Invalid
from kheo.ledger.statements import read

PLAIN = "date,amount,memo,reference\n05/03/2026,50000,KHEOAB23CD45,FT1\n06/03/2026,-20000,lamps,FT2\n"


def test_our_own_layout_takes_what_came_in():
    (credit,) = read(PLAIN.encode())
    assert (credit.row, credit.day, credit.amount, credit.memo, credit.reference) == (2, date(2026, 3, 5), 50_000, "KHEOAB23CD45", "FT1")


@pytest.mark.parametrize(
    "text",
    [
        "SAO KÊ TÀI KHOẢN\nSố TK: 123\n\nNgày GD/ TNX Date,Số CT/ Doc No,Số tiền ghi nợ/ Debit,Số tiền ghi có/ Credit,Số dư,"
        'Nội dung chi tiết\n05/03/2026,FT1,,"50,000.00","1,050,000",NGUYEN VAN A KHEOAB23CD45\nTổng,,,"50,000",,\n',
        "STT;Ngày giao dịch;Phát sinh nợ;Phát sinh có;Số dư;Diễn giải;Số bút toán\n1;05-03-2026 10:22;0;50.000;1.050.000;KHEOAB23CD45;FT1\n"
        "2;06-03-2026 10:22;20.000;0;1.030.000;lamps;FT2\n",
        "Ngày giao dịch\tGhi nợ\tGhi có\tNội dung\tSố tham chiếu\n2026-03-05\t\t+50.000 VND\tKHEOAB23CD45\tFT1\n",
    ],
    ids=["preamble, comma", "semicolon, two columns", "tab, signed"],
)
def test_layouts_of_banks(text):
    (credit,) = read(text.encode("utf-8-sig"))
    assert (credit.day, credit.amount, credit.reference) == (date(2026, 3, 5), 50_000, "FT1") and "KHEOAB23CD45" in credit.memo


def test_a_file_in_utf_16_is_read_too():
    assert len(read(PLAIN.encode("utf-16"))) == 1


def test_every_wrong_row_is_named_and_nothing_is_read():
    text = "date,amount,memo\n05/03/2026,50000,a\n35/03/2026,50000,b\n05/03/2026,five,c\n"
    with pytest.raises(Invalid) as refused:
        read(text.encode())
    assert refused.value.field == "statement"
    assert "3" in str(refused.value.message) and "4" in str(refused.value.message)


@pytest.mark.parametrize("content", [b"", b"\xff\x00\x81", b"name,age\nA,5\n", b"a\0b", b"x" * (2 * 1024 * 1024 + 1)])
def test_what_is_no_statement_is_refused(content):
    with pytest.raises(Invalid):
        read(content)


@pytest.mark.parametrize("amount", ["50.00", "1,5", "0x5", "1e5", "50,0000", "1.000,5"])
def test_an_amount_is_never_guessed(amount):
    text = f'date;amount;memo\n05/03/2026;"{amount}";a\n'
    if amount == "50.00":  # decimals that are zero say fifty
        assert read(text.encode())[0].amount == 50
        return
    with pytest.raises(Invalid):
        read(text.encode())


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("Ngày;Số tiền ghi có;Nội dung\n05/03/2026;1,500,000;KHEOAB23CD45, cam on, nha, ban\n", 1_500_000),
        ("date,amount,memo\n05/03/2026,500000,KHEOAB23CD45;;;;;;;\n", 500_000),
        ("date;amount;memo\n05/03/2026;1\u202f500\u00a0000;KHEOAB23CD45\n", 1_500_000),
        ("date;amount;memo\n05/03/2026;\u2212700.000;x\n05/03/2026;(700.000);x\n05/03/2026;+ 500.000 đồng;KHEOAB23CD45\n", 500_000),
        ("date;amount;memo\n'05/03/2026;VND 500.000;KHEOAB23CD45\n", 500_000),
        ("date;amount;memo\n2026-03-05T10:20:00;500.000;KHEOAB23CD45\n", 500_000),
        ("date;amount;memo\nT5, 05/03/26;500.000;KHEOAB23CD45\n", 500_000),
        ("sep=;\ndate;amount;memo\n10:20:33 05/03/2026;500.000;KHEOAB23CD45\n", 500_000),
        ('Ngày GD,Ghi nợ (VND),Ghi có (VND),Nội dung giao dịch\n05/03/2026,,"1,234,567",KHEOAB23CD45\n', 1_234_567),
    ],
    ids=[
        "commas in a memo",
        "semicolons in a memo",
        "odd spaces",
        "odd signs",
        "kept as text",
        "iso",
        "weekday",
        "hour first",
        "mixed names",
    ],
)
def test_however_a_bank_writes_it_the_gift_is_found(text, amount):
    (credit,) = read(text.encode())
    assert (credit.day, credit.amount) == (date(2026, 3, 5), amount) and credit.memo.startswith("KHEOAB23CD45")


def test_a_gift_without_a_day_is_named_and_the_sums_at_the_foot_are_not():
    foot = "Tổng cộng;1.500.000;\n;1.500.000;Cộng phát sinh\n"
    assert len(read(f"date;amount;memo\n05/03/2026;500.000;KHEOAB23CD45\n{foot}".encode())) == 1
    with pytest.raises(Invalid, match="2"):
        read(f"date;amount;memo\n;500.000;kheo ab23 cd45\n{foot}".encode())


def test_half_a_quotation_mark_swallows_no_row():
    text = 'date,amount,memo\n05/03/2026,500000,"cam on KHEOAB23CD45\n05/03/2026,600000,KHEOZZ99XX88\n'
    with pytest.raises(Invalid):
        read(text.encode())


def test_one_reference_beside_two_memos_is_two_gifts_and_beside_the_same_memo_one():
    row = "05/03/2026,50000,{},FT1\n"
    text = "date,amount,memo,reference\n" + "".join(row.format(memo) for memo in ("KHEOAB23CD45", "KHEOZZ99XX88", "kheo ab23 cd45"))
    first, second, again = (credit.reference for credit in read(text.encode()))
    assert first == again == "FT1" != second


def test_a_file_saved_again_by_another_program_is_the_same_file():
    """Capitals, spaces and what keeps a number as it is: nothing of it makes a new line."""
    once = "date,amount,memo\n05/03/2026,500000,Chi Hoa KHEOAB23CD45\n"
    again = "date;amount;memo\n'05/03/2026;500.000 VND;CHI  HOA KHEO AB23 CD45\n"
    assert read(once.encode())[0].reference == read(again.encode())[0].reference
    kept = 'date,amount,memo,reference\n05/03/2026,500000,a,"=""0012"""\n'
    assert read(kept.encode())[0].reference == "0012"


def test_two_lines_alike_without_a_reference_are_two():
    text = "date,amount,memo\n05/03/2026,50000,a\n05/03/2026,50000,a\n"
    first, second = read(text.encode())
    assert first.reference != second.reference
    assert [c.reference for c in read(text.encode())] == [first.reference, second.reference]
