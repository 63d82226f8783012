"""Loaded by pytest before the settings (``-p kheo.testing``): every run has its own data folder, and no way out but loopback.

What Python compiles is kept beside the packages, for the many processes that tests start: each would compile the whole house again.
"""

import atexit
import ipaddress
import os
import shutil
import socket
import sys
import tempfile
from pathlib import Path
from typing import Any

_fast = "/dev/shm"  # noqa: S108 – memory, where there is such a thing: synchronous=FULL costs nothing there
_data = tempfile.mkdtemp(prefix="kheo-test-", dir=_fast if os.access(_fast, os.W_OK) else None)
atexit.register(shutil.rmtree, _data, ignore_errors=True)
for _name in [n for n in os.environ if n.startswith("KHEO_") and n not in {"KHEO_DATABASE_URL", "KHEO_CHROMIUM"}]:
    del os.environ[_name]
os.environ["KHEO_DATA"] = _data
sys.dont_write_bytecode, sys.pycache_prefix = False, str(Path(sys.prefix, "pycache"))
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix
Path(_data, "static").mkdir()  # WhiteNoise warns about a missing folder; live servers find files through the finders

_connect = socket.socket.connect


def _loopback_only(self: socket.socket, address: Any) -> None:
    if self.family in (socket.AF_INET, socket.AF_INET6):
        host = str(address[0])
        if host != "localhost" and not ipaddress.ip_address(host).is_loopback:
            raise ConnectionRefusedError(f"a test tried to reach {host}: only loopback is allowed")
    _connect(self, address)


socket.socket.connect = _loopback_only  # type: ignore[method-assign,assignment]


def data_folder() -> Path:
    """Where this run keeps its data."""
    return Path(_data)
