"""How many `report_result` acts one process finishes in a second, each committed with synchronous=FULL before the next begins."""

import io
import threading
import time
import uuid
from collections.abc import Callable
from types import TracebackType

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from PIL import Image

from bench import seed
from kheo.core import clock
from kheo.evidence import photos
from kheo.openlog import sequencer
from kheo.results.actions import report_result


def _photo() -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.effect_noise((320, 240), 60).convert("RGB").save(out, "JPEG")
    return SimpleUploadedFile("lamp.jpg", out.getvalue(), content_type="image/jpeg")


def reporting() -> Callable[[], None]:
    """A function that does one act; the photo is decoded and stored beforehand, as in a view."""
    actor, work, indicator = seed.reporter()
    shot = photos.store(_photo())

    def one() -> None:
        report_result(actor, work, indicator=indicator, quantity=3, day=clock.today(), photos=[shot], act_id=uuid.uuid4())

    return one


def per_second(count: int = 250) -> float:
    """Acts per second."""
    one = reporting()
    for _ in range(20):
        one()
    began = time.perf_counter()
    for _ in range(count):
        one()
    return count / (time.perf_counter() - began)


def commits_per_second(count: int = 400) -> float:
    """What this disk gives: one bare row, committed before the next begins."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_row (n integer)")
        began = time.perf_counter()
        for n in range(count):
            cursor.execute("INSERT INTO bench_row VALUES (%s)", [n])
        return count / (time.perf_counter() - began)


class Meanwhile:
    """While it is open, one act is done and numbered whenever somebody says :meth:`now`."""

    def __enter__(self) -> "Meanwhile":
        self.wanted, self.stop = threading.Event(), False
        self.thread = threading.Thread(target=self._run)
        self.thread.start()
        return self

    def now(self) -> None:
        """Ask for one act; does not wait for it."""
        self.wanted.set()

    def _run(self) -> None:
        one = reporting()
        while self.wanted.wait() and not self.stop:
            self.wanted.clear()
            one()
            sequencer.sequence()
        connection.close()

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None) -> None:
        self.stop = True
        self.wanted.set()
        self.thread.join()
