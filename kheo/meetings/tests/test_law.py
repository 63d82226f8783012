"""The law as data: exact shares, dates, and files that are refused by name."""

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kheo.meetings import law

DAY = date(2026, 3, 1)
HEAD = 'law = "1/2026"\n'
RULE = """[[rule]]
key = "contributions"
article = "15(1)"
from = {since}
{to}threshold = {threshold}
strict = {strict}
base = "{base}"
quorum = [1, 2]
methods = ["hands"]
mark = "S"
quorum_mark = "M"
source = "a test"
name = {{ en = "Contributions" }}
"""


def read(tmp_path: Path, *, since="2023-07-01", to="", threshold="[2, 3]", strict="false", base="all-households") -> list[law.LawRule]:
    path = tmp_path / "some.toml"
    path.write_text(HEAD + RULE.format(since=since, to=to, threshold=threshold, strict=strict, base=base))
    return list(law.read(path).rules)


@pytest.mark.parametrize(
    ("key", "households", "needed"),
    [
        ("contributions", 240, 160),
        ("contributions", 241, 161),
        ("contributions", 239, 160),
        ("contributions", 1, 1),
        ("spending", 3, 2),
        ("convention", 240, 121),
        ("convention", 241, 121),
        ("other", 2, 2),
        ("other", 1, 1),
        ("opinion", 240, 0),
    ],
)
def test_needed_votes_are_whole_numbers(key, households, needed):
    assert law.rule_on(key, DAY).needed(households) == needed


def test_160_of_240_is_two_thirds_and_159_is_not():
    rule = law.rule_on("contributions", DAY)
    assert rule.evaluate(160, present=171, households=240) == law.Outcome(True, True, 160, 240, 66)
    assert not rule.evaluate(159, present=171, households=240).passed


@given(households=st.integers(1, 100_000), data=st.data())
def test_a_vote_passes_exactly_when_its_share_reaches_the_threshold(households, data):
    agree = data.draw(st.integers(0, households))
    for key in ("contributions", "spending", "convention", "other"):
        rule = law.rule_on(key, DAY)
        share, asked = Fraction(agree, households), Fraction(rule.threshold.num, rule.threshold.den)
        outcome = rule.evaluate(agree, present=households, households=households)
        assert outcome.passed == (share > asked if rule.strict else share >= asked)
        assert outcome.share <= 100 * share


@given(households=st.integers(1, 10_000), data=st.data())
def test_nothing_passes_without_half_of_the_households(households, data):
    present = data.draw(st.integers(0, households))
    outcome = law.rule_on("other", DAY).evaluate(present, present=present, households=households)
    assert outcome.quorate == (Fraction(present, households) >= Fraction(1, 2))
    assert outcome.quorate or not outcome.passed


def test_the_base_may_be_those_attending(tmp_path):
    (rule,) = read(tmp_path, base="attending", threshold="[1, 2]", strict="true")
    outcome = rule.evaluate(61, present=120, households=240)
    assert (outcome.base, outcome.needed, outcome.passed) == (120, 61, True)
    assert not rule.evaluate(60, present=120, households=240).passed


def test_an_opinion_never_passes():
    rule = law.rule_on("opinion", DAY)
    assert not rule.votes
    assert not rule.evaluate(240, present=240, households=240).passed


def test_a_rule_holds_on_its_days_only(tmp_path):
    old = read(tmp_path, to="to = 2026-06-30\n")
    new = read(tmp_path, since="2026-07-01", threshold="[3, 4]")
    every = law.ordered(old + new)
    assert [r.threshold.num for r in every if r.in_force(date(2026, 6, 30))] == [2]
    assert [r.threshold.num for r in every if r.in_force(date(2026, 7, 1))] == [3]
    with pytest.raises(law.LawError, match="2026-07-01"):
        law.ordered(read(tmp_path) + new)
    with pytest.raises(law.NoRule):
        law.rule_on("contributions", date(2023, 6, 30))


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        ({"threshold": "[2, 0]"}, "threshold"),
        ({"threshold": "[4, 3]"}, "threshold"),
        ({"threshold": "[0.5, 1]"}, "threshold"),
        ({"base": "everybody"}, "all-households"),
        ({"to": 'tresh = "x"\n'}, "'tresh'; known: answer_days, article"),
    ],
)
def test_a_bad_file_is_refused_by_name(tmp_path, bad, words):
    with pytest.raises(law.LawError, match=words) as refused:
        read(tmp_path, **bad)
    assert "some.toml, rule 1" in str(refused.value)


def test_every_rule_says_where_it_comes_from_and_how_sure_we_are():
    found = law.rules()
    assert {r.key for r in found} == {
        "contributions", "spending", "convention", "hamlet-head", "boards", "other", "opinion", "explain",
    }  # fmt: skip
    for rule in [*found, *law.duties(), *law.general()]:
        assert rule.source and {lang for lang, _ in rule.names} == {"vi", "en", "id"}
        assert rule.mark in ("C", "S", "M") and rule.article
    for term in law.terms():
        assert term.source and {lang for lang, _ in term.names} == {lang for lang, _ in term.says} == {"vi", "en", "id"}


def test_a_term_without_words_is_refused(tmp_path):
    path = tmp_path / "some.toml"
    path.write_text(HEAD + '[[term]]\nkey = "x"\narticle = ""\nfrom = 2026-01-01\nmark = "M"\nsource = "s"\nname = { en = "X" }\n')
    with pytest.raises(law.LawError, match=r"term 1: .says. is missing"):
        law.read(path)
