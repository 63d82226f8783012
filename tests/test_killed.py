"""``kill -9`` for the whole city while people send forms: what was acknowledged is there, and the log verifies."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from kheo.operate.tests.conftest import Databases, command, small_units
from tests.neighbour import forms

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
SENDERS = 3
ENOUGH = 40  # acknowledged acts before the kill


class Browser:
    """A connection with cookies."""

    def __init__(self, port: int, cookies: dict[str, str] | None = None) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self.cookies = dict(cookies or {})

    def ask(self, path: str, data: dict[str, str] | None = None) -> tuple[int, str, str]:
        """(status, where to go next, body)."""
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        if data is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.connection.request("GET" if data is None else "POST", path, None if data is None else urlencode(data), headers)
        answer = self.connection.getresponse()
        body = answer.read().decode()
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = line.split(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, answer.headers.get("Location", ""), body


@contextmanager
def served(data: Path, database: str, port: int) -> Iterator["subprocess.Popen[bytes]"]:
    """``kheo serve``, ready; whatever still lives at the end is killed."""
    environment = {**os.environ, "KHEO_DATA": str(data), "KHEO_DATABASE_URL": database, "KHEO_PORT": str(port)}
    with (data / "said").open("ab") as said:
        process = subprocess.Popen([sys.executable, "-m", "kheo", "serve", "--port", str(port)], env=environment, stdout=said, stderr=said)
        try:
            end = time.monotonic() + 90
            while not _answers(port):
                assert process.poll() is None and time.monotonic() < end, (data / "said").read_text()
                time.sleep(0.1)
            yield process
        finally:
            kill(process)


def _answers(port: int) -> bool:
    try:
        browser = Browser(port)
        status, _, _ = browser.ask("/healthz")
        browser.connection.close()
    except (OSError, http.client.HTTPException):
        return False
    return status == 200


def family(pid: int) -> list[int]:
    """The process and all that it started, and they."""
    parents: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        parents.setdefault(parent, []).append(int(stat.parent.name))
    found = [pid]
    for one in found:
        found += parents.get(one, [])
    return found


def kill(process: "subprocess.Popen[bytes]") -> None:
    """Without a warning, all of them at once."""
    if process.poll() is None:
        everybody = family(process.pid)
        for pid in everybody:
            os.kill(pid, signal.SIGKILL)
        process.wait()


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


@pytest.fixture
def databases() -> Iterator[Databases]:
    made = Databases()
    yield made
    made.drop()


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
def test_nothing_acknowledged_is_lost_and_the_log_verifies(tmp_path: Path, databases: Databases) -> None:
    data, port = tmp_path / "city", free_port()
    address = {"KHEO_PORT": str(port)}
    said = command(databases, data, "init", "--units", small_units(tmp_path), "--operator", "Chị Hai", **address).stdout
    link = urlsplit(re.findall(r"http\S+", said)[0]).path
    acknowledged: list[str] = []
    strange: list[Any] = []

    def send(cookies: dict[str, str], place: str, token: str) -> None:
        browser, n = Browser(port, cookies), 0
        while True:
            n += 1
            form = {"csrfmiddlewaretoken": token, "act_id": str(uuid.uuid4()), "category": "light", "text": f"Đèn thứ {n} bị hư"}
            try:
                status, where, body = browser.ask(place, form)
            except (OSError, http.client.HTTPException):
                browser.connection.close()
                return  # the city is dead
            if found := re.search(r"/needs/stub/(\w+)/", where):
                acknowledged.append(found[1])
            else:
                strange.append((status, body[:2000]))
                return

    with served(data, databases.url(data.name), port) as process:
        operator = Browser(port)
        _, _, page = operator.ask(link)
        status, _, _ = operator.ask(link, {k: v[0] for k, v in forms(page)[0].data.items()})
        assert status == 302
        _, _, page = operator.ask("/needs/new/")
        place = re.findall(r'href="(/needs/new/\?place=[^"]+)"', page)[0]
        _, _, page = operator.ask(place)
        token = forms(page)[0].data["csrfmiddlewaretoken"][0]
        operator.connection.close()
        senders = [threading.Thread(target=send, args=(operator.cookies, place, token)) for _ in range(SENDERS)]
        for thread in senders:
            thread.start()
        end = time.monotonic() + 60
        while len(acknowledged) < ENOUGH and not strange and time.monotonic() < end:
            time.sleep(0.01)
        kill(process)
        for thread in senders:
            thread.join()
    assert not strange and len(acknowledged) >= ENOUGH

    look = (
        "from kheo.needs.models import Need; from kheo.openlog.models import Entry; "
        "print(*Need.objects.values_list('code', flat=True)); print(Entry.objects.filter(verb='need.raised').count())"
    )
    *_, codes, logged = command(databases, data, "manage", "shell", "-v", "0", "-c", look, **address).stdout.splitlines()
    assert set(acknowledged) <= set(codes.split()), "acknowledged, and lost"
    assert int(logged) == len(codes.split()), "each need has its entry, no entry is without its need"

    # It starts again by itself, numbers what waited, and anybody can replay it.
    with served(data, databases.url(data.name), port):
        end, waiting = time.monotonic() + 30, 1
        while waiting and time.monotonic() < end:
            waiting = int(re.findall(r"(\d+) wait", command(databases, data, "log", "status", **address).stdout)[0])
        verified = command(databases, data, "verify", f"http://127.0.0.1:{port}/log/", **address).stdout
    entries = int(re.findall(r"([\d,.]+) entries hold", verified)[0].replace(",", ""))
    assert waiting == 0 and entries >= len(codes.split())
