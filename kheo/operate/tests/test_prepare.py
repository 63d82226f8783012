"""What is made ready before a city is served."""

import stat
from pathlib import Path
from typing import Any

import pytest

from kheo.operate import prepare


@pytest.mark.parametrize("before", [None, 0o755, 0o777, 0o750])
def test_strangers_on_the_machine_cannot_look_into_the_data_folder(tmp_path: Path, settings: Any, before: int | None) -> None:
    settings.KHEO_DATA = tmp_path / "city"
    if before is not None:
        settings.KHEO_DATA.mkdir()
        settings.KHEO_DATA.chmod(before)
    prepare.data_folder()
    assert stat.S_IMODE(settings.KHEO_DATA.stat().st_mode) & 0o007 == 0
    assert stat.S_IMODE(settings.KHEO_DATA.stat().st_mode) & 0o700 == 0o700
