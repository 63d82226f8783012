"""Who must have witnessed a checkpoint: C2SP tlog-policy files, read strictly, and the opening of a witnessed note.

    log <vkey> [<url>]
    witness <name> <vkey> [<url>]
    group <name> all|any|<k> <name>…
    quorum <name>|none

How strong a quorum is: any two sets of witnesses that satisfy it share at least :meth:`Policy.overlap` members. Each of those would have
to sign two different histories for the log to show two. 0: no witness need lie, the policy is worthless. 1: one liar is enough. With k of
n witnesses the overlap is 2k − n, so one dishonest witness is borne by 2k > n + 1: 3 of 4.
"""

from dataclasses import dataclass, field

from kheo.openlog import note
from kheo.openlog.note import COSIGNATURE, BadNote, Checkpoint, Signature, VerifierKey
from kheo.openlog.witnessing import cosignature

MOST = 64  # logs, witnesses and groups each; C2SP asks for 32 at least
LARGEST = 65_536


class BadPolicy(ValueError):
    """Not a policy file; names the line."""


@dataclass(frozen=True, slots=True)
class Log:
    """A log that the policy accepts."""

    key: VerifierKey
    url: str = ""


@dataclass(frozen=True, slots=True)
class Witness:
    """A witness; ``url`` is its submission prefix, where ``add-checkpoint`` is asked."""

    name: str
    key: VerifierKey
    url: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Witnesses when at least ``k`` of its members did."""

    k: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Witnessed:
    """A checkpoint whose log signature and quorum hold."""

    checkpoint: Checkpoint
    log: VerifierKey
    times: dict[str, int]  # witness → when it signed, seconds since 1970
    strangers: int = 0  # signature lines by keys that the policy does not know


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy file."""

    logs: tuple[Log, ...]
    witnesses: dict[str, Witness]
    groups: dict[str, Group] = field(default_factory=dict)
    quorum: str | None = None  # None: "quorum none"
    text: str = ""

    def satisfied(self, names: set[str]) -> bool:
        """Whether these witnesses are enough."""
        return self.quorum is None or self._holds(self.quorum, names)

    def _holds(self, name: str, names: set[str]) -> bool:
        if name in self.witnesses:
            return name in names
        group = self.groups[name]
        return sum(self._holds(member, names) for member in group.members) >= group.k

    def overlap(self) -> int:
        """How many witnesses any two sets that satisfy the quorum share, at least."""
        return 0 if self.quorum is None else self._overlap(self.quorum)

    def _overlap(self, name: str) -> int:
        if name in self.witnesses:
            return 1
        group = self.groups[name]
        # Two choices of k among n members both hold at least 2k − n of them; the worst case is that these share least. Every name is
        # in one group only, so the members' own overlaps add up.
        shared = max(0, 2 * group.k - len(group.members))
        return sum(sorted(self._overlap(member) for member in group.members)[:shared])

    def weakness(self) -> str:
        """What is wrong with the quorum, in a sentence; empty when it bears one dishonest witness."""
        shared = self.overlap()
        if self.quorum is None:
            return "the policy asks for no witness at all (quorum none)"
        if not shared:
            return "two quorums can have no witness in common: two different histories could both be witnessed by honest witnesses"
        if shared == 1:
            return "one dishonest witness is enough to witness two different histories (for one, take 3 of 4: 2k > n + 1)"
        return ""

    def wanted(self) -> tuple[int, int] | None:
        """(k, n) when the quorum is one witness or one plain group of witnesses, else None."""
        if self.quorum in self.witnesses:
            return 1, 1
        group = self.groups.get(self.quorum or "")
        if group and all(member in self.witnesses for member in group.members):
            return group.k, len(group.members)
        return None

    def of(self, signature: Signature) -> Witness | None:
        """The witness that the line claims to be of."""
        return next((w for w in self.witnesses.values() if signature.by(w.key)), None)


def parse(data: bytes | str) -> Policy:
    """Read a policy file. Raises :class:`BadPolicy` with the line."""
    raw = data.encode() if isinstance(data, str) else data
    if len(raw) > LARGEST or any((b < 0x20 and b not in b"\t\n") or b == 0x7F for b in raw):
        raise BadPolicy("not a policy file: too long, or with control characters (Windows line ends?)")
    reader = _Reader()
    for number, line in enumerate(raw.decode(errors="surrogateescape").split("\n"), 1):  # octets of a name are opaque (C2SP)
        words = line.replace("\t", " ").split(" ")
        try:
            reader.line([word for word in words if word])
        except (BadPolicy, BadNote) as e:
            raise BadPolicy(f"line {number}: {e}") from e
    return reader.policy(raw.decode(errors="replace"))


