"""The draw: the same tickets from the same seed for everybody, by the formula of audit.md and nothing else."""

import hashlib
import subprocess
import sys
import time
from collections.abc import Callable
from decimal import ROUND_HALF_EVEN, Context, Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kheo import cli
from kheo.checks import bookfile, draw, logarithm

UNITS = st.dictionaries(st.text("0123456789abcdef", min_size=1, max_size=8), st.integers(1, 10**6), min_size=1, max_size=12)
ROOT, HEAD, DICE = "ab" * 32, "0c" * 32, "31415926535897932384"


def by_the_book(seed: str, name: str, claim: int) -> Decimal:
    """audit.md 3, with the standard library's own logarithm."""
    c = Context(prec=60, rounding=ROUND_HALF_EVEN)
    h = int.from_bytes(hashlib.sha256(f"{seed},{name}".encode()).digest(), "big")
    return c.divide(c.minus(c.ln(c.divide(c.add(Decimal(h), Decimal("0.5")), Decimal(2**256)))), Decimal(claim))


@given(st.text(min_size=1, max_size=20).filter(lambda s: s.isprintable()), UNITS)
def test_tickets_follow_the_formula_and_ascend(seed: str, units: dict[str, int]) -> None:
    found = draw.tickets(seed, units)
    assert found == {name: by_the_book(seed, name, claim) for name, claim in units.items()}
    assert list(found.items()) == sorted(found.items(), key=lambda item: (item[1], item[0]))
    assert list(draw.tickets(seed, dict(reversed(units.items())))) == list(found)


@given(st.integers(1, 10**60), st.integers(0, 62))
def test_the_quick_logarithm_has_the_digits_of_the_slow_one(part: int, near_one: int) -> None:
    context = logarithm.CONTEXT
    value = context.divide(Decimal(part), Decimal(10**60 + 1))
    for u in (value, context.subtract(Decimal(1), context.scaleb(value, -near_one))):
        if 0 < u < 1:
            assert logarithm.minus_ln(u) == context.minus(context.ln(u))


def test_the_quick_logarithm_is_quicker_by_far() -> None:
    """10,000 tickets within a second hang on it (bench/rounds.py): the slow one alone takes two."""
    parts = [draw.CONTEXT.divide(Decimal(n), Decimal(977)) for n in range(1, 400)]

    def took(logarithm_of: Callable[[Decimal], Decimal]) -> float:
        began = time.process_time()
        for part in parts:
            logarithm_of(part)
        return time.process_time() - began

    took(logarithm.minus_ln)  # its tables
    assert 3 * min(took(logarithm.minus_ln) for _ in range(3)) < min(took(draw.CONTEXT.ln) for _ in range(3))


def test_chance_follows_the_amount_and_cutting_a_claim_changes_nothing() -> None:
    whole = cut = 0
    for n in range(600):
        whole += next(iter(draw.tickets(f"{n}", {"large": 30, "a": 10, "b": 10, "c": 10}))) == "large"
        cut += next(iter(draw.tickets(f"{n}", {f"l{i}": 1 for i in range(30)} | {"a": 10, "b": 10, "c": 10})))[0] == "l"
    assert 265 < whole < 335
    assert 265 < cut < 335


@pytest.mark.parametrize(
    "units", [{}, {"a": 0}, {"a": -1}, {"a": True}, {"a": 1.0}, {"a": "1"}, {"a,b": 1}, {"a b": 1}, {"": 1}, {3: 1}, {"a\n": 1}]
)
def test_books_that_no_draw_can_be_made_of(units: dict[str, int]) -> None:
    with pytest.raises(ValueError):
        draw.tickets("seed", units)


@pytest.mark.parametrize("seed", ["", "\ud800", None])
def test_texts_that_are_no_seed(seed: str) -> None:
    with pytest.raises(ValueError):
        draw.tickets(seed, {"a": 1})


def test_a_seed_is_built_and_read() -> None:
    assert draw.seed(ROOT, HEAD, DICE) == f"kheo-draw-v1,{ROOT},{HEAD},{DICE}"
    with_beacon = draw.seed(ROOT, HEAD, DICE, "Xổ số Cần Thơ 123456")
    assert draw.parts(with_beacon) == (ROOT, HEAD, DICE, "Xổ số Cần Thơ 123456")


@pytest.mark.parametrize(
    "change",
    [
        {"book_root": ROOT.upper()},
        {"book_root": ROOT[:-1]},
        {"checkpoint_root": HEAD + "\n"},
        {"digits": DICE[1:]},
        {"digits": DICE + "x"},
        {"digits": "٣" * 20},
        {"beacon": ""},
        {"beacon": "1,2"},
        {"beacon": "1\n2"},
    ],
)
def test_seeds_that_are_refused(change: dict[str, str]) -> None:
    with pytest.raises(draw.BadDraw):
        draw.seed(**{"book_root": ROOT, "checkpoint_root": HEAD, "digits": DICE, **change})


