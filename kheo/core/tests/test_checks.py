"""Settings that would harm a real city are named before it starts."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from kheo.core import checks


def ids(found: list[Any]) -> set[str]:
    return {m.id for m in found}


@pytest.mark.parametrize(
    ("url", "public"),
    [
        ("http://127.0.0.1:8000", False),
        ("http://localhost:8000", False),
        ("http://[::1]:8000", False),
        ("http://192.168.1.7:8000", True),
        ("https://kheo.example", True),
    ],
)
def test_only_loopback_is_not_public(url: str, public: bool) -> None:
    assert checks.is_public(url) is public


def test_a_public_address_wants_https_no_demo_no_debug_and_mail(settings: Any) -> None:
    settings.KHEO_URL, settings.KHEO_DEMO, settings.DEBUG = "http://kheo.example", True, True
    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.filebased.EmailBackend"}}
    assert ids(checks.addresses()) == {"kheo.E001", "kheo.E002", "kheo.E003", "kheo.W001"}
    settings.KHEO_URL = "http://127.0.0.1:8000"
    assert checks.addresses() == []


def test_a_short_secret_and_a_key_that_others_can_read(settings: Any, tmp_path: Path) -> None:
    settings.KHEO_DATA, settings.SECRET_KEY = tmp_path, "x" * 31
    (tmp_path / "keys").mkdir()
    key = tmp_path / "keys" / "log.key"
    key.write_text("secret")
    key.chmod(0o640)
    assert ids(checks.secrets()) == {"kheo.E004", "kheo.E006"}
    key.chmod(0o600)
    settings.SECRET_KEY = "x" * 32
    assert checks.secrets() == []


def test_a_data_folder_that_is_not_there(settings: Any, tmp_path: Path) -> None:
    settings.KHEO_DATA = tmp_path / "nowhere"
    assert ids(checks.secrets()) == {"kheo.E005"}


@pytest.mark.parametrize(("proxies", "believed"), [("0", "None"), ("1", "('HTTP_X_FORWARDED_PROTO', 'https')")])
def test_what_a_proxy_says_of_https_is_believed_only_of_our_own(tmp_path: Path, proxies: str, believed: str) -> None:
    environment = {**os.environ, "KHEO_DATA": str(tmp_path), "KHEO_PROXIES": proxies}
    code = "from kheo import settings; print(settings.SECURE_PROXY_SSL_HEADER)"
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == believed
