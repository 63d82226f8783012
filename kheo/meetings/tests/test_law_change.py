"""A change of the law: held on its days only, and a decision that was taken stays as it was judged."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from kheo.core import clock
from kheo.core.actor import Role
from kheo.evidence import photos
from kheo.meetings import actions, law
from kheo.meetings.judged import shares
from kheo.meetings.law import Share
from kheo.meetings.law.reading import Law
from kheo.meetings.models import Meeting
from kheo.meetings.testing import decide

DAY = date(2026, 3, 1)

CHANGED = """law = "7/2027/TEST"

[[rule]]
key = "contributions"
article = "9(2)"
from = {since}
scopes = ["area"]
threshold = [3, 4]
base = "attending"
strict = true
quorum = [2, 3]
methods = ["hands", "secret"]
mark = "C"
quorum_mark = "C"
methods_mark = "C"
source = "an invented law"
duties = ["post"]
name = {{ en = "Giving under the new law", vi = "Góp theo luật mới" }}

[[duty]]
key = "post"
kind = "post"
within = 3
unit = "calendar"
days = 5
after = "passed"
article = "10"
from = {since}
mark = "C"
source = "an invented law"
name = {{ en = "Post it quickly" }}

[[general]]
key = "notice_days"
value = 10
article = "8"
from = {since}
mark = "C"
source = "an invented law"
name = {{ en = "Notice" }}
"""


def ending(entries, keys, last):
    return tuple(replace(e, until=last) if e.key in keys else e for e in entries)


def main(response):
    """What the page says, without its head and forms."""
    return response.content.decode().split("<main", 1)[1].split("</main>")[0]


@pytest.fixture
def change(tmp_path, monkeypatch):
    """``change(day)``: a new law in force from that day; the old one ended the day before."""
    shipped = law.every()

    def make(since: date) -> Law:
        path = tmp_path / "new.toml"
        path.write_text(CHANGED.format(since=since))
        last = since - timedelta(days=1)
        old = Law(
            ending(shipped.rules, {"contributions"}, last),
            ending(shipped.duties, {"post"}, last),
            ending(shipped.general, {"notice_days"}, last),
        )
        both = law.together([old, law.read(path)])
        monkeypatch.setattr(law, "every", lambda: both)
        return both

    return make


def test_each_day_has_the_law_of_that_day(change):
    change(date(2027, 1, 1))
    assert law.rule_on("contributions", date(2026, 12, 31)).threshold == Share(2, 3)
    new = law.rule_on("contributions", date(2027, 1, 1))
    assert (new.threshold, new.base, new.citation) == (Share(3, 4), law.ATTENDING, "7/2027/TEST 9(2)")
    assert (law.notice_days(date(2026, 12, 31)), law.notice_days(date(2027, 1, 1))) == (3, 10)


def test_two_laws_on_one_day_are_refused(change, tmp_path):
    change(date(2027, 1, 1))
    with pytest.raises(law.LawError, match="'contributions' hold on 2027-01-01"):
        law.together([law.every(), law.read(tmp_path / "new.toml")])


def test_a_duty_that_no_law_explains_is_refused(tmp_path):
    path = tmp_path / "bare.toml"
    path.write_text(CHANGED.format(since="2027-01-01").split("[[duty]]")[0])
    with pytest.raises(law.LawError, match="no duty 'post'"):
        law.together([law.read(path)])


def test_a_duty_that_ends_before_its_rule_is_refused(tmp_path):
    path = tmp_path / "gap.toml"
    path.write_text(CHANGED.format(since="2027-01-01"))
    read = law.read(path)
    gap = Law(read.rules, ending(read.duties, {"post"}, date(2027, 6, 30)), read.general)
    with pytest.raises(law.LawError, match="no duty 'post' is in force on 2027-07-01"):
        law.together([gap])
    later = Law((), tuple(replace(d, since=date(2027, 7, 1), law="8/2027/TEST") for d in read.duties), ())
    assert len(law.together([gap, later]).duties) == 2


@pytest.mark.django_db
def test_slips_that_come_in_under_another_law_are_judged_and_followed_by_the_one_they_were_sent_under(
    change, counted, actor, city, photo_upload
):
    head = actor(Role.HEAD, city.area)
    made = actions.call_second_way(head, counted(present=119), ends_at=clock.now() + timedelta(days=5), where="Nhà văn hóa")
    Meeting.objects.filter(pk=made.pk).update(starts_at=clock.now() - timedelta(days=6), ends_at=clock.now() - timedelta(hours=1))
    change(timezone.localdate(clock.now() - timedelta(days=2)))
    made.refresh_from_db()
    matter = actions.count_households(head, made, present=200, sheet=photos.store(photo_upload())).matters.get()
    decision = decide(head, matter, agree=160, against=40)
    assert (decision.passed, decision.needed, decision.article) == (True, 160, "10/2022/QH15 15(1)")
    assert {d.key for d in decision.duties.all()} == {"post", "announce", "publish"}
    assert decision.duties.get(key="post").words["en"] == "Post the decision where everybody passes"


@pytest.mark.django_db
def test_a_change_of_law_never_changes_a_past_decision(change, counted, actor, city, client):
    head = actor(Role.HEAD, city.area)
    old = decide(head, counted(present=171).matters.get(), agree=171, against=0)
    page, duties = main(client.get(old.get_absolute_url(), headers={"accept-language": "en"})), list(old.duties.values())
    assert "171 of 240 household representatives = 71.3 %, needs at least 66.7 % (160)" in page
    waiting = counted(present=171).matters.get()
    change(clock.today())
    old.refresh_from_db()
    assert (old.passed, old.needed, old.base, list(old.duties.values())) == (True, 160, 240, duties)
    # Under the law of today it would be named, based and judged otherwise; the page still tells the law of its day.
    assert main(client.get(old.get_absolute_url(), headers={"accept-language": "en"})) == page
    new = decide(head, waiting, agree=128, against=43)
    assert (new.passed, new.needed, new.base, new.article) == (False, 129, 171, "7/2027/TEST 9(2)")
    assert "needs more than 75 % (129)" in client.get(new.get_absolute_url(), headers={"accept-language": "en"}).content.decode()


# --- scopes, methods, what holds for every meeting ---


def test_a_part_of_the_area_decides_its_own_money_and_not_the_area_s_convention():
    assert law.rule_on("contributions", DAY, scope="part").key == "contributions"
    with pytest.raises(law.NoRule, match="'convention' is not decided by 'part'"):
        law.rule_on("convention", DAY, scope="part")


def test_only_another_matter_of_one_s_own_may_be_voted_online():
    assert [r.key for r in law.rules_on(DAY) if r.allows("online")] == ["other"]


def test_what_is_voted_on_has_a_way_to_vote_and_an_opinion_has_none():
    for rule in law.rules():
        assert bool(rule.methods) == rule.votes
        assert rule.second_way is None or rule.allows(rule.second_way.method)


@pytest.mark.parametrize(("attending", "needed"), [(0, 1), (1, 1), (2, 2), (170, 86), (171, 86)])
def test_more_than_half_of_those_attending_choose_who_writes(attending, needed):
    assert law.officers_needed(DAY, attending) == needed


@pytest.mark.parametrize(("households", "needed"), [(240, 24), (241, 25), (9, 1), (1, 1)])
def test_a_tenth_of_the_households_brings_a_matter_forward(households, needed):
    assert law.call_needed(DAY, households) == needed


def test_terms_for_every_meeting():
    assert (law.counting_team(DAY), law.consent_months(DAY)) == ((3, 5), 3)
    assert law.rule_on("convention", DAY).draft_days == 30


# --- the edge, and how it is written ---

RULES = [r for r in law.rules() if r.votes]


@given(rule=st.sampled_from(RULES), households=st.integers(1, 50_000), data=st.data())
def test_needed_is_the_least_number_that_passes(rule, households, data):
    present = data.draw(st.integers(rule.quorum_needed(households), households))
    needed = rule.evaluate(0, present=present, households=households).needed
    for agree in {max(needed - 1, 0), needed, needed + 1} & set(range(present + 1)):
        assert rule.evaluate(agree, present=present, households=households).passed == (agree >= needed)


@given(rule=st.sampled_from(RULES), households=st.integers(1, 50_000))
def test_the_quorum_is_the_least_number_that_is_enough(rule, households):
    least = rule.quorum_needed(households)
    assert rule.quorate(least, households) and not rule.quorate(least - 1, households)
    assert 2 * least >= households > 2 * (least - 1)


@given(whole=st.integers(1, 100_000), num=st.integers(1, 9), more=st.integers(0, 9), data=st.data())
def test_a_percentage_never_looks_as_if_it_reached_what_it_did_not(whole, num, more, data):
    share = Share(num, num + more)
    edge = share.least(whole, strict=False)
    part = data.draw(st.one_of(st.integers(0, whole), st.integers(max(edge - 2, 0), min(edge + 1, whole))))
    said, asked = (float(text.removesuffix(" %").replace(",", "")) for text in shares(part, whole, share))
    assert (said >= asked) == (part * share.den >= whole * share.num)


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [
        (171, 240, ("71.3 %", "66.7 %")),
        (160, 240, ("66.7 %", "66.7 %")),
        (159, 240, ("66.3 %", "66.7 %")),
        (160, 241, ("66.4 %", "66.7 %")),
        (6666, 10000, ("66.66 %", "66.67 %")),
        (0, 240, ("0 %", "66.7 %")),
        (0, 0, ("–", "66.7 %")),
    ],
)
def test_percentages_as_they_are_written(part, whole, said):
    assert shares(part, whole, Share(2, 3)) == said
