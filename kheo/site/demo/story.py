"""The demo city's year, told through the same actions a person would use, with the clock set to each moment."""

import hashlib
import random
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

from kheo.checks import actions as checks
from kheo.core import clock
from kheo.core.actor import Actor
from kheo.evidence import photos
from kheo.evidence.models import Photo
from kheo.initiatives import actions as initiatives
from kheo.initiatives.models import Initiative, MandateKind
from kheo.ledger import actions as ledger
from kheo.meetings import actions as meetings
from kheo.meetings.models import Decision, Meeting
from kheo.needs import actions as needs
from kheo.needs.models import Need, State
from kheo.people.actor import actor_of, actor_of_device
from kheo.people.models import Organisation, User
from kheo.places.models import Place
from kheo.results import actions as results
from kheo.review import actions as review
from kheo.site.demo import drawings

HERE = Path(__file__).parent
LINE_METRES = {"alley": 260, "canal": 900, "road": 1300}
SPENDINGS = {
    "rural-lighting": ("Bóng LED 18 W và cần đèn", "Dây điện, hộp bảo vệ", "Trụ đèn, xi măng chân trụ"),
    "bridge": ("Thép, xi măng", "Cọc bê tông", "Lan can"),
    "kindness-meals": ("Gạo, rau, cá", "Gas, hộp đựng", "Gia vị, nước uống"),
}
MATERIALS = {
    "rural-lighting": "xi măng chân trụ",
    "bridge": "xi măng",
    "rural-road": "xi măng",
    "kindness-meals": "gạo",
    "free-stall": "gạo",
}


@dataclass(slots=True)
class Cast:
    """Who and what the story has to hand."""

    operator: Actor
    places: dict[str, Place] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)  # "officer:ninh-kieu", "head:nk1", "checker:ninh-kieu:0", …
    organisations: dict[str, Organisation] = field(default_factory=dict)
    needs: dict[str, list[Need]] = field(default_factory=dict)  # by work
    works: dict[str, Initiative] = field(default_factory=dict)

    def needs_of(self, work: str) -> list[Need]:
        """The needs a work takes up, as they stand now."""
        return list(Need.objects.filter(pk__in=[n.pk for n in self.needs.get(work, [])]))

    def actor(self, who: str) -> Actor:
        """The actor of a named user, with the roles of the moment."""
        return actor_of(self.users[who])

    def ward_of(self, place: Place) -> Place:
        """The ward a place lies in."""
        return next(p for p in self.places.values() if p.rank == 1 and place.path.startswith(p.path))


@dataclass(slots=True)
class Story:
    """Moments and what happens in them, told in order."""

    today: date
    events: list[tuple[datetime, int, Callable[[], object]]] = field(default_factory=list)

    def on(self, days_ago: float, hour: int, happens: Callable[[], object], minute: int = 0) -> None:
        """Add an event; what would lie after this moment is not told."""
        day = self.today - timedelta(days=int(days_ago))
        moment = timezone.make_aware(datetime.combine(day, time(hour, minute)))
        if moment < timezone.now():
            self.events.append((moment, len(self.events), happens))

    def tell(self, progress: Callable[[int, int], None]) -> int:
        """Run every event at its moment; returns how many."""
        self.events.sort(key=lambda e: e[:2])
        for number, (moment, _order, happens) in enumerate(self.events, 1):
            with clock.at(moment):
                happens()
            progress(number, len(self.events))
        return len(self.events)


def picture(name: str, seed: object) -> Photo:
    """Store a drawing the way an uploaded photo is stored."""
    return photos.store(drawings.upload(name, int.from_bytes(hashlib.sha256(str(seed).encode()).digest()[:4])))


def load(name: str) -> Any:
    """A data file of the demo."""
    return tomllib.loads((HERE / name).read_text(encoding="utf-8"))


def device(number: int) -> Actor:
    """One of the demo's nameless phones."""
    return actor_of_device(hashlib.sha256(f"demo phone {number}".encode()).hexdigest()[:32])


# Needs ------------------------------------------------------------------------------------------------------------------------------


def plan_needs(story: Story, cast: Cast) -> None:
    """Every need of needs.toml, with who joins it and what becomes of it."""
    for number, row in enumerate(load("needs.toml")["needs"]):
        _plan_need(story, cast, number, *row)