class _Reader:
    def __init__(self) -> None:
        self.logs: list[Log] = []
        self.witnesses: dict[str, Witness] = {}
        self.groups: dict[str, Group] = {}
        self.grouped: set[str] = set()
        self.quorum: list[str | None] = []

    def line(self, words: list[str]) -> None:
        if not words or words[0].startswith("#"):
            return
        match words:
            case ["log", vkey, *url] if len(url) < 2:
                self._log(VerifierKey.parse(_utf8(vkey)), *url)
            case ["witness", name, vkey, *url] if len(url) < 2:
                self._witness(name, VerifierKey.parse(_utf8(vkey), COSIGNATURE), *url)
            case ["group", name, k, member, *members]:
                self._group(name, k, (member, *members))
            case ["quorum", name]:
                if self.quorum:
                    raise BadPolicy("a second quorum")
                if name != "none":
                    self._known(name)
                self.quorum.append(None if name == "none" else name)
            case _:
                raise BadPolicy(f"not a line of a policy: {' '.join(words)[:60]!r}")
        if max(len(self.logs), len(self.witnesses), len(self.groups)) > MOST:
            raise BadPolicy(f"more than {MOST}")

    def _log(self, key: VerifierKey, url: str = "") -> None:
        if any(log.key.public == key.public for log in self.logs):
            raise BadPolicy("the same log key twice")
        self.logs.append(Log(key, _utf8(url)))

    def _witness(self, name: str, key: VerifierKey, url: str = "") -> None:
        self._new(name)
        if any(w.key.public == key.public for w in self.witnesses.values()):
            raise BadPolicy("the same witness key twice: it would count twice")
        self.witnesses[name] = Witness(name, key, _utf8(url))

    def _group(self, name: str, k: str, members: tuple[str, ...]) -> None:
        self._new(name)
        for member in members:
            self._known(member)
            if member in self.grouped:
                raise BadPolicy(f"{member} is already a member of a group")
            self.grouped.add(member)
        count = {"all": len(members), "any": 1}.get(k) or note.decimal(k)
        if not 1 <= count <= len(members):
            raise BadPolicy(f"{k} of {len(members)} can't be")
        self.groups[name] = Group(count, members)

    def _new(self, name: str) -> None:
        if name == "none" or name in self.witnesses or name in self.groups:
            raise BadPolicy(f"the name {name} is taken")

    def _known(self, name: str) -> None:
        if name not in self.witnesses and name not in self.groups:
            raise BadPolicy(f"{name} is not defined on a line before")

    def policy(self, text: str) -> Policy:
        if len(self.quorum) != 1:
            raise BadPolicy("a policy has exactly one quorum line")
        return Policy(tuple(self.logs), self.witnesses, self.groups, self.quorum[0], text)


def _utf8(text: str) -> str:
    """Text of a key or an address, which must be text."""
    try:
        text.encode()
    except UnicodeEncodeError as e:
        raise BadPolicy("not UTF-8") from e
    return text


def open_witnessed(signed: str, log_key: VerifierKey | None, policy: Policy) -> Witnessed:
    """The checkpoint of a note that ``log_key`` (else any log of the policy) signed and that a quorum witnessed.

    Lines of keys that nobody knows are passed over (C2SP signed-note); a line of a known key that does not hold, or comes twice, refuses
    the whole note. Raises :class:`BadNote`.
    """
    keys = [log_key] if log_key else [log.key for log in policy.logs]
    _, lines = note.split(signed)
    key = next((key for key in keys if any(line.by(key) for line in lines)), None)
    if key is None:
        raise BadNote("not signed by " + (" or ".join(k.name for k in keys) or "a log that the policy names"))
    checkpoint, others = note.log_checkpoint(signed, key)
    times: dict[str, int] = {}
    strangers = 0
    for line in others:
        witness = policy.of(line)
        if witness is None:
            strangers += 1
            continue
        if witness.name in times:
            raise BadNote(f"cosigned twice by {witness.name}")
        times[witness.name] = cosignature.verify(line, checkpoint, witness.key)
    if not policy.satisfied(set(times)):
        raise BadNote(f"witnessed by {', '.join(sorted(times)) or 'nobody'}: the policy asks for more")
    return Witnessed(checkpoint, key, times, strangers)
