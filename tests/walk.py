"""Every page there is: whoever they are for, with something on them."""

import html
import re
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from typing import Any

from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, resolve

from kheo.core import clock
from kheo.core.actor import Role
from kheo.ledger import actions as ledger
from kheo.meetings import actions as meetings
from kheo.meetings.testing import decide
from kheo.needs import actions as needs
from kheo.openlog import sequencer
from kheo.people import actions as accounts
from tests.acts import ACTS, World

#: Not pages: what machines fetch, what only takes a POST, what leads elsewhere.
NOT_PAGES = {
    "places:outline", "ledger:file",
    "language", "healthz", "evidence:photo", "evidence:photo-small", "openlog:checkpoint", "openlog:vkey", "openlog:tile", "openlog:facts",
    "openlog:facts_bundle", "openlog:receipt_json", "openlog:tlog_proof", "openlog:witnessed", "openlog:policy",
    "checks:decline", "checks:unreached", "checks:accept-visit", "checks:decline-visit", "checks:unreached-visit", "initiatives:finish",
    "needs:hide", "needs:near", "people:demo_sign_in", "people:sign_in_link", "account_login", "account_signup", "account_inactive",
    "people:leave_household", "people:follow", "people:demo_later", "ballots:take-back",
    # Of a vote at one moment only; kheo/ballots/tests opens them: by phone, by the second counter's QR, when a meeting is counted later.
    "ballots:take", "ballots:vote", "ballots:join", "ballots:decide",
}  # fmt: skip


def names(patterns: Iterable[Any] | None = None, space: str = "") -> set[str]:
    """The name of every route."""
    found: set[str] = set()
    for p in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(p, URLResolver):
            found |= names(p.url_patterns, f"{p.namespace}:" if p.namespace else space)
        elif isinstance(p, URLPattern) and p.name:
            found.add(f"{space}{p.name}")
    return found


def furnish(world: World) -> list[str]:
    """Something at each stage, so that every page has something on it; addresses of pages that no link leads to."""
    role = world.person(Role.HEAD, world.city.area2).assignments.get()
    world.need(held=True)
    open_need = world.need()
    needs.back_need(world.actor(), open_need)
    needs.answer_need(world.officer, open_need, text="Tuần sau gắn đèn.", due_on=clock.today() + timedelta(days=9))
    world.meeting()
    world.matter()
    decided = decide(world.head, world.matter(), agree=170, against=5)
    few = world.meeting(counted=True, present=60)
    slips = meetings.call_second_way(world.head, few, ends_at=clock.now() + timedelta(days=6), where="Nhà văn hóa")
    opinion = world.opinion()
    started = world.meeting(started=True)
    for stage in ("draft", "mandated", "submitted", "registered"):
        world.work(stage)
    world.check()
    world.visit(accepted=True)
    world.counted_unit()
    world.dispute()
    world.flag()
    world.cards()
    accounts.hand_over_card(world.officer, role.user)
    receipt = world.receipt()
    waiting = world.result()
    promise = ledger.pledge(world.head, receipt.initiative, unit="VND", amount=50_000)
    world.account(confirmed=False)
    world.bank_line()
    agreement = world.agreement("in-force").agreement
    sequencer.drain()
    more = [
        f"/needs/stub/{open_need.code}/",
        f"/meetings/{started.pk}/",
        *(f"/meetings/{meeting.pk}/" for meeting in (decided.matter.meeting, few, slips, opinion.matter.meeting)),
        "/count/",
        f"{agreement.get_absolute_url()}compare/",
        f"/pledges/{promise.code}/",
        f"{receipt.initiative.get_absolute_url()}noted/{promise.code}/",
        "/pledges/",
        f"/places/{world.city.ward.slug}/prices/",
        f"{receipt.initiative.get_absolute_url()}book/{receipt.number}/hide/",
        "/log/0/",
        waiting.initiative.get_absolute_url(),
        world.ballot("published").get_absolute_url(),
        receipt.initiative.get_absolute_url(),
        f"/results/{waiting.pk}/ask/",
    ]
    return [*more, f"/hide/needs.need/{open_need.pk}/", f"/people/roles/{role.pk}/end/"]


def roles(world: World) -> list[tuple[Role, Any]]:
    """Who does what is to be done."""
    city = world.city
    whole = [(Role.OPERATOR, city.city), (Role.CITY_BOARD, city.city)]
    return [(Role.HEAD, city.area), (Role.OFFICER, city.ward), (Role.CHECKER, city.ward), *whole]


def people(world: World) -> list[tuple[str, Any]]:
    """(name, user or None): whom pages are for."""
    return [("nameless", None), *((str(role), world.person(role, place)) for role, place in roles(world))]


def walk(
    client: Client, starts: Iterable[str], see: Callable[[str, Any], None], per_route: int = 4, seen: Counter[str] | None = None
) -> set[str]:
    """Open ``starts``, and what links lead to, at most some of each kind; tells ``see(address, answer)``. Returns the routes seen.

    ``seen``: how often this person opened pages of each route before; counted on.
    """
    seen = Counter() if seen is None else seen
    first = list(starts)
    known, waiting = set(first), deque[str]()

    def visit(address: str) -> None:
        answer = client.get(address)
        seen[route_of(address)] += 1
        if answer.status_code == 302 and answer["Location"].startswith("/"):
            found = [answer["Location"]]
        else:
            see(address, answer)
            page = answer.content.decode() if not answer.streaming and "html" in answer["Content-Type"] else ""
            found = re.findall(r'<a [^>]*href="(/[^"#]*)', page)
        if answer.streaming:
            list(answer.streaming_content)  # to its end, which closes the file
        for link in (html.unescape(f) for f in found):
            if link not in known and not link.startswith("/static/"):
                known.add(link)
                waiting.append(link)

    for address in first:
        visit(address)
    while waiting:
        if seen[route_of(waiting[0])] < per_route:
            visit(waiting[0])
        waiting.popleft()
    return set(seen)


def route_of(address: str) -> str:
    """The name of the route that answers there."""
    return resolve(address.partition("?")[0]).view_name


def form_pages(world: World) -> Iterator[tuple[str, str, Any]]:
    """(name of the act, address of its form, user who may fill it in), each made when it is asked for."""
    for do in ACTS:
        thing = do.thing(world)
        may = [(role, place) for role, place in roles(world) if do.rule(world.actor(role, place), thing)]
        assert may, f"nobody may {do.name}"
        yield do.name, do.url(thing), world.person(*may[0])
