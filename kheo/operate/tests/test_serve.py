"""Processes are started together, mended one by one, stopped together."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from kheo.operate import commands, serve


def test_a_child_that_died_starts_anew_and_all_stop_together(tmp_path: Path) -> None:
    log = tmp_path / "starts"
    dying = f"import pathlib, time; p = pathlib.Path({str(log)!r}); p.open('a').write('x'); time.sleep(0.1); raise SystemExit(3)"
    family = [
        serve.Child("dying", [sys.executable, "-S", "-c", dying], pause=0.2),
        serve.Child("steady", [sys.executable, "-S", "-c", "import time; time.sleep(60)"]),
    ]
    said: list[str] = []

    def stop_when_restarted() -> None:
        end = time.monotonic() + 20
        while time.monotonic() < end and not (log.exists() and len(log.read_text()) >= 2):
            time.sleep(0.05)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=stop_when_restarted).start()
    assert serve.supervise(family, said.append, ready=lambda: True, announce=lambda: said.append("ready")) == 0
    assert len(log.read_text()) >= 2
    assert "ready" in said and any("dying ended with 3" in s for s in said)
    assert family[1].process is not None and family[1].process.poll() is not None


def test_one_data_folder_is_served_once(tmp_path: Path) -> None:
    with serve.hold(tmp_path), pytest.raises(serve.AlreadyServed):
        serve.hold(tmp_path)
    serve.hold(tmp_path).close()


def test_the_demos_terminal_keeps_to_what_went_wrong_and_says_where_requests_are_written(tmp_path: Path, settings: Any) -> None:
    told = (
        "import logging.config as c, logging; from kheo import settings as s; c.dictConfig(s.LOGGING);"
        "log = logging.getLogger('kheo.request'); log.info('', extra={'fields': {'route': 'home'}}); log.warning('mind this')"
    )
    env = {**os.environ, "KHEO_DEMO": "1", "KHEO_DATA": str(tmp_path)}
    ran = subprocess.run([sys.executable, "-c", told], env=env, capture_output=True, text=True, check=True, timeout=30)
    assert "mind this" in ran.stderr and "home" not in ran.stderr
    written = (tmp_path / "requests.log").read_text()
    assert "home" in written and "mind this" in written
    settings.KHEO_DEMO = False
    assert "requests.log" not in commands.where()
    settings.KHEO_DEMO = True
    assert str(settings.KHEO_REQUESTS) in commands.where()