def _plan_need(story: Story, cast: Cast, number: int, area: str, category: str, text: str, backers: int, days: int, fate: str) -> None:
    rng = random.Random(f"need {number}")
    place, kept = cast.places[area], []
    what, _, words = fate.partition(":")
    sites = [cast.places[k] for k in cast.places if k.startswith(f"{area}/")]
    fitting = {"light": ("road", "alley"), "road": ("road", "alley", "bridge"), "water": ("canal",), "waste": ("alley", "road", "market")}
    site = next((s for s in sites if s.kind in fitting.get(category, ()) and s.name.lower().split()[-1] in text.lower()), None)
    scene = {"light": "road_dark", "water": "canal_blocked", "waste": "alley_dirty", "road": "road_mud"}.get(category)

    def happens() -> None:
        photo = picture(scene, text) if scene and rng.random() < 0.5 else None
        need = needs.raise_need(device(number), place, category=category, text=text, site=site, photo=photo, nameless=True)
        kept.append(need)
        if what == "work":
            cast.needs.setdefault(words, []).append(need)

    def need() -> Need:
        return Need.objects.get(pk=kept[0].pk)

    officer = f"officer:{cast.ward_of(place).slug}"
    story.on(days, rng.randint(6, 20), happens, rng.randint(0, 59))
    if what == "held":
        return
    released = max(days - 1, 0)
    story.on(released, 21 if days else 22, lambda: needs.release_need(cast.actor(f"head:{area}"), need()))
    answered = max(days - rng.randint(5, 11), 0)
    joined_until = answered if what in ("done", "declined") else 0  # nobody joins what is settled
    for i in range(backers):
        phone = device(1000 + (number * 61 + i * 17) % 900)
        after = released - 1 - rng.random() * min(25, max(released - 1 - joined_until, 1))
        if after > joined_until or (after >= 0 and not joined_until):
            story.on(after, rng.randint(6, 20), lambda phone=phone: needs.back_need(phone, need()), rng.randint(0, 59))
    if what in ("answer", "done", "declined"):
        due = max(story.today + timedelta(days=rng.randint(8, 30)), story.today - timedelta(days=days) + timedelta(days=45))
        if number == 18:  # one promise that was not kept in time
            due = story.today - timedelta(days=4)
        declined = what == "declined"
        story.on(
            answered,
            9,
            lambda: needs.answer_need(cast.actor(officer), need(), text=words, due_on=None if declined else due, declined=declined),
        )
        if what == "done":
            story.on(max(answered - 14, 0), 10, lambda: needs.set_state(cast.actor(officer), need(), State.DONE))


# Works ------------------------------------------------------------------------------------------------------------------------------


def plan_works(story: Story, cast: Cast) -> None:
    """Every work of city.toml from its meeting to its checks."""
    city = load("city.toml")
    for work in city["work"]:
        _plan_work(story, cast, work)
    for row in city["coming"]:
        _plan_meeting_to_come(story, cast, row)
    for row in city["failed"]:
        _plan_failed_meeting(story, cast, row)


def _local(day: date, hour: int) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour)))


def _plan_meeting_to_come(story: Story, cast: Cast, row: dict[str, Any]) -> None:
    area, head = cast.places[row["area"]], f"head:{row['area']}"
    starts = _local(story.today + timedelta(days=row["days"]), 19)
    story.on(
        2,
        17,
        lambda: meetings.call_meeting(
            cast.actor(head), area, starts_at=starts, where=row["where"], matters=[(row["title"], "contributions", [])]
        ),
    )


def _plan_failed_meeting(story: Story, cast: Cast, row: dict[str, Any]) -> None:
    area, head, kept = cast.places[row["area"]], f"head:{row['area']}", []
    starts = _local(story.today - timedelta(days=row["day"]), 19)

    def call() -> None:
        kept.append(
            meetings.call_meeting(
                cast.actor(head), area, starts_at=starts, where=row["where"], matters=[(row["title"], "contributions", [])]
            )
        )

    def hold() -> None:
        meeting = meetings.count_households(cast.actor(head), kept[0], present=row["present"], sheet=picture("sheet", row["title"]))
        meetings.record_decision(cast.actor(head), meeting.matters.get(), agree=row["present"] - 6, against=4, other=2)

    story.on(row["day"] + 8, 17, call)
    story.on(row["day"], 21, hold)


