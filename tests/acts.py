"""Every act by form, with a thing it can be done to: what the permission table is made of."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from kheo.agreements import actions as agreements
from kheo.agreements import rules as agreement_rules
from kheo.agreements.models import Version
from kheo.ballots import actions as ballots
from kheo.ballots import rules as ballot_rules
from kheo.ballots.models import Ballot
from kheo.checks import actions as checks
from kheo.checks import rules as check_rules
from kheo.checks import testing as books
from kheo.checks.actions import visits as visiting
from kheo.checks.models import Flag, Roll, Volunteer
from kheo.core import clock
from kheo.core.actor import SYSTEM, Actor, Role
from kheo.core.rules import Answer
from kheo.evidence import actions as evidence
from kheo.evidence import photos
from kheo.evidence import rules as evidence_rules
from kheo.grants import actions as grants
from kheo.grants import rules as grant_rules
from kheo.initiatives import actions as initiatives
from kheo.initiatives import rules as initiative_rules
from kheo.ledger import actions as ledger
from kheo.ledger import rules as ledger_rules
from kheo.ledger import statements
from kheo.meetings import actions as meetings
from kheo.meetings import rules as meeting_rules
from kheo.meetings.duties import may_fulfil_duty
from kheo.meetings.models import Matter, Meeting, Opinion
from kheo.meetings.testing import CODE, begun, choose, decide
from kheo.needs import actions as needs
from kheo.needs import rules as need_rules
from kheo.people import actions as people
from kheo.people import rules as people_rules
from kheo.people.households import HouseholdCard
from kheo.people.models import Assignment, Organisation
from kheo.places import rules as place_rules
from kheo.results import actions as results
from kheo.results import rules as result_rules
from kheo.review import rules as review_rules


@dataclass
class World:
    """The small city, and things in it at the stage that an act needs."""

    city: Any
    actor: Callable[..., Actor]
    person: Callable[..., Any]
    upload: Callable[..., Any]

    @property
    def head(self) -> Actor:
        """The head of the area where everything happens; organises its works."""
        return self.actor(Role.HEAD, self.city.area)

    @property
    def officer(self) -> Actor:
        return self.actor(Role.OFFICER, self.city.ward)

    def photo(self) -> Any:
        return photos.store(self.upload())

    def need(self, held: bool = False) -> Any:
        by = Actor("device:one") if held else self.actor()
        return needs.raise_need(by, self.city.area, category="light", text="Đường tối", nameless=held)

    def hidden_need(self) -> Any:
        return evidence.hide(self.officer, self.need(), reason="Nêu tên người.")

    def meeting(self, counted: bool = False, rule: str = "contributions", present: int = 180, started: bool = False) -> Any:
        matters: list[tuple[str, str, list[Any]]] = [("Thắp sáng", rule, [])]
        meeting = meetings.call_meeting(
            self.head, self.city.area, starts_at=clock.now() + timedelta(days=4), where="Nhà văn hóa", matters=matters
        )
        if counted or started:
            Meeting.objects.filter(pk=meeting.pk).update(starts_at=begun())
            meeting.refresh_from_db()
        return meetings.count_households(self.head, meeting, present=present, sheet=self.photo()) if counted else meeting

    def matter(self) -> Any:
        """Ready to be counted by two."""
        return choose(self.head, self.meeting(counted=True)).matters.get()

    def seat(self) -> Any:
        """A matter whose second seat is open; its code is ``CODE``."""
        matter = self.matter()
        meetings.open_second_count(self.head, matter.meeting, code=CODE)
        return Matter.objects.get(pk=matter.pk)

    def decision(self) -> Any:
        return decide(self.head, self.meeting(counted=True).matters.get(), agree=180, against=0)

    def duty(self) -> Any:
        return self.decision().duties.get(key="post")

    def talk(self) -> Any:
        """A matter that asks for opinions."""
        return self.meeting(counted=True, rule="opinion").matters.get()

    def opinion(self) -> Any:
        """One that waits for its answer."""
        talk = self.talk()
        opinion = meetings.record_opinion(self.head, talk, text="Đèn nên tắt lúc 23 giờ", households=7)
        meetings.close_talk(self.head, talk)
        return Opinion.objects.get(pk=opinion.pk)

    def agreement(self, stage: str = "draft") -> Any:
        """The version: draft → posted → over → adopted → in-force."""
        agreement = agreements.draft_agreement(self.head, self.city.area, title="Chuông hẻm", clauses=["Nghe chuông thì đem rác ra."])
        version = agreement.versions.get()
        stages = ["draft", "posted", "over", "adopted", "in-force"]
        if stages.index(stage) >= 1:
            agreements.post_draft(self.head, version)
        if stages.index(stage) >= 2:
            Version.objects.filter(pk=version.pk).update(
                posted_on=clock.today() - timedelta(days=40), posted_until=clock.today() - timedelta(days=10)
            )
        if stages.index(stage) >= 3:
            review = clock.today() + timedelta(days=300)
            agreements.adopt(self.head, version, decision=self.convention(), review_on=review)
        if stages.index(stage) >= 4:
            agreements.recognise(self.officer, version)
        version.refresh_from_db()
        return version

    def convention(self) -> Any:
        return decide(self.head, choose(self.head, self.meeting(counted=True, rule="convention")).matters.get(), agree=170, against=10)

    def comment(self, released: bool = False) -> Any:
        clause = self.agreement("posted").clauses.get()
        comment = agreements.comment_on_clause(Actor("device:one"), clause, text="Rung lúc 18 giờ thôi.")
        return agreements.release_comment(self.head, comment) if released else comment

    def ballot(self, stage: str = "called") -> Any:
        """called → sealed → over → open → published."""
        begins = clock.now() + timedelta(hours=1)
        ballot = ballots.call_ballot(
            self.head, self.city.area, title="Sửa gì trước?", method="approval", opens_at=begins, closes_at=begins + timedelta(hours=2),
            options=[("Đèn", None, None), ("Cầu", None, None)],
        )  # fmt: skip
        stages = ["called", "sealed", "over", "open", "published"]
        if stages.index(stage) >= 1:
            ballots.print_slips(self.head, ballot, count=3)
        if stages.index(stage) >= 2:
            begins = clock.now() - timedelta(hours=2)
            Ballot.objects.filter(pk=ballot.pk).update(opens_at=begins, closes_at=begins + timedelta(hours=1))
        if stages.index(stage) >= 3:
            ballots.open_box(self.head, ballot, handed_out=0, protocol=self.photo())
        if stages.index(stage) >= 4:
            second = ballots.let_second_in(self.head, ballot)
            ballots.finish_entry(self.head, ballot, seat=1, pile=0)
            ballots.finish_entry(self.actor(), ballot, seat=2, pile=0, code=second)
        ballot.refresh_from_db()
        return ballot

    def work(self, stage: str) -> Any:
        """draft → mandated → submitted → registered."""
        work = initiatives.draft_initiative(
            self.head, self.city.area, kit="rural-lighting", title="Thắp sáng hẻm 47", summary="Hẻm tối.",
            site=self.city.road, targets={"rural-lighting.lamps": 30},
        )  # fmt: skip
        steps: list[tuple[str, Callable[[], Any]]] = [
            ("mandated", lambda: initiatives.give_mandate(self.head, work, kind="own-act", note="Tự làm")),
            ("submitted", lambda: initiatives.submit_initiative(self.head, work)),
            ("registered", lambda: initiatives.register_initiative(self.officer, work)),
        ]
        names = [name for name, _step in steps]
        for _name, step in steps[: names.index(stage) + 1 if stage in names else 0]:
            step()
        work.refresh_from_db()
        return work

    def task(self) -> Any:
        return self.work("registered").tasks.first()

    def receipt(self) -> Any:
        return ledger.receive(self.head, self.work("registered"), unit="VND", amount=500_000, source="source:households", name="Bà Tư")

    def promise(self) -> Any:
        return ledger.pledge(Actor("device:giver"), self.work("registered"), unit="VND", amount=50_000)

    def account(self, confirmed: bool = True) -> Any:
        work = self.work("registered")
        account = ledger.set_account(self.head, work, bank="970405", number="1890201234567", holder="NGUYEN THI LAN")
        return ledger.approve_account(self.officer, account) if confirmed else account

    def bank_line(self) -> Any:
        work = self.account().initiative
        ledger.read_statement(self.head, work, credits=statements.read(statement_file("cam on").read()))
        return work.bank_lines.get()

    def counted_once(self) -> Any:
        work = self.receipt().initiative
        ledger.count_cash(self.head, work, cash=500_000)
        return work

    def result(self) -> Any:
        return results.report_result(
            self.head, self.work("registered"), indicator="rural-lighting.lamps", quantity=10, day=clock.today(), site=self.city.road,
            photos=[self.photo()],
        )  # fmt: skip

    def cards(self) -> Any:
        """Three printed household cards."""
        return people.print_cards(self.officer, self.few_homes())

    def dispute(self) -> Any:
        result = self.result()
        return checks.dispute(Actor("household:one", household=result.place.path), result, text="Thiếu hai đèn")

    def flag(self) -> Any:
        result = self.result()
        return Flag.objects.create(
            kind="delay", key=f"delay:{result.pk}", result=result, photo=result.photos.get(), noticed_at=clock.now(),
            facts={"taken": "2026-01-01", "day": "2026-03-01"},
        )  # fmt: skip

    def few_homes(self) -> Any:
        """An area of which three households have no card."""
        self.city.area2.households = HouseholdCard.objects.valid().filter(place=self.city.area2).count() + 3
        self.city.area2.save()
        return self.city.area2

    def giver(self) -> Any:
        made, _new = Organisation.objects.get_or_create(
            slug="van-phong", defaults={"name": "Văn phòng", "kind": "office", "place": self.city.ward}
        )
        return made

    def grant(self, accepted: bool = True, condition: str = "") -> Any:
        part = {"amount": 500_000, "due_on": clock.today(), "condition": condition}
        made = grants.offer_grant(self.officer, self.work("registered"), giver=self.giver(), unit="VND", instalments=[part])
        return grants.accept_grant(self.head, made) if accepted else made

    def registered_with_giver(self) -> Any:
        self.giver()
        return self.work("registered")

    def check(self) -> Any:
        return checks.ask_check(self.officer, self.result(), checker=self.person(Role.CHECKER, self.city.ward))

    def book(self, phase: str, **more: Any) -> Any:
        """A ward's round of one result, which is drawn (not counted whole)."""
        columns: dict[str, Any] = {"draw_at": clock.now() - timedelta(hours=1), "whole": False} | more
        return books.book(self.city.ward, {self.result(): [10]}, phase=phase, **columns)

    def fixed_book(self, rolled: bool = False) -> Any:
        """The checkpoint stands; ``rolled``: the dice too, and the draw from outside is awaited."""
        made = self.book("fixed", checkpoint_size=7, checkpoint_root="ab" * 32, beacon_name="XSKT" if rolled else "")
        for by in (self.person(name="one"), self.person(name="two")) if rolled else ():
            for n in (1, 2, 3):
                Roll.objects.create(book=made, party=f"p{n}", digits="1234567", entered_by=by, entered_at=clock.now())
        return made

    def reported(self) -> Any:
        """The ward, where something was reported."""
        self.result()
        return self.city.ward

    def volunteer(self) -> Any:
        """The checker's place in the pool; who left comes again."""
        then = {"board": True, "joined_at": clock.now(), "left_at": None}
        return Volunteer.objects.update_or_create(user=self.person(Role.CHECKER, self.city.ward), defaults=then)[0]

    def visit(self, accepted: bool = False) -> Any:
        """The checker was drawn to go; ``accepted``: and said yes."""
        unit = books.book(self.city.city, {self.result(): [10]}).units.get()
        made = visiting.offer(SYSTEM, unit, seat=1, volunteer=self.volunteer(), until=clock.now() + timedelta(days=1))
        checker = self.actor(Role.CHECKER, self.city.ward)
        return checks.accept_visit(checker, made) if accepted else made

    def counted_unit(self, measured: int = 8) -> Any:
        """A drawn place at which one person has been, closed."""
        visit = self.visit(accepted=True)
        checks.read(self.actor(Role.CHECKER, self.city.ward), visit, measured=measured, photo=self.photo(), nonce=visit.nonce)
        checks.close_unit(visit.unit)
        visit.unit.refresh_from_db()
        return visit.unit


