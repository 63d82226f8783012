"""What the machine notes, and what it refuses unread."""

import json
import logging
from io import StringIO
from typing import Any

import pytest
from django.core.exceptions import RequestDataTooBig
from django.http import HttpResponse
from django.test import Client, RequestFactory

from kheo.core import errors, gate
from kheo.core.lines import JsonLine
from kheo.core.rules import Refused


@pytest.fixture
def lines() -> Any:
    """Everything logged, as written."""
    out = StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(JsonLine())
    logging.getLogger().addHandler(handler)
    yield lambda: [json.loads(line) for line in out.getvalue().splitlines()]
    logging.getLogger().removeHandler(handler)


@pytest.mark.django_db
def test_a_request_leaves_one_line_that_names_nobody(lines: Any, client: Client) -> None:
    response = client.get("/healthz?name=Sáu", REMOTE_ADDR="203.0.113.7", headers={"user-agent": "Phone of Sáu"})
    (line,) = [entry for entry in lines() if entry["log"] == "kheo.request"]
    assert (line["method"], line["route"], line["status"]) == ("GET", "healthz", response.status_code)
    assert line["request"] == response.headers["X-Request-Id"]
    assert set(line) == {"at", "level", "log", "request", "method", "route", "status", "ms"}


def test_a_fault_is_noted_by_kind_and_place_never_by_what_was_typed(lines: Any) -> None:
    try:
        raise ValueError("ông Sáu, 0912 345 678")
    except ValueError:
        logging.getLogger("django.request").exception("Internal Server Error: /card/secret-token/")
    (line,) = lines()
    assert line["fault"] == "ValueError" and "test_gate.py" in line["where"][0]
    assert "Sáu" not in json.dumps(line, ensure_ascii=False) and "secret" not in json.dumps(line)


def test_a_body_that_is_too_large_is_refused_unread(settings: Any) -> None:
    settings.KHEO_BODY_MAX_BYTES = 10
    asked: list[Any] = []
    answer = gate.body_limit(lambda request: asked.append(request) or HttpResponse())
    request = RequestFactory().post("/needs/new/", data=b"x" * 11, content_type="text/plain")
    assert answer(request).status_code == 413 and not asked
    assert answer(RequestFactory().post("/", data=b"x", content_type="text/plain")).status_code == 200


@pytest.mark.django_db
def test_a_refusal_shows_its_reason_and_a_form_too_large_is_413() -> None:
    request = RequestFactory().get("/")
    page = errors.refused(request, Refused("Only the head of this area may do this."))
    assert page.status_code == 403 and "Only the head of this area" in page.text
    assert errors.bad(request, RequestDataTooBig()).status_code == 413
    assert errors.bad(request, ValueError()).status_code == 400


def test_when_even_the_page_fails_there_are_words_in_every_language(monkeypatch: Any, lines: Any) -> None:
    def broken(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("no database")

    monkeypatch.setattr(errors, "render", broken)
    page = errors.faulty(RequestFactory().get("/"))
    assert page.status_code == 500 and "thử lại" in page.text and "try again" in page.text


@pytest.mark.django_db
def test_a_nul_is_refused_wherever_it_stands(client: Client, city: Any) -> None:
    for address in ("/search/?q=a%00b", "/needs/?a%00=1", "/places/%00/", "/needs/new/?place=%00", "/static/%00"):
        assert client.get(address).status_code in (400, 404), address
    assert client.get("/search/?q=a%00b").status_code == client.get("/places/a%00/").status_code == 400
    assert client.get("/search/?q=a%2500b").status_code == 200
    assert client.post(f"/needs/new/?place={city.area.slug}", {"text": "a\0b"}).status_code == 400
    client.cookies["sessionid"] = "a\0b"
    assert client.get("/").status_code == 400


@pytest.mark.django_db
def test_what_a_signed_in_person_sees_is_kept_by_no_cache(client: Client, signed_in: Any, city: Any) -> None:
    for address in ("/", f"/places/{city.ward.slug}/", "/desk/", "/nowhere/"):
        assert "no-store" in signed_in().get(address)["Cache-Control"], address
    assert "no-store" not in client.get("/").headers.get("Cache-Control", "")
