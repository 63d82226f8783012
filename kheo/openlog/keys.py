"""The log's signing key and its name. One line in the data folder (mode 600) or in the environment holds both."""

import os
import secrets
from pathlib import Path

from django.conf import settings

from kheo.openlog.disk import sync_folder, write_private
from kheo.openlog.note import SignerKey, VerifierKey

ENVIRONMENT = "KHEO_LOG_KEY"


class NoKey(RuntimeError):
    """There is no key for the log, or it can't be read."""


def path() -> Path:
    """Where the key lies."""
    return Path(settings.KHEO_DATA) / "keys" / "log.key"


def new_origin() -> str:
    """A log name that no other installation has."""
    return f"kheo/{settings.KHEO_CITY}/{secrets.token_hex(6)}"


def signer() -> SignerKey:
    """The log's key. Raises :class:`NoKey` when there is none yet (``kheo init`` makes it)."""
    if text := os.environ.get(ENVIRONMENT):
        return SignerKey.parse(text)
    try:
        return SignerKey.parse(path().read_text())
    except FileNotFoundError as e:
        raise NoKey("The log has no key yet: run `kheo init`, or set KHEO_LOG_KEY.") from e


def verifier() -> VerifierKey:
    """The public half, as served at /log/vkey."""
    return signer().verifier


def ensure_keys() -> SignerKey:
    """The log's key, made when there is none. Two processes at once end with the same one."""
    try:
        return signer()
    except NoKey:
        pass
    target = path()
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = target.with_name(f".log.key.{secrets.token_hex(4)}")
    write_private(draft, SignerKey.generate(new_origin()).secret_text() + "\n")
    try:
        os.link(draft, target)  # fails when another process was quicker
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    sync_folder(target.parent)
    return signer()


def replace() -> SignerKey:
    """A new key under a new name for a new epoch; the old one is kept beside it. Returns the new one."""
    if os.environ.get(ENVIRONMENT):
        raise NoKey("A new epoch makes its own key in the data folder: start once without KHEO_LOG_KEY.")
    old, new, target = signer(), SignerKey.generate(new_origin()), path()
    write_private(target.with_name(f"log.{old.verifier.id.hex()}.key"), old.secret_text() + "\n")
    draft = target.with_name(f".log.key.{secrets.token_hex(4)}")
    write_private(draft, new.secret_text() + "\n")
    draft.replace(target)
    sync_folder(target.parent)
    return new
