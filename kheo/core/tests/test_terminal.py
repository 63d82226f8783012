"""What strangers wrote can't steer the terminal of who looks at it."""

from pathlib import Path
from typing import Any

from kheo import cli

BAD = "\x1b[2J\x1b]0,x\x07\x9b1A\u202e"


def test_a_vote_of_strangers_prints_no_codes(tmp_path: Path, capsys: Any) -> None:
    file = tmp_path / "vote.pb"
    projects = f"PROJECTS\nproject_id;cost;name\n1{BAD.replace(',', '')};10;Đèn {BAD}\n"
    file.write_text(f"META\nkey;value\nbudget;100\nvote_type;approval\n{projects}VOTES\nvote\n1{BAD.replace(',', '')}\n")
    for more in ([], ["--json"]):
        assert cli.main(["tally", str(file), *more]) == 0
        told = capsys.readouterr()
        assert not set("\x1b\x07\x9b\u202e") & set(told.out + told.err)
        assert "1 projects chosen" in told.out or '"count": 1' in told.out