@dataclass(frozen=True)
class Do:
    """One act by form: a thing it is done to, its address, what is sent, and the rule that decides."""

    name: str  # as the table calls it
    thing: Callable[[World], Any]
    url: Callable[[Any], str]
    data: Callable[[World, Any], dict[str, Any]]
    rule: Callable[[Actor, Any], Answer]


def _at(name: str, of: Callable[[Any], list[Any]] = lambda t: [t.slug], query: Callable[[Any], str] = lambda t: "") -> Callable[[Any], str]:
    return lambda thing: reverse(name, args=of(thing)) + query(thing)


def _none(world: World, thing: Any) -> dict[str, Any]:
    return {}


def _pk(thing: Any) -> list[Any]:
    return [thing.pk]


def _code(thing: Any) -> list[Any]:
    return [thing.code]


def _day(days: int) -> str:
    return (clock.today() + timedelta(days=days)).isoformat()


def _when(days: int = 4) -> str:
    return timezone.localtime(clock.now() + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M")


def _work_of(thing: Any) -> list[Any]:
    return [thing.initiative.slug]


def statement_file(memo: str) -> Any:
    """A bank's statement with one gift whose memo says ``memo``."""
    day = clock.today().strftime("%d/%m/%Y")
    return SimpleUploadedFile("saoke.csv", f"date,amount,memo,reference\n{day},50000,{memo},FT1\n".encode())


def _book(thing: Any) -> list[Any]:
    return [thing.initiative.slug, thing.number]


ACTS: list[Do] = [
    Do(
        "raise a need", lambda w: w.city.area, _at("needs:raise", lambda t: [], lambda t: f"?place={t.slug}"),
        lambda w, t: {"category": "light", "text": "Đường tối"}, need_rules.may_raise_need,
    ),
    Do("back a need", lambda w: w.need(), _at("needs:back", _code), _none, need_rules.may_back_need),
    Do("release a need", lambda w: w.need(held=True), _at("needs:release", _code), _none, need_rules.may_release_need),
    Do(
        "answer a need", lambda w: w.need(), _at("needs:answer", _code),
        lambda w, t: {"text": "Tuần sau gắn đèn.", "due_on": _day(20)}, need_rules.may_answer_need,
    ),
    Do(
        "join two needs", lambda w: w.need(), _at("needs:merge", _code),
        lambda w, t: {"into": w.need().pk}, need_rules.may_merge_need,
    ),
    Do(
        "hide a text", lambda w: w.need(), _at("evidence:hide", lambda t: ["needs.need", t.pk]),
        lambda w, t: {"reason": "Nêu tên người."}, evidence_rules.may_hide,
    ),
    Do(
        "show a text again", lambda w: w.hidden_need(), _at("evidence:unhide", lambda t: ["needs.need", t.pk]),
        lambda w, t: {"reason": "Không còn tên người."}, evidence_rules.may_unhide,
    ),
    Do(
        "call a meeting", lambda w: w.city.area, _at("meetings:call", lambda t: [], lambda t: f"?place={t.slug}"),
        lambda w, t: {"starts_at": _when(), "where": "Nhà văn hóa", "title_1": "Đèn", "rule_1": "contributions"},
        meeting_rules.may_call_meeting,
    ),
    Do(
        "count households", lambda w: w.meeting(started=True), _at("meetings:count", _pk),
        lambda w, t: {"present": 180, "sheet": w.upload()}, meeting_rules.may_count_households,
    ),
    Do(
        "choose who writes and counts", lambda w: w.meeting(counted=True), _at("meetings:officers", _pk),
        lambda w, t: {"secretary": "Cô Bảy", "counters": "Anh Ba\nChị Tư\nChú Năm", "method": "hands", "officers_for": 170},
        meeting_rules.may_choose_officers,
    ),
    Do("let the second counter in", lambda w: w.matter().meeting, _at("meetings:second", _pk), _none, meeting_rules.may_open_second_count),
    Do(
        "enter a count", lambda w: w.matter(), _at("meetings:tally", _pk),
        lambda w, t: {"agree": 170, "against": 5, "other": 5}, meeting_rules.may_enter_tally,
    ),
    Do(
        "enter the second count", lambda w: w.seat(), _at("meetings:tally-second", lambda t: [CODE, t.pk]),
        lambda w, t: {"agree": 170, "against": 5, "other": 5}, lambda a, t: meeting_rules.may_enter_tally(a, t, CODE),
    ),
    Do(
        "send slips to every household", lambda w: w.meeting(counted=True, present=60), _at("meetings:second-way", _pk),
        lambda w, t: {"ends_at": _when(9), "where": "Nhà văn hóa"}, meeting_rules.may_call_second_way,
    ),
    Do(
        "write down an opinion", lambda w: w.talk(), _at("meetings:opinion", _pk),
        lambda w, t: {"text": "Đèn nên tắt lúc 23 giờ", "households": 7}, meeting_rules.may_record_opinion,
    ),
    Do(
        "write down what was decided", lambda w: w.decision(), _at("meetings:word", _pk),
        lambda w, t: {"text": "Mỗi hộ 200.000 đồng, cô Bảy giữ sổ."}, meeting_rules.may_word_decision,
    ),
    Do("end a talk", lambda w: w.talk(), _at("meetings:close-talk", _pk), _none, meeting_rules.may_close_talk),
    Do(
        "answer an opinion", lambda w: w.opinion(), _at("meetings:answer", _pk),
        lambda w, t: {"text": "Phường sẽ chỉnh giờ."}, meeting_rules.may_answer_opinion,
    ),
    Do(
        "do what a decision asks for", lambda w: w.duty(), _at("meetings:duty", _pk),
        lambda w, t: {"done_on": _day(0), "proof": w.upload()}, may_fulfil_duty,
    ),
    Do(
        "cancel a meeting", lambda w: w.meeting(), _at("meetings:cancel", _pk),
        lambda w, t: {"reason": "Mưa lớn."}, meeting_rules.may_cancel_meeting,
    ),
    Do(
        "write an agreement", lambda w: w.city.area, _at("agreements:draft", lambda t: [], lambda t: f"?place={t.slug}"),
        lambda w, t: {"title": "Chuông hẻm", "clauses": "Nghe chuông thì đem rác ra."}, agreement_rules.may_draft_agreement,
    ),
    Do(
        "change a draft", lambda w: w.agreement(), _at("agreements:edit", _pk),
        lambda w, t: {"clauses": "Nghe chuông thì đem rác ra.\nChuông rung 15 phút."}, agreement_rules.may_edit_draft,
    ),
    Do("post a draft", lambda w: w.agreement(), _at("agreements:post", _pk), _none, agreement_rules.may_post_draft),
    Do(
        "say something to a sentence", lambda w: w.agreement("posted").clauses.get(), _at("agreements:comment", _pk),
        lambda w, t: {"text": "Rung lúc 18 giờ thôi."}, agreement_rules.may_comment,
    ),
    Do("let a comment be shown", lambda w: w.comment(), _at("agreements:release", _pk), _none, agreement_rules.may_release_comment),
    Do(
        "answer a comment", lambda w: w.comment(released=True), _at("agreements:answer", _pk),
        lambda w, t: {"answer": "Sẽ bàn ở cuộc họp."}, agreement_rules.may_answer_comment,
    ),
    Do(
        "adopt an agreement", lambda w: w.agreement("over"), _at("agreements:adopt", _pk),
        lambda w, t: {"decision": w.convention().pk, "review_on": _day(300)}, agreement_rules.may_adopt,
    ),
    Do("recognise an agreement", lambda w: w.agreement("adopted"), _at("agreements:recognise", _pk), _none, agreement_rules.may_recognise),
    Do(
        "write a new version", lambda w: w.agreement("in-force").agreement, _at("agreements:renew", _pk), _none,
        agreement_rules.may_draft_version,
    ),
    Do(
        "end an agreement", lambda w: w.agreement("in-force"), _at("agreements:end", _pk),
        lambda w, t: {"reason": "Không còn cần."}, agreement_rules.may_end,
    ),
    Do(
        "call a secret vote", lambda w: w.city.area, _at("ballots:call", lambda t: [], lambda t: f"?place={t.slug}&method=approval"),
        lambda w, t: {"title": "Gì trước?", "opens_at": _when(1), "closes_at": _when(2), "title_1": "Đèn", "title_2": "Cầu"},
        ballot_rules.may_call_ballot,
    ),
    Do("print voting slips", lambda w: w.ballot(), _at("ballots:print", _pk), lambda w, t: {"count": 3}, ballot_rules.may_print_slips),
    Do(
        "open the box", lambda w: w.ballot("over"), _at("ballots:open", _pk),
        lambda w, t: {"handed_out": 0, "protocol": w.upload()}, ballot_rules.may_open_box,
    ),
    Do(
        "finish entering slips", lambda w: w.ballot("open"), _at("ballots:finish", lambda t: [t.pk, 1]),
        lambda w, t: {"pile": 0}, lambda actor, t: ballot_rules.may_enter_slips(actor, t, 1),
    ),
    Do(
        "cancel a secret vote", lambda w: w.ballot("sealed"), _at("ballots:cancel", _pk),
        lambda w, t: {"reason": "Mưa lớn."}, ballot_rules.may_cancel_ballot,
    ),
    Do(
        "draft a work", lambda w: w.city.area, _at("initiatives:draft", lambda t: [], lambda t: f"?place={t.slug}&kit=alley-bell"),
        lambda w, t: {"title": "Chuông hẻm", "summary": "Một giờ đem rác.", "target:alley-bell.collections": 60},
        initiative_rules.may_draft,
    ),
    Do(
        "edit a work", lambda w: w.work("draft"), _at("initiatives:edit"),
        lambda w, t: {"title": "Thắp sáng", "summary": "Hẻm tối.", "target:rural-lighting.lamps": 20, "site": w.city.road.pk},
        initiative_rules.may_edit,
    ),
    Do(
        "say who decided", lambda w: w.work("draft"), _at("initiatives:mandate"),
        lambda w, t: {"kind": "own-act", "note": "Tự làm"}, initiative_rules.may_give_mandate,
    ),
    Do("submit a work", lambda w: w.work("mandated"), _at("initiatives:submit"), _none, initiative_rules.may_submit),
    Do(
        "return a work", lambda w: w.work("submitted"), _at("initiatives:return"),
        lambda w, t: {"summary": "Ghi rõ đoạn nào."}, initiative_rules.may_return,
    ),
    Do("register a work", lambda w: w.work("submitted"), _at("initiatives:register"), _none, initiative_rules.may_register),
    Do(
        "add a step", lambda w: w.work("registered"), _at("initiatives:tasks"),
        lambda w, t: {"title": "Kéo dây"}, initiative_rules.may_add_task,
    ),
    Do(
        "finish a step", lambda w: w.task(), _at("initiatives:finish", lambda t: [t.initiative.slug, t.pk]),
        _none, initiative_rules.may_finish_task,
    ),
    Do(
        "give up a work", lambda w: w.work("registered"), _at("initiatives:close"),
        lambda w, t: {"reason": "Không đủ tiền."}, initiative_rules.may_close,
    ),
    Do(
        "set the plan of spending", lambda w: w.work("draft"), _at("ledger:plan"),
        lambda w, t: {"what_1": "Đèn", "amount_1": "3000000", "unit_1": "VND"}, ledger_rules.may_set_plan,
    ),
    Do(
        "pledge", lambda w: w.work("registered"), _at("ledger:pledge"),
        lambda w, t: {"unit": "VND", "amount": "50000"}, ledger_rules.may_pledge,
    ),
    Do(
        "withdraw a promise by its code", lambda w: w.promise(), _at("ledger:stub", lambda t: [t.code]), _none,
        ledger_rules.may_withdraw_pledge,
    ),
    Do(
        "take a contribution", lambda w: w.work("registered"), _at("ledger:receive"),
        lambda w, t: {"unit": "VND", "amount": "50000", "source": "source:households"}, ledger_rules.may_keep_book,
    ),
    Do(
        "take a round", lambda w: w.work("registered"), _at("ledger:round"),
        lambda w, t: {"taken_on": _day(0), "sheet": w.upload(), "amount_1": "50000", "unit_1": "VND", "source_1": "source:households"},
        ledger_rules.may_keep_book,
    ),
    Do(
        "spend", lambda w: w.receipt().initiative, _at("ledger:spend"),
        lambda w, t: {"unit": "VND", "amount": "50000", "what": "Dây điện", "paper": w.upload()}, ledger_rules.may_keep_book,
    ),
    Do(
        "reverse an entry", lambda w: w.receipt(), _at("ledger:reverse", _book),
        lambda w, t: {"reason": "Ghi nhầm."}, ledger_rules.may_reverse,
    ),
    Do(
        "erase a giver", lambda w: w.receipt().giver, _at("ledger:erase-giver", lambda t: _book(t.posting)),
        _none, ledger_rules.may_erase_giver,
    ),
    Do(
        "say where money is sent", lambda w: w.work("registered"), _at("ledger:account"),
        lambda w, t: {"bank": "970405", "number": "1890201234567", "holder": "NGUYEN THI LAN"}, ledger_rules.may_set_account,
    ),
    Do(
        "confirm a bank account", lambda w: w.account(confirmed=False), _at("ledger:confirm-account", _work_of),
        lambda w, t: {"account": t.pk}, ledger_rules.may_approve_account,
    ),
    Do(
        "read a bank statement", lambda w: w.account().initiative, _at("ledger:statement"),
        lambda w, t: {"statement": statement_file("KHEOXXXX")}, ledger_rules.may_read_statement,
    ),
    Do(
        "book a line of a statement", lambda w: w.bank_line(), _at("ledger:book-line", lambda t: [t.initiative.slug, t.pk]),
        lambda w, t: {"source": "source:households"}, ledger_rules.may_take_line,
    ),
    Do(
        "leave out a line of a statement", lambda w: w.bank_line(), _at("ledger:leave-line", lambda t: [t.initiative.slug, t.pk]),
        _none, ledger_rules.may_take_line,
    ),
    Do(
        "count the money first", lambda w: w.receipt().initiative, _at("ledger:count"),
        lambda w, t: {"cash": "500000"}, ledger_rules.may_count_cash,
    ),
    Do(
        "count the money second", lambda w: w.counted_once(), _at("ledger:count"),
        lambda w, t: {"cash": "500000"}, ledger_rules.may_count_cash,
    ),
    Do(
        "publish prices of a ward", lambda w: w.city.ward, _at("ledger:publish-prices"),
        lambda w, t: {"source": "Thông báo 12/TB", "valid_from": _day(0), "unit_1": "bag", "what_1": "Xi măng", "vnd_1": "95000"},
        ledger_rules.may_publish_prices,
    ),
    Do(
        "offer a grant", lambda w: w.registered_with_giver(), _at("grants:offer"),
        lambda w, t: {
            "giver": Organisation.objects.get().pk, "unit": "VND", "amount_1": "500000", "due_on_1": _day(5), "committed_on": _day(0),
        },
        grant_rules.may_offer_grant,
    ),
    Do("accept a grant", lambda w: w.grant(accepted=False), _at("grants:accept", _pk), _none, grant_rules.may_answer_grant),
    Do("decline a grant", lambda w: w.grant(accepted=False), _at("grants:decline", _pk), _none, grant_rules.may_answer_grant),
    Do(
        "send an instalment", lambda w: w.grant().instalments.get(), _at("grants:send", lambda t: [t.grant_id, t.number]),
        _none, grant_rules.may_send_instalment,
    ),
    Do(
        "receive an instalment", lambda w: w.grant().instalments.get(), _at("grants:receive", lambda t: [t.grant_id, t.number]),
        lambda w, t: {"booked_on": _day(0)}, grant_rules.may_receive_instalment,
    ),
    Do("report back on a grant", lambda w: w.grant(), _at("grants:report", _pk), _none, grant_rules.may_report_back),
    Do(
        "close a grant", lambda w: w.grant(), _at("grants:close", _pk),
        lambda w, t: {"reason": "Xong."}, grant_rules.may_close_grant,
    ),
    Do(
        "report a result", lambda w: w.work("registered"), _at("results:report"),
        lambda w, t: {
            "indicator": "rural-lighting.lamps", "quantity": 5, "day": _day(0), "site": w.city.road.pk, "photos": w.upload(),
        },
        result_rules.may_report_result,
    ),
    Do(
        "correct a result", lambda w: w.result(), _at("results:correct", _pk),
        lambda w, t: {"quantity": 9, "note": "Đếm lại.", "photos": w.upload()}, result_rules.may_correct_result,
    ),
    Do(
        "ask for a check", lambda w: w.result(), _at("checks:ask", _pk),
        lambda w, t: {"checker": w.person(Role.CHECKER, w.city.ward).pk, "due_on": _day(5)}, check_rules.may_ask_check,
    ),
    Do(
        "record a check", lambda w: w.check(), _at("checks:check", _pk),
        lambda w, t: {"measured": 9, "photo": w.upload()}, check_rules.may_record_check,
    ),
    Do("decline a check", lambda w: w.check(), _at("checks:decline", _pk), _none, check_rules.may_decline_check),
    Do("say it couldn't be reached", lambda w: w.check(), _at("checks:unreached", _pk), _none, check_rules.may_report_unreached),
    Do("offer to count", lambda w: w.city.area2, _at("checks:join-pool"), _none, check_rules.may_join_pool),
    Do("stop offering to count", lambda w: w.volunteer(), _at("checks:leave-pool", _pk), _none, check_rules.may_leave_pool),
    Do(
        "keep a promise of silence", lambda w: w.city.ward, _at("checks:swear-in"),
        lambda w, t: {"volunteer": w.volunteer().pk, "signed_on": _day(-1)}, check_rules.may_swear_in,
    ),
    Do("say yes to a visit", lambda w: w.visit(), _at("checks:accept-visit", _code), _none, check_rules.may_accept_visit),
    Do("hand back a visit", lambda w: w.visit(), _at("checks:decline-visit", _code), _none, check_rules.may_decline_visit),
    Do(
        "count at a drawn place", lambda w: w.visit(accepted=True), _at("checks:visit", _code),
        lambda w, t: {"measured": 9, "photo": w.upload(), "nonce": t.nonce}, check_rules.may_read,
    ),
    Do(
        "say a drawn place couldn't be reached", lambda w: w.visit(accepted=True), _at("checks:unreached-visit", _code),
        _none, check_rules.may_say_unreached,
    ),
    Do(
        "correct the reading of a check", lambda w: w.counted_unit(), _at("checks:reread", _pk),
        lambda w, t: {"reading": 7, "why": "Ghi nhầm."}, check_rules.may_reread,
    ),
    Do(
        "put right what a check found missing", lambda w: w.counted_unit(measured=3),
        _at("checks:put-right", lambda t: [t.book_id, t.rank]), lambda w, t: {"on": _day(0), "photo": w.upload()},
        check_rules.may_put_right,
    ),
    Do(
        "announce a round of checks", lambda w: w.reported(), _at("checks:freeze-book", lambda t: [], lambda t: f"?scope={t.slug}"),
        lambda w, t: {
            "indicator": "rural-lighting.lamps", "ask": "round", "starts_on": _day(-9), "ends_on": _day(0), "draw_at": _when(1),
            "planned": 60, "closes_on": _day(30), "sure": "1",
        },
        check_rules.may_freeze_book,
    ),
    Do(
        "take the fingerprint for a draw", lambda w: w.book("frozen"), _at("checks:fix-checkpoint", _pk), _none,
        check_rules.may_fix_checkpoint,
    ),
    Do(
        "type the dice of a draw", lambda w: w.fixed_book(), _at("checks:roll", _pk),
        lambda w, t: {f"{name}_{n}": f"{word}{n}" for n in (1, 2, 3) for name, word in (("party", "p"), ("digits", "123456"))},
        check_rules.may_enter_roll,
    ),
    Do(
        "type the draw from outside", lambda w: w.fixed_book(rolled=True), _at("checks:beacon", _pk),
        lambda w, t: {"beacon": "348291"}, check_rules.may_enter_roll,
    ),
    Do(
        "close a round of checks", lambda w: w.book("seeded", closes_on=clock.today() - timedelta(days=1)),
        _at("checks:close-book", _pk), _none, check_rules.may_close_book,
    ),
    Do(
        "give a round of checks up", lambda w: w.book("frozen"), _at("checks:abandon-book", _pk),
        lambda w, t: {"reason": "Nhầm kỳ."}, check_rules.may_abandon_book,
    ),
    Do("complete a work", lambda w: w.result().initiative, _at("review:complete"), _none, review_rules.may_complete),
    Do(
        "add an area or site", lambda w: w.city.ward, _at("places:add"),
        lambda w, t: {"kind": "khu-vuc", "name": "9", "households": 100}, place_rules.may_add_place,
    ),
    Do("rename a place", lambda w: w.city.area, _at("places:rename"), lambda w, t: {"name": "Ba"}, place_rules.may_rename_place),
    Do(
        "set an area's households", lambda w: w.city.area, _at("places:households"),
        lambda w, t: {"households": 241}, place_rules.may_set_households,
    ),
    Do(
        "open an account", lambda w: w.city.ward, _at("people:add_person"),
        lambda w, t: {"name": "Anh Ba", "language": "vi", "role": "checker"}, people_rules.may_add_account,
    ),
    Do(
        "write down an organisation", lambda w: w.city.ward, _at("people:add_organisation"),
        lambda w, t: {"name": "Hội Phụ nữ", "kind": "union"}, people_rules.may_add_organisation,
    ),
    Do(
        "hand over a sign-in card", lambda w: w.person(Role.HEAD, w.city.area2), _at("people:card", lambda t: [t.username]),
        _none, people_rules.may_hand_over_card,
    ),
    Do(
        "print household cards", lambda w: w.few_homes(), _at("people:print_cards"),
        lambda w, t: {"language": "en"}, people_rules.may_print_cards,
    ),
    Do(
        "replace a household card", lambda w: w.cards().place, _at("people:replace_card"),
        lambda w, t: {"number": 2, "again": "yes", "language": ""}, people_rules.may_replace_card,
    ),
    Do("shut unused household cards", lambda w: w.cards(), _at("people:revoke_unused", _pk), _none, people_rules.may_revoke_unused),
    Do(
        "answer who saw otherwise", lambda w: w.dispute(), _at("checks:answer-dispute", _pk),
        lambda w, t: {"outcome": "counted", "answer": "Tuần sau có người đi đếm."}, check_rules.may_review_dispute,
    ),
    Do(
        "look at what does not fit", lambda w: w.flag(), _at("checks:decide-flag", _pk),
        lambda w, t: {"decision": "count", "words": "Tuần sau có người đi đếm."}, check_rules.may_decide_flag,
    ),
    Do(
        "close an account", lambda w: w.person(Role.HEAD, w.city.area2, "Cô Sáu"), _at("people:close_account", lambda t: [t.username]),
        _none, people_rules.may_close_account,
    ),
    Do(
        "end a role", lambda w: Assignment.objects.get(user=w.person(Role.HEAD, w.city.area2, "Chú Tám")), _at("people:end_role", _pk),
        _none, people_rules.may_end_role,
    ),
]  # fmt: skip


def sent(do: Do, world: World, thing: Any) -> dict[str, Any]:
    """What a person sends: the form's fields and a fresh act id."""
    return {"act_id": str(uuid.uuid4()), **do.data(world, thing)}