def _plan_work(story: Story, cast: Cast, work: dict[str, Any]) -> None:
    place = cast.places[work["area"]]
    ward = cast.ward_of(place)
    officer = f"officer:{ward.slug}"
    organiser = f"head:{work['area']}" if place.rank == 2 else f"organiser:{ward.slug}"
    site = cast.places.get(f"{work['area']}/{work['site']}") if work.get("site") else None
    day, decided, key = work["day"], [], work["key"]

    def hold() -> None:
        meeting = Meeting.objects.get(pk=decided[0].pk)
        votes = work["decision"]
        meeting = meetings.count_households(cast.actor(organiser), meeting, present=votes["present"], sheet=picture("sheet", key))
        decided[0] = meetings.record_decision(
            cast.actor(organiser), meeting.matters.get(), agree=votes["agree"], against=votes["against"], other=votes["other"]
        )

    def call() -> None:
        starts = _local(story.today - timedelta(days=day - 7), 19)
        title = f"{work['title']}: góp và làm"
        decided.append(
            meetings.call_meeting(
                cast.actor(organiser),
                place,
                starts_at=starts,
                where="Nhà văn hóa",
                matters=[(title, "contributions", cast.needs_of(key))],
            )
        )

    def draft() -> None:
        cast.works[key] = initiatives.draft_initiative(
            cast.actor(organiser),
            place,
            kit=work["kit"],
            title=work["title"],
            summary=work["summary"],
            site=site,
            targets={f"{work['kit']}.{k}": v for k, v in work["targets"].items()},
            needs=cast.needs_of(key),
            organisation=cast.organisations.get(work.get("organisation", "")),
            starts_on=story.today - timedelta(days=day - 14),
            ends_on=story.today - timedelta(days=day - 200),
        )

    def submit() -> None:
        decision = decided[0] if decided and isinstance(decided[0], Decision) else None
        kind = MandateKind.DECISION if decision else MandateKind(work["mandate"])
        initiatives.give_mandate(cast.actor(organiser), cast.works[key], kind=kind, decision=decision)
        initiatives.submit_initiative(cast.actor(organiser), cast.works[key])

    start = day
    if "decision" in work:
        story.on(day, 17, call)
        story.on(day - 7, 21, hold)
        start = day - 8
    story.on(start, 8, draft)
    stop = work.get("stop")
    if stop == "draft":
        return
    story.on(start - 1, 9, submit)
    if stop == "submitted":
        return
    if stop == "returned":
        story.on(start - 3, 10, lambda: initiatives.return_initiative(cast.actor(officer), cast.works[key], advice=work["advice"]))
        return
    registered = start - 4
    story.on(registered, 10, lambda: initiatives.register_initiative(cast.actor(officer), cast.works[key]))
    _plan_tasks(story, cast, work, registered, organiser)
    _plan_money(story, cast, work, registered, organiser)
    last = _plan_results(story, cast, work, registered, organiser, officer, ward, site)
    if work.get("complete"):
        story.on(last - 12, 10, lambda: review.complete(cast.actor(officer), cast.works[key], note="Bà con đã nghiệm thu tại chỗ."))


def _plan_tasks(story: Story, cast: Cast, work: dict[str, Any], registered: int, organiser: str) -> None:
    share = 1.0 if work.get("complete") else 0.6

    def finish(number: int) -> None:
        tasks = list(cast.works[work["key"]].tasks.order_by("position"))
        if number < len(tasks) * share:
            initiatives.finish_task(cast.actor(organiser), tasks[number])

    for number in range(8):
        story.on(registered - 6 - number * 9, 18, lambda number=number: finish(number))


