"""The acts a person may do with a thing, as buttons: the rule that would refuse an act hides its button."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from kheo.agreements import rules as agreements
from kheo.agreements.models import State as Stage
from kheo.agreements.models import Version
from kheo.ballots import rules as ballots
from kheo.ballots.models import Ballot, Seat
from kheo.checks import rules as checks
from kheo.checks.models import Book, Phase, Unit
from kheo.core.actor import Actor, Role
from kheo.core.rules import Answer
from kheo.evidence import rules as evidence
from kheo.evidence.models import Hideable
from kheo.grants import rules as grants
from kheo.initiatives import rules as initiatives
from kheo.initiatives.models import Initiative, State
from kheo.ledger import rules as ledger
from kheo.ledger.actions import proposed_account
from kheo.meetings import rules as meetings
from kheo.meetings.models import Matter, Meeting, Opinion
from kheo.needs import rules as needs
from kheo.needs.models import Need
from kheo.people import rules as people
from kheo.places import rules as places
from kheo.places.models import Place, Rank
from kheo.results import rules as results
from kheo.results.models import Result
from kheo.review import rules as review


@dataclass(frozen=True, slots=True)
class Act:
    """A button: where it leads, what it says, its icon; ``main`` for the one that is most likely wanted."""

    url: str
    words: Any
    icon: str
    main: bool = False


def _shown(found: Iterable[tuple[Answer | bool, Any, str, str, list[Any], dict[str, Any]]], main: bool = True) -> list[Act]:
    """The allowed ones whose page exists; the first is the main one."""
    acts: list[Act] = []
    for answer, words, icon, name, args, query in found:
        if answer:
            try:
                url = reverse(name, args=args)
            except NoReverseMatch:
                continue
            acts.append(Act(f"{url}?{urlencode(query)}" if query else url, words, icon, main and not acts))
    return acts


def leads(actor: Actor, work: Initiative) -> bool:
    """Who organises a work, or heads its place."""
    return results.leads(actor, work)


def may_back(actor: Actor, need: Need) -> bool:
    """Whether "me too" is offered."""
    return bool(needs.may_back_need(actor, need))


def of_initiative(actor: Actor, work: Initiative) -> list[Act]:
    """For a work's page: what moves it on first, the quieter ones after."""
    slug = [work.slug]
    book = ledger.may_keep_book(actor, work)
    mandate = initiatives.may_give_mandate(actor, work)
    account = None if actor.nameless else proposed_account(work)
    return _shown(
        [
            (mandate if not work.mandate else False, _("Say who decided it"), "scale", "initiatives:mandate", slug, {}),
            (initiatives.may_submit(actor, work), _("Send to the ward"), "paper-airplane", "initiatives:submit", slug, {}),
            (initiatives.may_register(actor, work), _("Register"), "check-badge", "initiatives:register", slug, {}),
            (initiatives.may_return(actor, work), _("Please complete"), "arrow-uturn-left", "initiatives:return", slug, {}),
            (results.may_report_result(actor, work), _("Report a result"), "camera", "results:report", slug, {}),
            (book, _("Received"), "banknotes", "ledger:receive", slug, {}),
            (book, _("Many received at once"), "queue-list", "ledger:round", slug, {}),
            (book, _("Spent"), "shopping-cart", "ledger:spend", slug, {}),
            (
                account is not None and ledger.may_approve_account(actor, account),
                _("Confirm the bank account"),
                "check-badge",
                "ledger:confirm-account",
                slug,
                {},
            ),
            (ledger.may_read_statement(actor, work), _("Bank statement"), "document-text", "ledger:statement", slug, {}),
            (ledger.may_count_cash(actor, work), _("Count together"), "users", "ledger:count", slug, {}),
            (ledger.may_set_account(actor, work), _("Bank account"), "credit-card", "ledger:account", slug, {}),
            (initiatives.may_add_task(actor, work), _("Steps of the work"), "list-bullet", "initiatives:tasks", slug, {}),
            (ledger.may_set_plan(actor, work), _("What we mean to spend"), "calculator", "ledger:plan", slug, {}),
            (initiatives.may_edit(actor, work), _("Change the words"), "pencil-square", "initiatives:edit", slug, {}),
            (mandate if work.mandate else False, _("Change who decided it"), "scale", "initiatives:mandate", slug, {}),
            (review.may_complete(actor, work), _("Complete the work"), "flag", "review:complete", slug, {}),
            (ledger.may_pledge(actor, work), _("I'll give"), "gift", "ledger:pledge", slug, {}),
            (grants.may_offer_grant(actor, work), _("Offer a grant"), "building-library", "grants:offer", slug, {}),
            (initiatives.may_close(actor, work), _("Give it up"), "x-circle", "initiatives:close", slug, {}),
            *_hide(actor, work),
        ]
    )


