"""A ballot that goes its whole way by forms, with the codes as the paper had them."""

import uuid
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone, translation

from kheo.ballots import papers
from kheo.ballots.models import Ballot
from kheo.core import clock
from kheo.core.actor import Role

DAY = timezone.make_aware(datetime(2026, 12, 1, 8, 0), timezone.get_fixed_timezone(420))


@pytest.fixture(autouse=True)
def _english(settings: Any):
    settings.KHEO_DEMO = True  # lets the clock be set
    with translation.override("en"):
        yield


@dataclass
class Vote:
    """One ballot and the people at it. ``codes``: what the printed slips say, in the order of the paper."""

    head: Client
    other: Client
    upload: Any
    ballot: Any = None
    codes: list[str] = field(default_factory=list)
    paper: dict[str, Any] = field(default_factory=dict)
    late: int = 34  # hours after DAY when the voting is over

    def post(self, client: Client, name: str, data: dict[str, Any] | None = None, *args: Any) -> Any:
        return client.post(f"/ballots/{self.ballot.pk}/{name}/", {"act_id": str(uuid.uuid4()), **(data or {})})

    def call(self, place: Any, method: str, matter: Any = None, **data: Any) -> Any:
        fields = {
            "title": "Sửa gì trước?",
            "opens_at": "2026-12-02T08:00",
            "closes_at": "2026-12-02T17:00",
            "act_id": str(uuid.uuid4()),
            **data,
        }
        with self.at(0):
            which = f"matter={matter.pk}" if matter else f"place={place.slug}&method={method}"
            answer = self.head.post(f"/ballots/new/?{which}", fields)
        assert answer.status_code == 302, answer.content.decode()
        self.ballot = Ballot.objects.latest("pk")
        return self.ballot

    def print(self, count: int) -> Any:
        with self.at(1):
            answer = self.post(self.head, "print", {"count": count})
        assert answer["Content-Type"] == "application/pdf", answer.content.decode()
        assert answer.content.startswith(b"%PDF")
        return answer

    def open(self, handed_out: int) -> Any:
        with self.at(self.late):
            answer = self.post(self.head, "open", {"handed_out": handed_out, "protocol": self.upload()})
            assert answer.status_code == 302, answer.content.decode()
            page = self.post(self.head, "second").content.decode()
            link = page.split('<p class="hash">')[1].split("</p>")[0]
            assert self.other.get(link[link.index("/ballots/") :]).status_code == 302
        return answer

    def enter(self, seat: int, slips: list[tuple[str, dict[str, Any]]]) -> list[Any]:
        client = self.head if seat == 1 else self.other
        with self.at(self.late + 1):
            return [client.post(f"/ballots/{self.ballot.pk}/enter/{seat}/", {"code": code, **marks}) for code, marks in slips]

    def finish(self, seat: int, pile: int) -> Any:
        with self.at(self.late + 1):
            client = self.head if seat == 1 else self.other
            answer = client.post(f"/ballots/{self.ballot.pk}/finish/{seat}/", {"act_id": str(uuid.uuid4()), "pile": pile})
        self.ballot.refresh_from_db()
        return answer

    def count(self, slips: list[tuple[str, dict[str, Any]]]) -> None:
        """Both enter the same."""
        for seat in (1, 2):
            for answer in self.enter(seat, slips):
                assert answer.status_code == 302, answer.content.decode()
            self.finish(seat, len(slips))

    @staticmethod
    @contextmanager
    def at(hours: int):
        with clock.at(DAY + timedelta(hours=hours)):
            yield


@pytest.fixture
def vote(city: Any, signed_in: Any, photo_upload: Any, monkeypatch: pytest.MonkeyPatch) -> Vote:
    made = Vote(signed_in(Role.HEAD, city.area2), Client(headers={"accept-language": "en"}), photo_upload)
    made.head.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    render = papers.pdf.render

    def watched(template: Any, data: dict[str, Any], files: Any = None) -> bytes:
        made.paper, made.codes = data, [word.replace(" ", "") for word, _picture in data["codes"]]
        return render(template, data, files)

    monkeypatch.setattr(papers.pdf, "render", watched)
    return made
