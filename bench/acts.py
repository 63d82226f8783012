"""How many `report_result` acts one process finishes in a second, each committed with synchronous=FULL before the next begins."""

import io
import time
import uuid

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from bench import seed
from kheo.core import clock
from kheo.evidence import photos
from kheo.results.actions import report_result


def _photo() -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.effect_noise((320, 240), 60).convert("RGB").save(out, "JPEG")
    return SimpleUploadedFile("lamp.jpg", out.getvalue(), content_type="image/jpeg")


def per_second(count: int = 400) -> float:
    """Acts per second; the photo is decoded and stored beforehand, as in a view."""
    actor, work, indicator = seed.reporter()
    shot = photos.store(_photo())

    def one() -> None:
        report_result(actor, work, indicator=indicator, quantity=3, day=clock.today(), photos=[shot], act_id=uuid.uuid4())

    for _ in range(20):
        one()
    began = time.perf_counter()
    for _ in range(count):
        one()
    return count / (time.perf_counter() - began)
