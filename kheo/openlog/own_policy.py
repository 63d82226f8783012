"""Who witnesses this log: the file that KHEO_WITNESS_POLICY names, read anew when it changes."""

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from kheo.openlog.witnessing.policy import BadPolicy, Policy, parse


@dataclass(slots=True)
class _Read:
    """What this process read last."""

    stamp: tuple[str, int, int] | None = None
    policy: Policy | None = None


_read = _Read()


def policy() -> Policy | None:
    """The policy; None when there is none (no witnesses). Raises :class:`BadPolicy` for a file that is none or that protects nobody."""
    if not settings.KHEO_WITNESS_POLICY:
        return None
    path = Path(settings.KHEO_WITNESS_POLICY)
    try:
        at = path.stat()
        stamp = (str(path), at.st_mtime_ns, at.st_size)
        if _read.stamp != stamp:
            _read.policy, _read.stamp = _strong(parse(path.read_bytes())), stamp
    except OSError as e:
        raise BadPolicy(f"{path} can't be read: {e.strerror}") from e
    except BadPolicy as e:
        raise BadPolicy(f"{path}: {e}") from e
    return _read.policy


def _strong(found: Policy) -> Policy:
    if not found.overlap():
        raise BadPolicy(found.weakness())
    return found
