"""The numbers of audit.md: how many checks certify, how rarely the bound is above the truth, and how often with broken rules."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kheo import cli
from kheo.checks import bound
from kheo.checks.simulate import bets, books
from kheo.checks.simulate.books import Books, Way

DOCS = Path(cli.__file__).parents[1] / "docs"
SHARE = 0.9


def halved(part: float) -> books.Cheat:
    """Of so much of the claims half is there."""

    def claims(dice: np.random.Generator, real: Any) -> Any:
        _claims, left = books.invent(part)(dice, real)
        return real, np.where(left > 0, real, real // 2)

    return claims


@pytest.mark.parametrize(
    ("size", "cheat", "half", "most"),
    [
        (1_000, books.honest, 40, 40),
        (10_000, books.honest, 42, 42),
        (1_000, books.invent(0.02), 61, 107),
        (10_000, books.invent(0.02), 65, 119),
        (1_000, halved(0.1), 88, 141),
        (10_000, halved(0.1), 97, 195),
    ],
)
def test_checks_that_certify_ninety_percent(size: int, cheat: books.Cheat, half: int, most: int) -> None:
    """Medians within 15 %, 90th percentiles within 25 %."""
    runs = 500 if size == 1000 else 150
    dice = np.random.default_rng(4)
    drawn = books.draw(dice, books.make(dice, runs, cheat, size))
    needed = bets.passing(drawn, SHARE * drawn.total, 400)
    needed[needed == 0] = 401
    assert np.median(needed) == pytest.approx(half, rel=0.15)
    assert np.percentile(needed, 90) == pytest.approx(most, rel=0.25)


def test_checks_without_an_error_of_lognormal_claims() -> None:
    """19/40/77/289 for .8/.9/.95/.99 at 1,000 units (audit.md calls them equal; equal ones need 20/41/82/353: test_bound)."""
    dice = np.random.default_rng(5)
    drawn = books.draw(dice, books.make(dice, 200))
    for share, half in ((0.8, 19), (0.9, 40), (0.95, 77), (0.99, 289)):
        assert np.median(bets.passing(drawn, share * drawn.total, 450)) == pytest.approx(half, rel=0.05)


def boundary(kind: str, runs: int, dice: np.random.Generator, size: int = 400) -> Books:
    """Books of which exactly 90 % is there (half false: 50 %), the missing part where ``kind`` says."""
    claims = books.make(dice, runs, size=size).claims
    order = np.argsort(claims, axis=1)
    shuffled = dice.permuted(np.tile(np.arange(size), (runs, 1)), axis=1)
    bad = {
        "random": shuffled,
        "largest": order[:, ::-1],
        "smallest": order,
        "middle": np.roll(order, -size * 4 // 5, axis=1),
        "20 % halved": shuffled,
        "partial": shuffled,
        "half false": shuffled,
    }[kind]
    part = 0.5 if kind == "half false" else 1 - SHARE
    depth = {"20 % halved": 0.5, "partial": 0.7}.get(kind, 1.0)
    taken = np.take_along_axis(claims, bad, 1)
    missing = np.ceil(part * claims.sum(axis=1)).astype(np.int64)[:, None]  # never less than the share, to the unit
    loss = np.ceil(taken * depth).astype(np.int64)
    before = np.cumsum(loss, axis=1) - loss
    lost = np.zeros_like(claims)
    np.put_along_axis(lost, bad, np.clip(missing - before, 0, loss), 1)
    truth = claims - lost
    return Books(claims, truth, claims.sum(axis=1), truth.sum(axis=1))


@pytest.mark.parametrize("kind", ["random", "largest", "smallest", "middle", "20 % halved", "partial", "half false"])
def test_the_bound_is_rarely_above_the_truth_wherever_one_stops(kind: str) -> None:
    """2,000 books, looked at after every single check to the last but one: at most 5 % may ever show more than is there."""
    dice = np.random.default_rng(6)
    false = bets.above(books.draw(dice, boundary(kind, 2000, dice)), 399).mean()
    assert 0.01 < false <= 0.05


@pytest.mark.parametrize(("way", "least"), [(Way.ARRIVAL, 0.2), (Way.SKIPPED, 0.8), (Way.BEST, 0.08), (Way.PUBLIC, 0.8), (Way.KHEO, 0.0)])
def test_broken_rules_lie(way: Way, least: float) -> None:
    dice = np.random.default_rng(7)
    made = boundary("random", 400, dice, size=1000)
    false = np.any([bets.above(seen, 300) for seen in books.seen(way, dice, made, 300)], axis=0).mean()
    assert false > least if way != Way.KHEO else false <= 0.05


def test_many_at_once_is_the_bound_itself() -> None:
    dice = np.random.default_rng(8)
    drawn = books.draw(dice, books.make(dice, 12, books.invent(0.1), 80))
    for checks in (5, 20, 60):
        found = bets.at_least(drawn, checks, steps=40)
        for run, least in enumerate(found):
            units = {f"{n:02}": int(claim) for n, claim in enumerate(drawn.claims[run])}
            seen = [(f"{n:02}", int(drawn.truth[run, n])) for n in range(checks)]
            assert bound.lower_bound(units, seen) == pytest.approx(least / drawn.total[run], abs=1e-8)


def test_cheating_upward_does_not_pay() -> None:
    """Median "at least" after 60 checks, per what is really there: never more than an honest claim's."""
    dice = np.random.default_rng(9)
    shown = []
    for cheat in (books.honest, books.inflate(0.1), books.inflate(0.3), books.invent(0.02), books.invent(0.1)):
        drawn = books.draw(dice, books.make(dice, 150, cheat, 600))
        shown.append(float(np.median(bets.at_least(drawn, 60) / drawn.real)))
    assert max(shown[1:]) <= shown[0] + 0.005


@pytest.mark.slow
@pytest.mark.parametrize(("lang", "ending"), [("en", ""), ("vi", ".vi")])
def test_the_page_shows_what_the_command_prints(lang: str, ending: str, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert cli.main(["simulate", "--lang", lang, "--svg", str(tmp_path)]) == 0
    printed = [line for line in capsys.readouterr().out.splitlines() if line.startswith("|")]
    page = (DOCS / f"true-numbers{ending}.md").read_text()
    told = re.search(r"<!-- simulate -->\n(.*?)<!-- /simulate -->", page, re.S)
    assert told
    assert [line for line in told[1].splitlines() if line.startswith("|")] == printed
    for name in ("headline", "wrong-rules"):
        assert f"img/{name}{ending}.svg" in page
        assert (tmp_path / f"{name}{ending}.svg").read_text() == (DOCS / "img" / f"{name}{ending}.svg").read_text()


@pytest.mark.parametrize("words", [["--inflate", "0"], ["--invent", "1"], ["--runs", "0"], ["--inflate", "x"]])
def test_what_can_not_be_simulated_is_refused(words: list[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        cli.main(["simulate", *words])
    assert stopped.value.code == 2