def of_result(actor: Actor, result: Result) -> list[Act]:
    """Beside one result: correct it, or ask somebody to count."""
    if result.initiative.state not in (State.REGISTERED, State.COMPLETED):
        return []
    return _shown(
        [
            (checks.may_ask_check(actor, result), _("Please count"), "magnifying-glass", "checks:ask", [result.pk], {}),
            (results.may_correct_result(actor, result), _("Correct it"), "pencil-square", "results:correct", [result.pk], {}),
            (checks.may_dispute(actor, result), _("I saw otherwise"), "hand-raised", "checks:dispute", [result.pk], {}),
        ],
        main=False,
    )


def of_rounds(actor: Actor) -> list[Act]:
    """For the list of rounds."""
    city = Place.objects.filter(slug=settings.KHEO_CITY).only("path", "rank").first() if actor.holds(Role.CITY_BOARD) else None
    may = checks.may_freeze_book(actor, city) if city else False
    return _shown([(may, _("Announce a round of checks"), "megaphone", "checks:freeze-book", [], {})])


def of_round(actor: Actor, book: Book) -> list[Act]:
    """For a round's page: the draw is held on a page of its own, which everybody may watch."""
    pk = [book.pk]
    drawing = book.phase in (Phase.FROZEN, Phase.FIXED)
    past = _("See how the book was closed") if book.whole or not book.seed else _("See how it was drawn")
    return _shown(
        [
            (drawing, _("Watch the draw"), "eye", "checks:draw", pk, {}),
            (checks.may_enter_roll(actor, book), _("Type the dice"), "pencil-square", "checks:roll", pk, {}),
            (checks.may_close_book(actor, book), _("Close the round"), "lock-open", "checks:close-book", pk, {}),
            (not drawing, past, "eye", "checks:draw", pk, {}),
            (checks.may_abandon_book(actor, book), _("Give the round up"), "x-circle", "checks:abandon-book", pk, {}),
        ],
        main=drawing,
    )


def of_unit(actor: Actor, unit: Unit, *, mending: bool) -> list[Act]:
    """Beside an opened ticket that had less than was reported; with ``mending`` a slip of the pen can be corrected at every one."""
    where = [unit.book_id, unit.rank]
    return _shown(
        [
            (checks.may_put_right(actor, unit), _("Put right"), "wrench-screwdriver", "checks:put-right", where, {}),
            (mending and checks.may_reread(actor, unit), _("Correct the reading"), "pencil-square", "checks:reread", [unit.pk], {}),
        ],
        main=False,
    )


def of_need(actor: Actor, need: Need) -> list[Act]:
    """For a need's page."""
    code = [need.code]
    return _shown(
        [
            (needs.may_release_need(actor, need), _("Let it be shown"), "eye", "needs:release", code, {}),
            (needs.may_answer_need(actor, need), _("Answer"), "chat-bubble-left-right", "needs:answer", code, {}),
            (
                initiatives.may_draft(actor, need.place),
                _("Start shared work"),
                "user-group",
                "initiatives:draft",
                [],
                {"place": need.place.slug, "need": need.code},
            ),
            (needs.may_merge_need(actor, need), _("It is the same as another"), "link", "needs:merge", code, {}),
            (evidence.may_hide(actor, need), _("Hide"), "eye-slash", "needs:hide", code, {}),
        ]
    )


