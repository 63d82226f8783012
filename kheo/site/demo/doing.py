"""What follows a registration in the demo: money, materials, labour, results, checks."""

import random
from dataclasses import dataclass
from functools import partial
from typing import Any

from kheo.checks import actions as checks
from kheo.checks.actions.pool import enrol_boards, unsworn
from kheo.checks.eligible import drawn_for_home
from kheo.ledger import actions as ledger
from kheo.people.actor import actor_of
from kheo.results import actions as results
from kheo.results.sums import is_private
from kheo.site.demo.story import device, picture
from kheo.site.demo.works import Work

SPENDINGS = {
    "rural-lighting": ("Bóng LED 18 W và cần đèn", "Dây điện, hộp bảo vệ", "Trụ đèn, xi măng chân trụ"),
    "bridge": ("Thép, xi măng", "Cọc bê tông", "Lan can"),
    "kindness-meals": ("Gạo, rau, cá", "Gas, hộp đựng", "Gia vị, nước uống"),
}
MATERIALS = {"rural-lighting": "xi măng chân trụ", "kindness-meals": "gạo", "free-stall": "gạo"}
ROWS_A_ROUND = 13
ON_THE_WAY = ("rach-ban", "bua-com", "mai-nha")  # works whose last result a checker has been asked to count


def plan_doing(work: Work, registered: int) -> int:
    """Money first, then results and checks; returns how many days ago the last check was."""
    plan_money(work, registered)
    return plan_results(work, registered)