def test_the_root_of_a_book_by_hand() -> None:
    def leaf(text: str) -> bytes:
        return hashlib.sha256(b"\0" + text.encode()).digest()

    def node(left: bytes, right: bytes) -> bytes:
        return hashlib.sha256(b"\1" + left + right).digest()

    a, b, c = leaf('{"c":5,"id":"a"}'), leaf('{"c":7,"id":"b"}'), leaf('{"c":1,"id":"c"}')
    assert draw.book_root({"c": 1, "a": 5, "b": 7}) == node(node(a, b), c)


def test_checkers_are_ordered_by_a_hash_of_their_own() -> None:
    keys = [f"k{n}" for n in range(9)]
    order = draw.order_of_checkers("seed", "unit", keys)
    assert order == sorted(keys, key=lambda key: hashlib.sha256(f"kheo-check-v1,seed,unit,{key}".encode()).hexdigest())
    assert order == draw.order_of_checkers("seed", "unit", keys[::-1]) != draw.order_of_checkers("seed", "other", keys)
    with pytest.raises(draw.BadDraw):
        draw.order_of_checkers("seed", "unit", ["a", "a"])


@given(UNITS)
def test_a_book_survives_its_file(units: dict[str, int]) -> None:
    assert bookfile.read(bookfile.write(units)) == units


def test_a_file_that_was_touched_is_named() -> None:
    text = bookfile.write({"a": 5, "b": 7, "c": 1})
    for old, new, words in (
        ("a 5", "a 6", "sum to 14"),
        ("a 5", "a 05", "line 2"),
        ("a 5\n", "", "tells of 3 units"),
        ("b 7", "a 7", "comes twice"),
        ("c 1\n", "c 1", "cut off"),
        ("a 5\nb 7", "a 7\nb 5", "have"),
        ("b 7\nc 1", "c 1\nb 7", "ids ascend"),
        ("v1", "v2", "line 1"),
        ("\n", "\r\n", "line 1"),
    ):
        assert old in text
        with pytest.raises(bookfile.BadFile, match=words):
            bookfile.read(text.replace(old, new))


def test_anybody_draws_a_round_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    units = {f"{n:032x}": 1 + n % 5 for n in range(80)}
    seed = draw.seed(draw.book_root(units).hex(), HEAD, DICE)
    order = list(draw.tickets(seed, units))
    book, checks = tmp_path / "book.txt", tmp_path / "checks.txt"
    book.write_text(bookfile.write(units))
    checks.write_text("".join(f"{name} {units[name]}\n" for name in order[:40]) + f"{order[40]} -\n")
    run = ["draw", "--book", str(book), "--seed", seed, "--checks", str(checks)]
    assert cli.main(run) == 0
    said = capsys.readouterr().out
    assert [line.split()[1] for line in said.splitlines()[2:82]] == order
    assert "40 as claimed or more, 0 short, 1 not visited" in said
    assert "At least: 2" in said
    assert cli.main([*run, "--alpha", "2"]) == 2
    checks.write_text(f"{order[0]} 1\n{order[2]} 1\n")
    assert cli.main(run) == 1
    refuted = capsys.readouterr()
    assert f"it was the turn of {order[1]}" in refuted.err
    assert "At least: 0." in refuted.out
    assert cli.main(["draw", "--book", str(book), "--seed", draw.seed(ROOT, HEAD, DICE)]) == 1
    book.write_text(bookfile.write(units).replace(" 5\n", " 6\n", 1))
    assert cli.main(run) == 2


def test_the_program_in_the_documentation_draws_the_same_order(tmp_path: Path) -> None:
    """docs/true-numbers.md: some lines of Python that know nothing of Khéo."""
    page = (Path(__file__).parents[3] / "docs" / "true-numbers.md").read_text(encoding="utf-8")
    program = page.partition("```python\n")[2].partition("```")[0]
    assert 5 < len(program.splitlines()) <= 20 and "kheo" not in program
    units = {f"{n:032x}": 1 + n % 5 for n in range(80)}
    seed, book = draw.seed(draw.book_root(units).hex(), HEAD, DICE), tmp_path / "book.txt"
    book.write_text(bookfile.write(units))
    said = subprocess.run([sys.executable, "-I", "-c", program, str(book), seed], capture_output=True, text=True, check=True).stdout
    assert [line.split() for line in said.splitlines()] == [[name, str(number)] for name, number in draw.tickets(seed, units).items()]


def test_no_django_is_needed() -> None:
    code = "import sys; sys.modules['django'] = None; import kheo.checks.draw, kheo.checks.bound, kheo.checks.totals, kheo.checks.commands"
    subprocess.run([sys.executable, "-c", code], check=True, env={"PYTHONPATH": str(Path(cli.__file__).parents[1])}, cwd="/")
