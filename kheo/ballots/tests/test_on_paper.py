"""A secret vote on paper, by forms, from the call to the recount by a stranger."""

import re
from typing import Any

import pytest

from kheo.ballots import codes, published
from kheo.ballots.models import Seal, Slip, State
from kheo.core.actor import Role
from kheo.openlog import canonical, database, sequencer
from kheo.openlog.models import Entry

pytestmark = pytest.mark.django_db

THREE = {"title_1": "Đèn", "title_2": "Cầu", "title_3": "Cống"}


def test_from_the_call_to_the_recount(vote: Any, city: Any) -> None:
    ballot = vote.call(city.area2, "approval", **THREE)
    assert (ballot.households, ballot.options.count()) == (120, 3)
    vote.print(6)
    assert len(set(vote.codes)) == 6
    vote.open(5)
    slips = [(vote.codes[0], {"choice": ["1", "2"]}), (vote.codes[3], {"choice": ["2"]}), (vote.codes[4], {"unclear": "on"})]
    vote.count(slips)
    assert vote.ballot.state == State.PUBLISHED
    assert vote.ballot.result == {"counted": 2, "totals": [1, 2, 0], "holds": True}
    assert (vote.ballot.returned, vote.ballot.invalid) == (3, {"unclear": 1})
    page = vote.other.get(f"/ballots/{ballot.pk}/").content.decode()
    for code, _marks in slips:
        assert re.search(f'<tr id="{code}"', page), "every voter finds the own code"
    assert f'<tr id="{vote.codes[0]}" data-says="Đèn; Cầu"' in page
    assert vote.other.get(f"/ballots/{ballot.pk}/votes.csv").content.decode().splitlines()[0] == "code,choice"
    sequencer.drain()
    assert "1 secret votes recounted, 3 codes found among their commitments." in database.verify_database().audited


def test_commitments_are_in_the_log_before_the_vote_and_nothing_else_of_the_codes_is_kept(vote: Any, city: Any) -> None:
    ballot = vote.call(city.area2, "approval", **THREE)
    vote.print(20)
    ballot.refresh_from_db()
    logged = [c for e in Entry.objects.filter(verb="ballot.sealed") for c in canonical.decode(bytes(e.leaf))["clear"]["commitments"]]
    assert logged == sorted(codes.commitment(ballot.salt, code) for code in vote.codes)
    assert [s.commitment for s in Seal.objects.order_by("pk")] == logged, "the rows stand in the order of the commitments, not of the paper"
    kept = "".join(str(vars(row)) for model in ballot._meta.apps.get_app_config("ballots").get_models() for row in model.objects.all())
    kept += "".join(str(bytes(e.leaf) + bytes(e.private or b"") + bytes(e.facts or b"")) for e in Entry.objects.all())
    assert not [code for code in vote.codes if code in kept]
    assert not [code for code in vote.codes if codes.spell(code) in kept]


def test_no_row_joins_a_vote_to_a_household_or_a_moment(vote: Any, city: Any) -> None:
    models = vote_models()
    for name in ("seal", "slip", "phonecode"):
        fields = {f.name for f in models[name]._meta.get_fields()}
        assert fields <= {"id", "ballot", "commitment", "seat", "code", "choice"}, name
    assert {f.name for f in models["taken"]._meta.get_fields()} == {"id", "ballot", "key", "sealed"}  # sealed: to the phone's form alone
    vote.call(city.area2, "approval", **THREE)
    vote.print(4)
    vote.open(4)
    vote.count([(vote.codes[2], {"choice": ["1"]}), (vote.codes[1], {"choice": ["3"]})])
    assert not Slip.objects.exists(), "the drafts, which keep the order of the entering, are gone"
    said = list(published.votes(vote.ballot))
    assert said == sorted(said), "published in the order of the codes"


def vote_models() -> dict[str, Any]:
    from django.apps import apps

    return {m._meta.model_name: m for m in apps.get_app_config("ballots").get_models()}


def test_printing_again_makes_the_old_slips_worthless_and_only_before_the_vote(vote: Any, city: Any) -> None:
    vote.call(city.area2, "approval", **THREE)
    vote.print(3)
    old = vote.codes
    vote.print(3)
    assert not set(old) & set(vote.codes)
    with vote.at(25):
        answer = vote.post(vote.head, "print", {"count": 3})
    assert b"nobody can add any" in answer.content
    vote.open(3)
    answer = vote.enter(1, [(old[0], {"choice": ["1"]})])[0]
    assert answer.status_code == 422
    assert b"No slip was printed with this code" in answer.content