def of_meeting(actor: Actor, meeting: Meeting) -> list[Act]:
    """For a meeting's page, without its matters. What undoes or repeats something is never the main one."""
    here = [meeting.pk]
    officers, second = meetings.may_choose_officers(actor, meeting), meetings.may_open_second_count(actor, meeting)
    count = _("Count the slips") if meeting.slips else _("Count households")
    first = _shown(
        [
            (meetings.may_count_households(actor, meeting), count, "user-group", "meetings:count", here, {}),
            (meetings.may_call_second_way(actor, meeting), _("A slip to every household"), "envelope", "meetings:second-way", here, {}),
            (officers if not meeting.method else False, _("Who writes, who counts"), "users", "meetings:officers", here, {}),
            (second if not meeting.counter_hash else False, _("Second counter"), "qr-code", "meetings:second", here, {}),
        ]
    )
    return first + _shown(
        [
            (second if meeting.counter_hash else False, _("New code for the second counter"), "qr-code", "meetings:second", here, {}),
            (officers if meeting.method else False, _("Change who writes and counts"), "users", "meetings:officers", here, {}),
            (meetings.may_cancel_meeting(actor, meeting), _("Cancel the meeting"), "x-circle", "meetings:cancel", here, {}),
        ],
        main=False,
    )


def of_matter(actor: Actor, matter: Matter) -> list[Act]:
    """Beside one matter: decide it, or take up what was decided."""
    meeting = matter.meeting
    decision, place = getattr(matter, "decision", None), meeting.place
    may_seal, of_it = ballots.may_call_for_matter(actor, matter), {"matter": matter.pk}
    free = decision is not None and decision.passed and decision.voted and not decision.initiatives.all()
    asked = [need.code for need in matter.needs.all()] if free else []
    begin = {"place": place.slug, **({"need": asked[0]} if asked else {})}
    # Once they chose a show of hands, or began to count, a vote by printed codes is no longer offered.
    sealed = meeting.method in ("", "secret") and not matter.tallies.all()
    tally = meetings.may_enter_tally(actor, matter)
    word = meetings.may_word_decision(actor, decision) if decision else False
    drafts = Version.objects.of_decision(decision).filter(state=Stage.POSTED).select_related("agreement__place") if decision else []
    return _shown(
        [
            *(
                (
                    agreements.may_adopt(actor, version),
                    f"{_('The households decided')}: {version.agreement.title}",
                    "scale",
                    "agreements:adopt",
                    [version.pk],
                    {"decision": decision.pk if decision else 0},
                )
                for version in drafts
            ),
            (word, _("Write down what was decided"), "pencil-square", "meetings:word", [decision.pk if decision else 0], {}),
            (tally, _("Enter my count"), "calculator", "meetings:tally", [matter.pk], {}),
            (meetings.may_record_opinion(actor, matter), _("Write down an opinion"), "pencil-square", "meetings:opinion", [matter.pk], {}),
            (meetings.may_close_talk(actor, matter), _("End the talk"), "check", "meetings:close-talk", [matter.pk], {}),
            (initiatives.may_draft(actor, place) if free else False, _("Start shared work"), "user-group", "initiatives:draft", [], begin),
        ]
    ) + _shown([(may_seal if sealed else False, _("Decide by secret slips"), "archive-box", "ballots:call", [], of_it)], main=False)


def of_opinion(actor: Actor, opinion: Opinion) -> list[Act]:
    """Beside one opinion: answer it, or hide it."""
    may, one = meetings.may_answer_opinion(actor, opinion), [opinion.pk]
    return _shown([(may, _("Answer"), "chat-bubble-left-right", "meetings:answer", one, {}), *_hide(actor, opinion)], main=False)


def of_ballot(actor: Actor, ballot: Ballot) -> list[Act]:
    """For a ballot's page. The second counter comes by the code, not by a button."""
    here = [ballot.pk]
    first = ballots.may_enter_slips(actor, ballot, Seat.FIRST)
    return _shown(
        [
            (ballots.may_print_slips(actor, ballot), _("Print the slips"), "printer", "ballots:print", here, {}),
            (ballots.may_open_box(actor, ballot), _("Open the box"), "archive-box", "ballots:open", here, {}),
            (first, _("Enter the slips"), "pencil-square", "ballots:enter", [ballot.pk, Seat.FIRST.value], {}),
            (ballots.may_let_second_in(actor, ballot), _("Second counter"), "qr-code", "ballots:second", here, {}),
            (ballots.may_decide(actor, ballot), _("Record it as the decision"), "scale", "ballots:decide", here, {}),
            (ballots.may_take_code(actor, ballot), _("Take our voting code"), "key", "ballots:take", here, {}),
            (ballots.may_vote(actor, ballot), _("Vote"), "check", "ballots:vote", here, {}),
            (ballots.may_cancel_ballot(actor, ballot), _("Cancel the vote"), "x-circle", "ballots:cancel", here, {}),
            *_hide(actor, ballot),
        ]
    )


