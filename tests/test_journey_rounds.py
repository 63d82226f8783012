"""A true number, from the announcement to the file that anybody recomputes: page by page and form by form, without JavaScript."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from kheo import cli
from kheo.checks.dispatching import dispatch
from kheo.checks.keeping import keep_rounds_going
from kheo.checks.models import Book, Phase, Unit
from kheo.core import clock
from kheo.core.actor import Role
from kheo.openlog import keys, sequencer
from kheo.openlog.models import Entry
from kheo.results import actions as results
from kheo.results.models import Result
from tests.acts import World
from tests.neighbour import Neighbour

pytestmark = pytest.mark.django_db(transaction=True)
LAMPS = 70
DICE = {"Mặt trận": "60412537", "Người cao tuổi": "15263443", "Đoàn Thanh niên": "52310664"}


@pytest.mark.slow
def test_from_the_announcement_to_the_file_that_anybody_recomputes(
    city: Any, person: Any, actor: Any, photo_upload: Any, wait: Any, live_server: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    world = World(city, actor, person, photo_upload)
    results.report_result(
        world.head, world.work("registered"), indicator="rural-lighting.lamps", quantity=LAMPS, day=clock.today(), site=city.road,
        photos=[world.photo()],
    )  # fmt: skip
    board, second = (Neighbour("vi", person(Role.CITY_BOARD, city.city, name)) for name in ("Cô Thu", "Anh Quang"))
    homes = [Neighbour("vi", person(name=name)) for name in ("Cô Ba", "Thầy Nhân", "Chị Xuân")]
    stranger = Neighbour("vi")

    # Neighbours of another area offer to go and count.
    for home in homes:
        home.go(f"/places/{city.area2.slug}/count/")
        home.send()

    # The board announces the round: first what it means, then it is done.
    board.go("/rounds/new/?scope=can-tho")
    at = timezone.localtime(clock.now() + timedelta(hours=2))
    said = board.send(indicator="rural-lighting.lamps", planned=3, draw_at=at.strftime("%Y-%m-%dT%H:%M"), refused=True)
    assert f"{LAMPS} đèn" in said
    board.send()
    book = Book.objects.get()
    page, ceremony = f"/rounds/{book.pk}/", f"/rounds/{book.pk}/draw/"
    assert board.at == ceremony and book.phase == Phase.FROZEN and book.count == LAMPS
    assert f"{LAMPS} đèn" in stranger.go(page)

    # No dice before the fingerprint. The announced moment comes; the first fingerprint after it is taken.
    assert board.client.get(f"{page}roll/").status_code == 403
    wait(timedelta(hours=3))
    sequencer.drain()
    keep_rounds_going()
    book.refresh_from_db()
    assert book.phase == Phase.FIXED
    assert book.checkpoint_root[:4] in stranger.go(ceremony)
    assert "Đổ xí ngầu rồi gõ số" in board.go("/desk/")

    # Three parties roll; two people type, each alone. The first time they differ.
    rows = {f"{what}_{n}": word for n, row in enumerate(DICE.items(), 1) for what, word in zip(("party", "digits"), row, strict=True)}
    for who in (board, second):
        who.go(ceremony)
        who.press("/roll/")
        if who is second:
            assert "Mặt trận" in who.send(**{**rows, "digits_1": "60412538"}, refused=True)
        who.send(**rows)
    book.refresh_from_db()
    assert book.phase == Phase.SEEDED and book.seed.endswith("".join(DICE.values()))
    sealed = {unit.key for unit in Unit.objects.all()}
    assert not any(key in bytes(e.leaf).decode() + bytes(e.facts or b"").decode() for e in Entry.objects.all() for key in sealed)

    # People are sent; they say yes, see the place, count. One lamp isn't there.
    dispatch()
    missing = Unit.objects.get(rank=1)
    for turn in range(3):
        for home in homes:
            home.go("/desk/")
            while mine := next((a for a in home.links() if "/visits/" in a), None):
                before = home.go(mine)
                assert city.road.full_name not in before
                seen = home.send("/yes/")
                assert city.road.full_name in seen and f"{LAMPS} đèn" not in seen
                unit = Unit.objects.get(visits__code=mine.rstrip("/").rsplit("/", 1)[1])
                home.send(mine, measured=0 if unit == missing else 1, photo=photo_upload())
                home.go("/desk/")
        dispatch()
        if turn == 0:
            assert Unit.objects.filter(closed_at__isnull=False).exists()
    assert Unit.objects.filter(closed_at__isnull=False).count() == 3
    assert "2" in stranger.go(page)

    # The board closes; whoever likes takes the two files and computes it all again.
    board.go(page)
    if f"{page}close/" not in board.links():
        board.go(ceremony)
    board.press("/close/")
    board.send()
    book.refresh_from_db()
    said = stranger.go(page)
    assert book.phase == Phase.CLOSED and book.seed in stranger.page
    assert re.search(r"\b3\b.*\b2\b", said) and "95 %" not in said  # under twenty checks no share stands there
    files = {}
    for name in ("book", "checks"):
        answer = stranger.client.get(next(a for a in stranger.links() if a.endswith(f"/{name}.txt")))
        files[name] = tmp_path / f"{name}.txt"
        files[name].write_bytes(b"".join(answer.streaming_content) if answer.streaming else answer.content)
    draw = ["draw", "--book", str(files["book"]), "--seed", book.seed, "--checks", str(files["checks"]), "--alpha", book.alpha]
    assert cli.main(draw) == 0
    printed = capsys.readouterr().out
    assert book.root in printed and f"At least: {book.at_least} of {LAMPS}" in printed
    assert [line.split()[1] for line in files["checks"].read_text().splitlines()] == ["1", "0", "1"]
    assert cli.main([*draw[:3], "--seed", book.seed[:-1] + "9", *draw[5:]]) == 1  # other dice, another order
    assert Result.objects.get().checked is None  # of a drawn round a part was counted: the bound says the rest

    wait(timedelta(hours=1))
    sequencer.drain()
    assert cli.main(["verify", f"{live_server.url}/log/", "--vkey", str(keys.verifier())]) == 0
    verified = capsys.readouterr().out
    assert f"{Entry.objects.count()} entries hold." in verified
    assert "1 rounds of checks drawn and folded again, 3 checks in their order." in verified