def test_the_paper_is_given_once(vote: Any, city: Any) -> None:
    vote.call(city.area2, "approval", **THREE)
    act = {"act_id": "6f9619ff-8b86-4d01-b42d-00cf4fc964ff", "count": 3}
    with vote.at(1):
        first = vote.post(vote.head, "print", act)
        again = vote.post(vote.head, "print", act)
    assert first["Content-Type"] == "application/pdf"
    assert again.status_code == 302
    assert Seal.objects.count() == 3


def test_a_double_an_unknown_and_an_unreadable_slip_count_as_invalid_with_their_reason(vote: Any, city: Any) -> None:
    vote.call(city.area2, "approval", **THREE)
    vote.print(5)
    vote.open(5)
    a, b, c = vote.codes[:3]
    answers = vote.enter(1, [(a, {"choice": ["1"]}), (a, {"choice": ["1"]}), ("ACDEFGHJ", {"choice": ["1"]})])
    assert [x.status_code for x in answers] == [302, 422, 422]
    vote.enter(
        1,
        [
            (a, {"choice": ["1"], "really": "on"}),  # a copy that says the same: one counts
            (b, {"choice": ["2"]}),
            (b, {"choice": ["3"], "really": "on"}),  # a copy that says otherwise: none counts
            (c, {"unclear": "on"}),
            ("XXXX", {"choice": ["1"], "really": "on"}),
        ],
    )
    vote.finish(1, 6)
    again = [("YYYY", {"choice": ["2"], "really": "on"}), (b, {"choice": ["3"]}), (b, {"choice": ["2"], "really": "on"})]
    vote.enter(2, [*again, (c, {"unclear": "on"}), (a, {"choice": ["1"]}), (a, {"choice": ["1"], "really": "on"})])
    vote.finish(2, 6)
    assert vote.ballot.state == State.PUBLISHED, "the order of entering, and what an unknown code looks like, don't matter"
    assert vote.ballot.result["totals"] == [1, 0, 0]
    assert vote.ballot.invalid == {"unknown": 1, "double": 3, "unclear": 1}
    assert vote.ballot.returned == 6
    assert published.votes(vote.ballot) == dict(sorted({a: "1", b: "", c: ""}.items()))


def test_two_unequal_entries_send_both_back_to_those_slips_only(vote: Any, city: Any) -> None:
    vote.call(city.area2, "approval", **THREE)
    vote.print(3)
    vote.open(3)
    a, b, c = vote.codes
    vote.enter(1, [(a, {"choice": ["1"]}), (b, {"choice": ["2"]}), (c, {"choice": ["3"]})])
    vote.finish(1, 3)
    vote.enter(2, [(a, {"choice": ["1"]}), (b, {"choice": ["1", "2"]}), (c, {"choice": ["3"]})])
    vote.finish(2, 3)
    assert vote.ballot.state == State.COUNTING
    assert (vote.ballot.look_again, vote.ballot.round) == ([b], 2)
    for seat, client in ((1, vote.head), (2, vote.other)):
        with vote.at(35):
            page = client.get(f"/ballots/{vote.ballot.pk}/enter/{seat}/").content.decode()
        assert codes.spell(b) in page
        assert "Đèn; Cầu" not in page, "what the other typed is not told"
        assert vote.enter(seat, [(b, {"choice": ["2"]})])[0].status_code == 302
        vote.finish(seat, 3)
    assert vote.ballot.state == State.PUBLISHED
    assert vote.ballot.result["totals"] == [1, 1, 1]


def test_neither_counter_sees_the_other_before_both_are_in(vote: Any, city: Any) -> None:
    vote.call(city.area2, "approval", **THREE)
    vote.print(3)
    vote.open(3)
    vote.enter(1, [(vote.codes[0], {"choice": ["1"]}), (vote.codes[1], {"choice": ["2"]})])
    vote.finish(1, 2)
    with vote.at(35):
        for path in ("", "enter/2/", "finish/2/"):
            page = vote.other.get(f"/ballots/{vote.ballot.pk}/{path}").content.decode()
            assert not any(code in page or codes.spell(code) in page for code in vote.codes)
            assert "slips entered by you" not in page or ">0 <small>slips entered by you" in page
    entered = canonical.decode(bytes(Entry.objects.get(verb="ballot.entered").leaf))
    assert entered["clear"] == {"ballot": vote.ballot.pk, "round": 1, "seat": 1}