def of_agreement(actor: Actor, version: Version) -> list[Act]:
    """For an agreement's page: what moves it on first."""
    pk = [version.pk]
    return _shown(
        [
            (agreements.may_post_draft(actor, version), _("Post the draft"), "megaphone", "agreements:post", pk, {}),
            (agreements.may_adopt(actor, version), _("The households decided"), "scale", "agreements:adopt", pk, {}),
            (
                meetings.may_call_meeting(actor, version.place) if version.state == Stage.POSTED else False,
                _("Call a meeting"),
                "megaphone",
                "meetings:call",
                [],
                version.meeting_wanted,
            ),
            (agreements.may_recognise(actor, version), _("Recognise it"), "check-badge", "agreements:recognise", pk, {}),
            (agreements.may_edit_draft(actor, version), _("Change the draft"), "pencil-square", "agreements:edit", pk, {}),
            (
                agreements.may_draft_version(actor, version.agreement),
                _("Write a new version"),
                "document-duplicate",
                "agreements:renew",
                [version.agreement_id],
                {},
            ),
            (agreements.may_end(actor, version), _("End the agreement"), "x-circle", "agreements:end", pk, {}),
            *_hide(actor, version.agreement),
        ]
    )


def of_place(actor: Actor, place: Place) -> list[Act]:
    """For a place's page: raising a need stands above these."""
    here = {"place": place.slug}
    return _shown(
        [
            (meetings.may_call_meeting(actor, place), _("Call a meeting"), "megaphone", "meetings:call", [], here),
            (initiatives.may_draft(actor, place), _("Start shared work"), "user-group", "initiatives:draft", [], here),
            (agreements.may_draft_agreement(actor, place), _("Write an agreement"), "document-text", "agreements:draft", [], here),
            (ballots.may_call_ballot(actor, place), _("Call a secret vote"), "archive-box", "ballots:call", [], here),
            (places.may_set_households(actor, place), _("Number of households"), "home", "places:households", [place.slug], {}),
            (
                places.may_add_place(actor, place) if place.rank in (Rank.WARD, Rank.AREA) else False,
                _("Add a place"),
                "map-pin",
                "places:add",
                [place.slug],
                {},
            ),
            (ledger.may_publish_prices(actor, place), _("Price lists"), "tag", "ledger:prices", [place.slug], {}),
            (places.may_rename_place(actor, place), _("Rename or draw anew"), "pencil-square", "places:rename", [place.slug], {}),
            (people.may_print_cards(actor, place), _("Print household cards"), "printer", "people:print_cards", [place.slug], {}),
            (people.may_keep_household_cards(actor, place), _("Household cards"), "ticket", "people:household_cards", [place.slug], {}),
            (people.may_see_people(actor, place), _("People and roles"), "identification", "people:people", [place.slug], {}),
            (checks.may_join_pool(actor, place), _("I'll count now and then"), "magnifying-glass", "checks:join-pool", [place.slug], {}),
            (checks.may_swear_in(actor, place), _("Promise of silence"), "lock-closed", "checks:swear-in", [place.slug], {}),
        ],
        main=False,
    )


def _hide(actor: Actor, thing: Hideable) -> list[tuple[Answer | bool, Any, str, str, list[Any], dict[str, Any]]]:
    which = [thing._meta.label_lower, thing.pk]
    return [
        (evidence.may_hide(actor, thing), _("Hide"), "eye-slash", "evidence:hide", which, {}),
        (evidence.may_unhide(actor, thing), _("Show again"), "eye", "evidence:unhide", which, {}),
    ]
