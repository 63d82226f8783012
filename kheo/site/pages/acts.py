"""The acts a person may do with a thing, as buttons: the rule that would refuse an act hides its button."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from kheo.checks import rules as checks
from kheo.core.actor import Actor
from kheo.core.rules import Answer
from kheo.evidence import rules as evidence
from kheo.evidence.models import Hideable
from kheo.initiatives import rules as initiatives
from kheo.initiatives.models import Initiative, State
from kheo.ledger import rules as ledger
from kheo.meetings import rules as meetings
from kheo.meetings.models import Matter, Meeting
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
            (initiatives.may_add_task(actor, work), _("Steps of the work"), "list-bullet", "initiatives:tasks", slug, {}),
            (initiatives.may_edit(actor, work), _("Change the words"), "pencil-square", "initiatives:edit", slug, {}),
            (mandate if work.mandate else False, _("Change who decided it"), "scale", "initiatives:mandate", slug, {}),
            (review.may_complete(actor, work), _("Complete the work"), "flag", "review:complete", slug, {}),
            (ledger.may_pledge(actor, work), _("I'll give"), "gift", "ledger:pledge", slug, {}),
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
    """For a meeting's page, without its matters."""
    return _shown(
        [
            (meetings.may_count_households(actor, meeting), _("Count households"), "user-group", "meetings:count", [meeting.pk], {}),
            (meetings.may_cancel_meeting(actor, meeting), _("Cancel the meeting"), "x-circle", "meetings:cancel", [meeting.pk], {}),
        ]
    )


def of_matter(actor: Actor, matter: Matter) -> list[Act]:
    """Beside one matter: decide it, or take up what was decided."""
    decision, place = getattr(matter, "decision", None), matter.meeting.place
    free = decision is not None and decision.passed and decision.voted and not decision.initiatives.all()
    asked = [need.code for need in matter.needs.all()] if free else []
    begin = {"place": place.slug, **({"need": asked[0]} if asked else {})}
    return _shown(
        [
            (meetings.may_record_decision(actor, matter), _("Record what we decided"), "check", "meetings:decide", [matter.pk], {}),
            (initiatives.may_draft(actor, place) if free else False, _("Start shared work"), "user-group", "initiatives:draft", [], begin),
        ]
    )


def of_place(actor: Actor, place: Place) -> list[Act]:
    """For a place's page: raising a need stands above these."""
    here = {"place": place.slug}
    return _shown(
        [
            (meetings.may_call_meeting(actor, place), _("Call a meeting"), "megaphone", "meetings:call", [], here),
            (initiatives.may_draft(actor, place), _("Start shared work"), "user-group", "initiatives:draft", [], here),
            (places.may_set_households(actor, place), _("Number of households"), "home", "places:households", [place.slug], {}),
            (
                places.may_add_place(actor, place) if place.rank in (Rank.WARD, Rank.AREA) else False,
                _("Add a place"),
                "map-pin",
                "places:add",
                [place.slug],
                {},
            ),
            (places.may_rename_place(actor, place), _("Rename or draw anew"), "pencil-square", "places:rename", [place.slug], {}),
            (people.may_print_cards(actor, place), _("Print household cards"), "printer", "people:print_cards", [place.slug], {}),
            (people.may_keep_household_cards(actor, place), _("Household cards"), "ticket", "people:household_cards", [place.slug], {}),
            (people.may_see_people(actor, place), _("People and roles"), "identification", "people:people", [place.slug], {}),
        ],
        main=False,
    )


def _hide(actor: Actor, thing: Hideable) -> list[tuple[Answer | bool, Any, str, str, list[Any], dict[str, Any]]]:
    which = [thing._meta.label_lower, thing.pk]
    return [
        (evidence.may_hide(actor, thing), _("Hide"), "eye-slash", "evidence:hide", which, {}),
        (evidence.may_unhide(actor, thing), _("Show again"), "eye", "evidence:unhide", which, {}),
    ]
