"""From a nameless need to a checked number on the front page: page by page and form by form, as people do it without JavaScript."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from kheo import cli
from kheo.core import clock
from kheo.core.actor import Role
from kheo.meetings.models import Decision
from kheo.needs.models import Need, State
from kheo.openlog import keys, sequencer
from kheo.openlog.models import Entry
from tests.neighbour import Neighbour

pytestmark = pytest.mark.django_db(transaction=True)

WORDS = {
    "vi": {
        "decided": "171 trên 240 hộ đồng ý, cần 160",
        "checked": "đã kiểm tận nơi 28 đèn, đã báo 30 đèn; mục tiêu 30 đèn.",
        "article": "Điều 15(1)",
        "free": "không cần tên",
    },
    "en": {
        "decided": "171 of 240 households agree, 160 needed",
        "checked": "28 lamps checked on site, 30 lamps reported; the target is 30 lamps.",
        "article": "article 15(1)",
        "free": "No name needed",
    },
}


@pytest.mark.parametrize("language", ["vi", "en"])
def test_from_need_to_checked_number(
    language: str, city: Any, person: Any, photo_upload: Any, wait: Any, live_server: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    words = WORDS[language]
    resident, giver = Neighbour(language), Neighbour(language)
    head = Neighbour(language, person(Role.HEAD, city.area, "Ông Sáu"))
    officer = Neighbour(language, person(Role.OFFICER, city.ward, "Chị Ba"))
    checker_user = person(Role.CHECKER, city.ward, "Anh Tư")
    checker = Neighbour(language, checker_user)

    # A need, nameless, with a photo that knows where it was taken.
    resident.go("/")
    resident.press("/needs/new/")
    resident.press("place=ninh-kieu")
    said = resident.press(f"place={city.area.slug}")
    assert words["free"].lower() in said.lower()
    said = resident.send(category="light", text="Hẻm 47 tối, con đi học về hay té", site=city.road.pk, photo=photo_upload(gps=True))
    need = Need.objects.get()
    assert need.code in said.replace(" ", "") and need.state == State.HELD
    stub = resident.at

    # The head releases it; somebody says "me too"; the officer answers with a day.
    head.go("/desk/")
    head.press("/needs/waiting/")
    head.send(f"/{need.code}/release/")
    assert "con đi học về hay té" in giver.go(f"/needs/{need.code}/")
    giver.send("/back/")
    officer.go("/desk/")
    officer.press(f"/needs/{need.code}/")
    officer.press("/answer/")
    due = clock.today() + timedelta(days=20)
    officer.send(text="Phường ủng hộ, bà con họp bàn.", due_on=due.isoformat())
    assert "Phường ủng hộ, bà con họp bàn." in resident.go(stub)

    # The head calls the households together, counts them with the sheet, and writes down what they decided.
    head.go("/desk/")
    head.press("/meetings/new/")
    starts = timezone.localtime(clock.now() + timedelta(days=3)).strftime("%Y-%m-%dT19:00")
    head.send(starts_at=starts, where="Nhà văn hóa", title_1="Góp tiền thắp sáng hẻm 47", rule_1="contributions", need_1=need.pk)
    meeting = head.at
    wait(timedelta(days=4))
    head.go("/desk/")
    head.press(meeting)
    head.press("/count/")
    assert "241" in head.send(present=241, sheet=photo_upload(), refused=True)  # more than there are
    head.send(present=198, sheet=photo_upload())
    head.press("/officers/")
    head.send(secretary="Cô Bảy", counters="Anh Ba\nChị Tư\nChú Năm", method="hands", officers_for=150)
    # A second counter with another phone and no account: each counts without seeing the other's numbers; the first time they differ.
    second = Neighbour(language)
    head.press("/second-count/")
    seat = head.show()
    for theirs in (170, 171):
        second.go(seat)
        second.press("/count/")
        second.send(agree=theirs, against=20, other=7)
        assert "170" not in head.go(meeting)
        head.press("/tally/")
        said = head.send(agree=171, against=20, other=7)
        assert ("171" in said) == (theirs == 171)
    assert words["decided"] in said and words["article"].lower() in said.lower()
    assert Decision.objects.get().passed

    # A draft from the kit, mandated by the decision, sent to the ward, which sends it back with advice; then it is registered.
    head.go(f"/needs/{need.code}/")
    head.press("/initiatives/new/")
    if "kit=" not in head.at:
        head.press("kit=rural-lighting")
    lamps = "target:rural-lighting.lamps"
    said = head.send(**{"title": "Thắp sáng hẻm 47", "summary": "Bà con góp gắn đèn.", lamps: "ba chục"}, refused=True)
    assert "Bà con góp gắn đèn." in head.sheet().data["summary"]  # kept
    head.send(**{"title": "Thắp sáng hẻm 47", "summary": "Bà con góp gắn đèn.", "site": city.road.pk, lamps: 40})
    work = head.at
    head.press("/mandate/")
    head.send(kind="decision", decision=Decision.objects.get().pk)
    head.press("/submit/")
    head.send()
    officer.go("/desk/")
    officer.press(work)
    officer.press("/return/")
    officer.send(targets="Hẻm 310 m: ba mươi đèn là đủ.")
    assert "ba mươi đèn là đủ" in head.go(work)
    assert "ba mươi đèn là đủ" in head.press("/edit/")
    head.send(**{lamps: 30})
    head.press("/submit/")
    head.send()
    officer.go(work)
    officer.press("/register/")
    officer.send()

    # Money: a promise without a name, a round of receipts with one sheet, and what was paid.
    giver.go(work)
    giver.press("/pledge/")
    said = giver.send(unit="VND", amount="500.000")
    code = giver.at.rstrip("/").rsplit("/", 1)[1]
    assert code in said.replace(" ", "").lower()
    head.go("/desk/")
    head.press("/receive/")
    head.send(unit="VND", amount="500 000", source="source:households", pledge=code)
    head.go(f"{work}round/")
    head.send(
        taken_on=clock.today().isoformat(), sheet=photo_upload(),
        amount_1="200.000", unit_1="VND", source_1="source:households", name_1="Bà Tám",
        amount_2="3", unit_2="labour-day", source_2="source:households",
    )  # fmt: skip
    said = head.go(f"{work}spend/")
    head.send(unit="VND", amount="700.001", what="Đèn và dây", paper=photo_upload(), refused=True)  # more than is in hand
    head.send(unit="VND", amount="650.000", what="Đèn và dây", paper=photo_upload())
    book = giver.go(f"{work}book/")
    assert "Đèn và dây" in book and "Bà Tám" not in book and "500" in book

    # The work is reported with a photo; the officer asks a checker, who isn't told the claim.
    head.go("/desk/")
    head.press("/report/")
    head.send(
        indicator="rural-lighting.lamps", quantity="30", day=clock.today().isoformat(), site=city.road.pk, photos=photo_upload(gps=True)
    )
    officer.go("/desk/")
    officer.press("/ask/")
    officer.send(checker=checker_user.pk)
    checker.go("/desk/")
    said = checker.press("/checks/")
    assert not re.search(r"\b(30|40)\b", said.replace(f"{timezone.localdate(clock.now()):%-d.%-m.%Y}", "")), said
    checker.send(f"{checker.at}", measured="28", photo=photo_upload(), note="Hai trụ chưa có bóng")
    sequencer.drain()
    page = giver.client.get(work).text
    assert words["checked"] in page

    # Completed; the city's front page says how much of it is checked, and each receipt can be opened.
    officer.go(work)
    officer.press("/complete/")
    officer.send(note="Hẻm sáng rồi.")
    need.refresh_from_db()
    assert need.state == State.DONE
    sequencer.drain()
    resident.go("/")
    assert words["checked"] in resident.page
    resident.press(work)
    receipts = {a for a in resident.links() if re.fullmatch(r"/log/\d+/", a)}
    assert len(receipts) >= 4
    for address in receipts:
        resident.go(address)
    resident.go(stub)

    # Acts without a name get their number among all others of their hour; then anybody replays the whole log.
    wait(timedelta(hours=1))
    sequencer.drain()
    assert cli.main(["verify", f"{live_server.url}/log/", "--vkey", str(keys.verifier())]) == 0
    assert f"{Entry.objects.count()} entries hold." in capsys.readouterr().out