def split(total: int, parts: int, rng: random.Random, step: int) -> list[int]:
    """``total`` in at most ``parts`` positive multiples of ``step`` (the last takes the rest)."""
    parts = max(1, min(parts, total // step))
    weights = [rng.uniform(0.5, 1.6) for _ in range(parts)]
    amounts = [max(step, int(total * w / sum(weights)) // step * step) for w in weights[:-1]]
    while sum(amounts) >= total:
        amounts[amounts.index(max(amounts))] = step
    return [*amounts, total - sum(amounts)]


def plan_money(work: Work, registered: int) -> None:
    """Rounds from door to door, gifts, a few promises by nameless phones, spending with papers, and one slip put right."""
    money, story = work.row.get("money", {}), work.story
    rows = [_row("VND", n) for n in split(money["households"] * 1000, 28, work.rng, 50_000)] if "households" in money else []
    rows += [_row("labour-day", n) for n in split(money["labour"], 9, work.rng, 1)] if "labour" in money else []
    work.rng.shuffle(rows)
    for number in range(0, len(rows), ROWS_A_ROUND):
        days = registered - 3 - number // 2
        story.on(days, 18, partial(_walk, work, rows[number : number + ROWS_A_ROUND], days))
    for source in ("businesses", "organisations", "budget"):
        if source in money:
            story.on(registered - 5, 10, partial(_receive, work, "VND", money[source] * 1000, source))
    if "kg" in money:
        story.on(registered - 9, 7, partial(_receive, work, "kg", money["kg"], "businesses", MATERIALS.get(work.row["kit"], "xi măng")))
    if work.key == "ba-chieu":
        slip = Slip(work)
        story.on(registered - 11, 18, slip.make)
        story.on(registered - 12, 8, slip.put_right)
    for i in range(3):
        story.on(registered - 6 - i, 20, partial(_promise, work, i, work.rng.randint(2, 10) * 50_000))
    if "spent" in money:
        names = SPENDINGS.get(work.row["kit"], ("Vật tư đợt 1", "Vật tư đợt 2", "Vận chuyển, nước uống"))
        for number, amount in enumerate(split(money["spent"] * 1000, 3, work.rng, 50_000)):
            story.on(registered - 24 - number * 8, 15, partial(_spend, work, amount, names[number]))


def _row(unit: str, amount: int) -> dict[str, Any]:
    return {"unit": unit, "amount": amount, "source": "source:households", "what": "", "name": ""}


def _walk(work: Work, rows: list[dict[str, Any]], days: int) -> None:
    sheet = picture("sheet", f"{work.key} {days}")
    ledger.receive_round(work.organiser, work.initiative, rows=rows, sheet=sheet, taken_on=work.story.day(days))


def _receive(work: Work, unit: str, amount: int, source: str, what: str = "") -> None:
    ledger.receive(work.organiser, work.initiative, unit=unit, amount=amount, source=f"source:{source}", what=what)


def _promise(work: Work, phone: int, amount: int) -> None:
    ledger.pledge(device(3000 + phone), work.initiative, unit="VND", amount=amount, source="source:households")


def _spend(work: Work, amount: int, what: str) -> None:
    paper = picture("sheet", f"{work.key} {what}")
    ledger.spend(work.organiser, work.initiative, unit="VND", amount=amount, what=what, paper=paper)


@dataclass(slots=True)
class Slip:
    """A slip of the pen, put right in the open: an entry is reversed, never changed."""

    work: Work
    posting: Any = None

    def make(self) -> None:
        self.posting = ledger.receive(self.work.organiser, self.work.initiative, unit="VND", amount=2_000_000, source="source:households")

    def put_right(self) -> None:
        ledger.reverse(self.work.organiser, self.posting, reason="Ghi nhầm 200.000 thành 2.000.000.")


def plan_results(work: Work, registered: int) -> int:
    """Results in the shares of city.toml, and their checks; returns how many days ago the last check was."""
    done, last = 0.0, registered
    for number, (after, share) in enumerate(work.row.get("results", [])):
        for name, target in work.row["targets"].items():
            quantity = round(target * (done + share)) - round(target * done)
            if quantity >= 1:
                claim = Claim(work, number, f"{work.row['kit']}.{name}", quantity, registered - after)
                last = claim.plan(work.row["checks"][number], newest=number == len(work.row["results"]) - 1) or last
        done += share
    return last


@dataclass(slots=True)
class Claim:
    """One result, and the check of it."""

    work: Work
    number: int
    indicator: str
    quantity: int
    days: int
    result: Any = None  # the Result, once reported
    check: Any = None  # the Check, once asked

    def plan(self, reading: str, *, newest: bool) -> int | None:
        """``reading``: right, short, none; returns how many days ago it was checked, if it was."""
        story = self.work.story
        story.on(self.days, 17, self.report)
        if reading != "none":
            short = max(1, round(self.quantity * 0.1)) if reading == "short" else 0
            story.on(self.days - 2, 9, self.ask)
            story.on(self.days - 5, 19, partial(self.count, self.quantity - short))
            return self.days - 5
        if newest and self.work.key in ON_THE_WAY:
            story.on(min(3, self.days), 9, self.ask)
        return None

    @property
    def checker(self) -> str:
        return f"checker:{self.work.ward.slug}:{self.number % 2}"

    def picture(self, what: str) -> Any:
        return picture(self.work.row["after"], f"{self.work.key} {self.number} {self.indicator} {what}")

    def report(self) -> None:
        work, site = self.work, self.work.site
        self.result = results.report_result(
            work.organiser,
            work.initiative,
            indicator=self.indicator,
            quantity=self.quantity,
            day=work.story.day(self.days),
            site=site,
            session=f"{self.number + 1}" if site is None or site.kind == "hospital" else "",
            photos=[self.picture("done")],
            before=picture(work.row["before"], f"{work.key} before") if work.row["before"] and self.number == 0 else None,
        )

    def ask(self) -> None:
        goes = self.work.cast.users[self.checker]
        if is_private(self.indicator):
            self.swear()
            goes = drawn_for_home(self.result) or goes
        self.check = checks.ask_check(self.work.officer, self.result, checker=goes)

    def swear(self) -> None:
        """To a home goes only who promised silence on paper; the ward wrote it down."""
        ward, day = self.work.ward, self.work.story.day(self.days)
        enrol_boards()
        for volunteer in unsworn(ward).filter(user=self.work.cast.users[self.checker]):
            checks.swear_in(self.work.officer, ward, volunteer=volunteer, signed_on=day)

    def count(self, measured: int) -> None:
        checks.record_check(actor_of(self.check.checker), self.check, measured=measured, photo=self.picture("check"))
