"""Counting a ballot, and counting it again from nothing but the public log (`kheo verify`). No Django, no trust in the server."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kheo.ballots import budgets, choices, codes
from kheo.ballots.slips import REASONS
from kheo.openlog.verify import Wrong

EPOCH = "log.epoch-opened"


def outcome(terms: Mapping[str, Any], votes: Mapping[str, str], handed_out: int) -> dict[str, Any]:
    """The result as it is published. ``terms``: :meth:`Ballot.terms`; ``votes``: code → choice ("" counts for nothing).

    ``counted`` votes; ``totals``: one sum per option; ``holds``: not more votes than slips handed out; with a budget also what
    :func:`budgets.result` says. Raises choices.BadChoice.
    """
    read = [choices.points(terms["method"], choice, terms["options"], terms.get("most", 0)) for choice in votes.values()]
    counted = [points for points in read if points]
    totals = [sum(points.get(option, 0) for points in counted) for option in range(1, terms["options"] + 1)]
    result: dict[str, Any] = {"counted": len(counted), "totals": totals, "holds": len(counted) <= handed_out}
    if terms["method"] == choices.Way.BUDGET:
        result |= budgets.result(terms, counted)
    return result


@dataclass
class _Ballot:
    """What the log has said of one ballot so far."""

    clear: dict[str, Any]
    seals: dict[int, list[str]] = field(default_factory=dict)  # number of the printing → commitments
    sealed_at: str = ""
    votes: dict[str, str] = field(default_factory=dict)
    where: dict[str, int] = field(default_factory=dict)  # code → the entry that published it
    result: dict[str, Any] | None = None


class Recount:
    """An audit for ``openlog.audits``: every published ballot follows from its commitments, codes and choices."""

    verbs = frozenset({"ballot.called", "ballot.sealed", "ballot.choices", "ballot.published", "meeting.decided", EPOCH})

    def __init__(self) -> None:
        self._ballots: dict[int, _Ballot] = {}
        self._matters: dict[tuple[int, int], dict[str, Any]] = {}  # (meeting, matter) → result of its ballot
        self._by_hand: dict[tuple[int, int], list[int]] = {}  # (meeting, matter) → what was decided before any such result
        self._continues = False  # the log continues an older one, where ballots may have begun
        self._counted = self._votes = self._older = 0

    def see(self, index: int, entry: dict[str, Any]) -> None:
        """One entry of these verbs, in the log's order. Raises Wrong."""
        verb, clear = entry["verb"], entry.get("clear", {})
        if verb == EPOCH:
            self._continues = True
            return
        try:
            match verb:
                case "ballot.called":
                    self._called(index, clear)
                case "ballot.sealed":
                    self._sealed(index, entry["time"], clear)
                case "ballot.choices":
                    self._choices(index, clear)
                case "ballot.published":
                    self._published(index, entry["time"], clear)
                case _:
                    self._decided(index, clear)
        except (KeyError, TypeError, ValueError, AttributeError) as e:
            raise Wrong(index, f"it says of a secret vote what makes no sense ({type(e).__name__}: {e})") from e

    def done(self) -> list[str]:
        """Lines for the terminal."""
        lines = [f"{self._counted} secret votes recounted, {self._votes} codes found among their commitments."] if self._counted else []
        if self._older:
            lines.append(f"{self._older} secret votes began in an older log and can't be recounted from this one.")
        return lines

    def _called(self, index: int, clear: dict[str, Any]) -> None:
        if clear["ballot"] in self._ballots:
            raise Wrong(index, f"secret vote {clear['ballot']} is called a second time")
        self._ballots[clear["ballot"]] = _Ballot(clear)

    def _known(self, index: int, clear: dict[str, Any]) -> _Ballot | None:
        found = self._ballots.get(clear["ballot"])
        if found is None and not self._continues:
            raise Wrong(index, f"secret vote {clear['ballot']} was never called")
        return found

    def _sealed(self, index: int, time: str, clear: dict[str, Any]) -> None:
        ballot = self._known(index, clear)
        if ballot is None:
            return
        if time > ballot.clear["opens"]:
            raise Wrong(index, f"slips of secret vote {clear['ballot']} were printed at {time}, after the voting began")
        ballot.seals.setdefault(clear["seal"], []).extend(clear["commitments"])

    def _choices(self, index: int, clear: dict[str, Any]) -> None:
        ballot = self._known(index, clear)
        if ballot is None:
            return
        if ballot.result is not None:
            raise Wrong(index, f"votes are added to secret vote {clear['ballot']} after its result")
        for code, choice in clear["votes"]:
            if code in ballot.votes:
                raise Wrong(index, f"secret vote {clear['ballot']} counts the code {codes.spell(code)} twice")
            choices.points(ballot.clear["method"], choice, ballot.clear["options"], ballot.clear.get("most", 0))
            ballot.votes[code], ballot.where[code] = choice, index

    def _published(self, index: int, time: str, clear: dict[str, Any]) -> None:
        ballot, name = self._known(index, clear), clear["ballot"]
        if ballot is None or (not ballot.seals and self._continues):
            self._older += 1
            return
        if ballot.result is not None:
            raise Wrong(index, f"secret vote {name} has a second result")
        if time < ballot.clear["closes"]:
            raise Wrong(index, f"the result of secret vote {name} came at {time}, before the voting ended")
        printed = ballot.seals.get(max(ballot.seals, default=0), [])
        if len(set(printed)) != len(printed) or len(printed) != clear["slips"]:
            raise Wrong(index, f"secret vote {name} has {clear['slips']} slips, but {len(set(printed))} commitments")
        if not clear["handed_out"] <= len(printed) <= ballot.clear["households"]:
            words = f"{clear['handed_out']} slips handed out of {len(printed)} for {ballot.clear['households']} households"
            raise Wrong(index, f"secret vote {name} tells of {words}")
        kept = set(printed)
        for code in ballot.votes:
            if codes.commitment(clear["salt"], code) not in kept:
                raise Wrong(ballot.where[code], f"secret vote {name} counts the code {codes.spell(code)}, which was never printed")
        self._sums(index, name, ballot, clear)
        self._counted += 1
        self._votes += len(ballot.votes)
        ballot.result = clear["result"]
        if "matter" in ballot.clear and ballot.result["holds"]:
            matter = ballot.clear["meeting"], ballot.clear["matter"]
            self._matters[matter] = ballot.result
            if self._by_hand.get(matter, ballot.result["totals"]) != ballot.result["totals"]:
                raise Wrong(index, f"matter {matter[1]} of meeting {matter[0]} was decided by hand while its secret vote {name} went on")

    def _sums(self, index: int, name: int, ballot: _Ballot, clear: dict[str, Any]) -> None:
        invalid = clear["invalid"]
        if invalid.keys() - set(REASONS) or any(n < 0 for n in invalid.values()):
            raise Wrong(index, f"secret vote {name} leaves slips out for a reason that nobody published before")
        found = outcome(ballot.clear, ballot.votes, clear["handed_out"])
        if found != clear["result"]:
            what = next(key for key in {**found, **clear["result"]} if found.get(key) != clear["result"].get(key))
            raise Wrong(index, f"secret vote {name} counted again gives {what} = {found.get(what)}, not {clear['result'].get(what)}")
        if found["counted"] + sum(invalid.values()) != clear["returned"]:
            raise Wrong(index, f"of secret vote {name} {clear['returned']} slips came back, but {found['counted']} + {invalid} are told of")

    def _decided(self, index: int, clear: dict[str, Any]) -> None:
        if not {"meeting", "matter"} <= clear.keys():
            return
        voted = self._matters.get((clear["meeting"], clear["matter"]))
        if voted is None and clear.get("quorate"):
            self._by_hand[clear["meeting"], clear["matter"]] = [clear["agree"], clear["against"], clear["other"]]
        if voted and [clear["agree"], clear["against"], clear["other"]] != voted["totals"]:
            raise Wrong(index, f"matter {clear['matter']} of meeting {clear['meeting']} is decided otherwise than its secret vote says")