def _split(total: int, parts: int, rng: random.Random, step: int) -> list[int]:
    """``total`` in ``parts`` positive multiples of ``step`` (the last takes the rest)."""
    parts = max(1, min(parts, total // step))
    weights = [rng.uniform(0.5, 1.6) for _ in range(parts)]
    amounts = [max(step, int(total * w / sum(weights)) // step * step) for w in weights[:-1]]
    while sum(amounts) >= total:
        amounts[amounts.index(max(amounts))] = step
    return [*amounts, total - sum(amounts)]


def _plan_money(story: Story, cast: Cast, work: dict[str, Any], registered: int, organiser: str) -> None:
    money, key = work.get("money", {}), work["key"]
    rng = random.Random(f"money {key}")
    rows: list[dict[str, Any]] = []
    for amount in _split(money.get("households", 0) * 1000, 28, rng, 50_000) if money.get("households") else []:
        rows.append({"unit": "VND", "amount": amount, "source": "source:households", "what": "", "name": ""})
    for amount in _split(money.get("labour", 0), 9, rng, 1) if money.get("labour") else []:
        rows.append({"unit": "labour-day", "amount": amount, "source": "source:households", "what": "", "name": ""})
    rng.shuffle(rows)
    for number in range(0, len(rows), 13):
        chunk, days = rows[number : number + 13], registered - 3 - number // 2

        def walk(chunk: list[dict[str, Any]] = chunk, days: int = days, number: int = number) -> None:
            ledger.receive_round(
                cast.actor(organiser),
                cast.works[key],
                rows=chunk,
                sheet=picture("sheet", f"{key} {number}"),
                taken_on=story.today - timedelta(days=days),
            )

        story.on(days, 18, walk)
    for source in ("businesses", "organisations", "budget"):
        if money.get(source):
            amount = money[source] * 1000
            story.on(
                registered - 5,
                10,
                lambda amount=amount, source=source: ledger.receive(
                    cast.actor(organiser), cast.works[key], unit="VND", amount=amount, source=f"source:{source}"
                ),
            )
    if money.get("kg"):
        what = MATERIALS.get(work["kit"], "vật tư")
        story.on(
            registered - 9,
            7,
            lambda: ledger.receive(
                cast.actor(organiser), cast.works[key], unit="kg", amount=money["kg"], source="source:businesses", what=what
            ),
        )
    if key == "ba-chieu":  # a slip of the pen, put right in the open
        slip: list[Any] = []
        story.on(
            registered - 11,
            18,
            lambda: slip.append(
                ledger.receive(cast.actor(organiser), cast.works[key], unit="VND", amount=2_000_000, source="source:households")
            ),
        )
        story.on(
            registered - 12,
            8,
            lambda: ledger.reverse(cast.actor(organiser), slip[0], reason="Ghi nhầm 200.000 thành 2.000.000."),
        )
    for i in range(3):
        amount = rng.randint(2, 10) * 50_000
        story.on(
            registered - 6 - i,
            20,
            lambda i=i, amount=amount: ledger.pledge(
                device(3000 + i), cast.works[key], unit="VND", amount=amount, source="source:households"
            ),
        )
    if money.get("spent"):
        names = SPENDINGS.get(work["kit"], ("Vật tư đợt 1", "Vật tư đợt 2", "Vận chuyển, nước uống"))
        for number, amount in enumerate(_split(money["spent"] * 1000, 3, rng, 50_000)):
            days = registered - 24 - number * 8
            story.on(
                days,
                15,
                lambda amount=amount, number=number: ledger.spend(
                    cast.actor(organiser),
                    cast.works[key],
                    unit="VND",
                    amount=amount,
                    what=names[number % 3],
                    paper=picture("sheet", f"{key} paper {number}"),
                ),
            )


def _plan_results(
    story: Story, cast: Cast, work: dict[str, Any], registered: int, organiser: str, officer: str, ward: Place, site: Place | None
) -> int:
    """Results and their checks; returns how many days ago the last check was."""
    key, done, last = work["key"], 0.0, registered
    for number, (after, share) in enumerate(work.get("results", [])):
        reading = work["checks"][number]
        for name, target in work["targets"].items():
            quantity = round(target * (done + share)) - round(target * done)
            if quantity < 1:
                continue
            indicator, days, kept = f"{work['kit']}.{name}", registered - after, []

            def report(
                number: int = number, indicator: str = indicator, quantity: int = quantity, days: int = days, kept: list[Any] = kept
            ) -> None:
                before = picture(work["before"], f"{key} before") if work["before"] and number == 0 else None
                kept.append(
                    results.report_result(
                        cast.actor(organiser),
                        cast.works[key],
                        indicator=indicator,
                        quantity=quantity,
                        day=story.today - timedelta(days=days),
                        site=site,
                        session=f"{number + 1}" if site is None or site.kind == "hospital" else "",
                        photos=[picture(work["after"], f"{key} {number} {indicator}")],
                        before=before,
                    )
                )

            def ask(number: int = number, kept: list[Any] = kept) -> None:
                checker = cast.users[f"checker:{ward.slug}:{number % 2}"]
                kept.append(checks.ask_check(cast.actor(officer), kept[0], checker=checker))

            def count(
                number: int = number, indicator: str = indicator, quantity: int = quantity, reading: str = reading, kept: list[Any] = kept
            ) -> None:
                measured = quantity if reading == "right" else quantity - max(1, round(quantity * 0.1))
                checks.record_check(
                    cast.actor(f"checker:{ward.slug}:{number % 2}"),
                    kept[1],
                    measured=measured,
                    photo=picture(work["after"], f"{key} {number} {indicator} check"),
                )

            story.on(days, 17, report)
            if reading != "none":
                story.on(days - 2, 9, ask)
                story.on(days - 5, 19, count)
                last = days - 5
            elif number == len(work["results"]) - 1 and key in ("ba-chieu", "rach-ban", "bua-com", "mai-nha"):
                story.on(min(3, days), 9, ask)  # a checker has been asked and is on the way
        done += share
    return last
