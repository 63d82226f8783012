"""The whole book of one work of the demo, from its plan to a count by two people; its grants; the city's prices (book.toml)."""

from datetime import date
from functools import partial
from typing import Any

from kheo.core.actor import Actor, Role
from kheo.grants import actions as grants
from kheo.grants.models import Grant
from kheo.initiatives.models import Initiative
from kheo.ledger import actions as ledger
from kheo.ledger import statements, units
from kheo.ledger.models import BankAccount, BankLine, LineState, Pledge
from kheo.ledger.sums import in_hand
from kheo.people import actions as people
from kheo.people.models import Organisation
from kheo.places.models import Place, Rank
from kheo.site.demo.heard import Cards
from kheo.site.demo.story import Cast, Story, device, load, picture

PHONES = 7000  # the first of the nameless phones that promise by bank


class Book:
    """Everything of book.toml, told through the actions."""

    def __init__(self, story: Story, cast: Cast, cards: Cards) -> None:
        self.story, self.cast, self.cards = story, cast, cards
        self.rows = load("book.toml")
        work = next(w for w in load("city.toml")["work"] if w["key"] == self.rows["work"])
        self.area, self.drafted = str(work["area"]), int(work["day"]) - 8
        self.pledges: list[int] = []

    @property
    def keeper(self) -> Actor:
        return self.cast.actor(f"head:{self.area}")

    @property
    def ward(self) -> Place:
        return self.cast.ward_of(self.cast.places[self.area])

    @property
    def officer(self) -> Actor:
        return self.cast.actor(f"officer:{self.ward.slug}")

    @property
    def city(self) -> Place:
        return Place.objects.get(rank=Rank.CITY)

    @property
    def work(self) -> Initiative:
        return self.cast.works[self.rows["work"]]

    def plan(self) -> None:
        """Put it into the story."""
        on, rows = self.story.on, self.rows
        on(rows["prices"]["day"], 9, self.publish_prices)
        on(self.drafted, 11, self.set_plan)
        for days, unit, amount, what, source in rows["received"]:
            on(days, 7, partial(self.receive, unit, amount, f"source:{source}", what))
        for days, amount in rows["covers"]:
            on(days, 18, partial(self.receive, units.MONEY, amount, "source:households", "", cover=True))
        for days, unit, amount, what, line in rows["spent"]:
            on(days, 15, partial(self.spend, unit, amount, what, line))
        self.plan_bank(rows["bank"])
        on(rows["counted"]["day"], 19, self.count)
        self.plan_grants(rows["company"], rows["fund"])

    def plan_bank(self, bank: dict[str, Any]) -> None:
        on = self.story.on
        on(bank["proposed"], 9, self.propose_account)
        on(bank["confirmed"], 14, self.confirm_account)
        for number, amount in enumerate(bank["promises"]):
            on(bank["promised"] - number, 20, partial(self.promise, number, amount))
        on(bank["statement"], 20, self.read_statement)

    def plan_grants(self, company: dict[str, Any], fund: dict[str, Any]) -> None:
        on, grant = self.story.on, company["grant"]
        on(company["day"], 9, self.add_company)
        on(grant["offered"], 10, partial(self.offer, "company", grant))
        on(grant["accepted"], 18, self.accept)
        on(grant["sent"], 10, self.send)
        on(grant["received"], 18, self.take)
        on(grant["reported"], 19, self.report_back)
        on(fund["day"], 9, self.add_fund)
        on(fund["offered"], 10, partial(self.offer, "board", fund))

    def publish_prices(self) -> None:
        prices = self.rows["prices"]
        rows = [(unit, what, vnd) for unit, what, vnd in prices["rows"]]
        first = self.story.day(prices["day"])
        ledger.publish_prices(self.cast.actor("board"), self.city, valid_from=first, source=prices["source"], rows=rows)

    def set_plan(self) -> None:
        ledger.set_plan(self.keeper, self.work, lines=[(what, unit, amount) for what, unit, amount in self.rows["plan"]])

    def receive(self, unit: str, amount: int, source: str, what: str, *, cover: bool = False) -> None:
        ledger.receive(self.keeper, self.work, unit=unit, amount=amount, source=source, what=what, cover=cover)

    def spend(self, unit: str, amount: int, what: str, line: int) -> None:
        paper = picture("sheet", f"book {what}") if unit == units.MONEY else None
        planned = self.work.plan_lines.get(position=line) if line else None
        ledger.spend(self.keeper, self.work, unit=unit, amount=amount, what=what, paper=paper, plan_line=planned)

    def propose_account(self) -> None:
        bank = self.rows["bank"]
        ledger.set_account(self.keeper, self.work, bank=bank["bank"], number=bank["number"], holder=bank["holder"])

    def confirm_account(self) -> None:
        ledger.approve_account(self.officer, BankAccount.objects.get(initiative=self.work))

    def promise(self, number: int, amount: int) -> None:
        self.pledges.append(ledger.pledge(device(PHONES + number), self.work, unit=units.MONEY, amount=amount).pk)

    def read_statement(self) -> None:
        """The bank's file: a line for each promise, with its memo, and two lines that name none."""
        bank = self.rows["bank"]
        memos = [(p.amount, f"{p.memo} gop den duong") for p in Pledge.objects.filter(pk__in=self.pledges).order_by("pk")]
        lines = ["date,amount,memo,reference"]
        for number, (amount, memo) in enumerate([*memos, *bank["others"]], 1):
            lines.append(f"{self._line_day(number):%d/%m/%Y},{amount},{memo},FT{number:06}")
        credits = statements.read("\n".join(lines).encode())
        ledger.read_statement(self.keeper, self.work, credits=credits)
        line = BankLine.objects.filter(initiative=self.work, state=LineState.OPEN).order_by("pk")[0]
        ledger.book_line(self.keeper, line)

    def _line_day(self, number: int) -> date:
        return self.story.day(self.rows["bank"]["promised"] - number)

    def count(self) -> None:
        """The head and a neighbour with a household's card; the first time they don't agree."""
        counted, neighbour = self.rows["counted"], self.cards.households[0]
        bank = counted["bank"]
        cash = in_hand(self.work, units.MONEY) - bank
        ledger.count_cash(self.keeper, self.work, cash=cash, bank=bank)
        ledger.count_cash(neighbour, self.work, cash=cash - counted["first_wrong"], bank=bank)
        ledger.count_cash(self.keeper, self.work, cash=cash, bank=bank)
        ledger.count_cash(neighbour, self.work, cash=cash, bank=bank)

    def add_company(self) -> None:
        company = self.rows["company"]
        giver = people.add_organisation(self.officer, self.ward, company["name"], "business")
        self.cast.organisations["company"] = giver
        self.cast.users["company"] = people.add_person(self.officer, self.ward, company["person"], Role.ORGANISER, organisation=giver)

    def add_fund(self) -> None:
        fund = people.add_organisation(self.cast.actor("operator"), self.city, self.rows["fund"]["name"], "office")
        self.cast.organisations["board"] = fund

    def offer(self, who: str, grant: dict[str, Any]) -> None:
        """``who``: key of the person and of the organisation they act for."""
        parts = [
            {"amount": p["amount"], "due_on": self.story.day(p["due"]), "condition": p.get("condition", "")}  # as offer_grant takes them
            for p in grant["parts"]
        ]
        giver = Organisation.objects.get(pk=self.cast.organisations[who].pk)
        grants.offer_grant(
            self.cast.actor(who),
            self.work,
            giver=giver,
            unit=units.MONEY,
            instalments=parts,
            conditions=grant["conditions"],
            report_by=self.story.day(grant["report_by"]),
        )

    @property
    def grant(self) -> Grant:
        """The company's."""
        return Grant.objects.get(giver=self.cast.organisations["company"])

    def accept(self) -> None:
        grants.accept_grant(self.keeper, self.grant)

    def send(self) -> None:
        grants.send_instalment(self.cast.actor("company"), self.grant.instalments.get(number=1))

    def take(self) -> None:
        grants.receive_instalment(self.keeper, self.grant.instalments.get(number=1))

    def report_back(self) -> None:
        grants.report_back(self.keeper, self.grant, note=self.rows["company"]["grant"]["note"])


def plan_book(story: Story, cast: Cast, cards: Cards) -> None:
    """Put book.toml into the story."""
    Book(story, cast, cards).plan()