def test_who_may_sit_where(vote: Any, city: Any, signed_in: Any) -> None:
    vote.call(city.area2, "approval", **THREE)
    vote.print(3)
    with vote.at(34):
        stranger, officer = signed_in(), signed_in(Role.OFFICER, city.ward)
        for client in (stranger, officer):
            assert client.post(f"/ballots/{vote.ballot.pk}/enter/1/", {"code": vote.codes[0], "choice": ["1"]}).status_code == 403
    vote.open(3)
    for seat in (0, 1, 2, 3):
        assert officer.post(f"/ballots/{vote.ballot.pk}/enter/{seat}/", {"code": vote.codes[0], "choice": ["1"]}).status_code == 403
        assert vote.other.post(f"/ballots/{vote.ballot.pk}/enter/{seat}/", {"code": ""}).status_code == (422 if seat == 2 else 403)
    assert vote.head.post(f"/ballots/{vote.ballot.pk}/enter/2/", {"code": vote.codes[0], "choice": ["1"]}).status_code == 403
    assert stranger.get(f"/ballots/{vote.ballot.pk}/join/AAAAAAAA/").status_code == 404


def test_a_pile_that_does_not_match_is_not_finished(vote: Any, city: Any) -> None:
    vote.call(city.area2, "approval", **THREE)
    vote.print(3)
    vote.open(3)
    vote.enter(1, [(vote.codes[0], {"choice": ["1"]})])
    answer = vote.finish(1, 2)
    assert b"1 slips are entered, but 2 are in the pile" in answer.content
    assert vote.ballot.entered == []


def test_the_box_stays_closed_until_the_end(vote: Any, city: Any) -> None:
    vote.call(city.area2, "approval", **THREE)
    vote.print(3)
    with vote.at(30):
        answer = vote.post(vote.head, "open", {"handed_out": 3, "protocol": vote.upload()})
    assert b"stays closed until the voting is over" in answer.content
    with vote.at(34):
        assert b"3 slips were printed" in vote.post(vote.head, "open", {"handed_out": 4, "protocol": vote.upload()}).content


def test_more_votes_than_slips_handed_out_do_not_hold(vote: Any, city: Any) -> None:
    vote.call(city.area2, "approval", **THREE)
    vote.print(3)
    vote.open(1)
    vote.count([(vote.codes[0], {"choice": ["1"]}), (vote.codes[1], {"choice": ["2"]})])
    assert vote.ballot.result["holds"] is False
    assert b"does not hold" in vote.other.get(f"/ballots/{vote.ballot.pk}/").content


def test_a_cancelled_vote_says_why(vote: Any, city: Any) -> None:
    vote.call(city.area2, "approval", **THREE)
    vote.print(3)
    with vote.at(2):
        vote.post(vote.head, "cancel", {"reason": "Mưa lớn"})
    vote.ballot.refresh_from_db()
    assert (vote.ballot.state, vote.ballot.salt) == (State.CANCELLED, "")
    assert "Mưa lớn" in vote.other.get(f"/ballots/{vote.ballot.pk}/").content.decode()


@pytest.mark.parametrize(
    ("method", "data", "words"),
    [
        ("approval", {"title_1": "Đèn"}, "Please fill this in."),
        ("scores", {**THREE, "most": "11"}, "from 2 to 10"),
        ("budget", {"title_1": "Đèn", "title_2": "Cầu", "cost_1": "5", "cost_2": "7", "budget": "0", "completion": "add1"}, "field-wrong"),
        ("approval", {**THREE, "opens_at": "2026-11-30T08:00"}, "later than now"),
        ("approval", {**THREE, "closes_at": "2026-12-02T07:00"}, "ends after it begins"),
    ],
)
def test_a_call_that_makes_no_sense_is_refused(vote: Any, city: Any, method: str, data: dict[str, str], words: str) -> None:
    fields = {
        "title": "Gì?",
        "opens_at": "2026-12-02T08:00",
        "closes_at": "2026-12-02T17:00",
        "act_id": "6f9619ff-8b86-4d01-b42d-00cf4fc964ff",
    }
    with vote.at(0):
        answer = vote.head.post(f"/ballots/new/?place={city.area2.slug}&method={method}", {**fields, **data})
    assert answer.status_code == 422
    assert words in answer.content.decode()
