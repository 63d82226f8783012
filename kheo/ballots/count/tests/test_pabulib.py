"""Files as cities write them, and files that nobody can read."""

import json

import pytest

from kheo import cli
from kheo.ballots.count import pabulib
from kheo.ballots.count.pabulib import BadFile

GOOD = """META
key; value
description; An example
num_projects; 3
num_votes; 4
budget; 1000000.00
vote_type; approval
PROJECTS
project_id; cost; name; selected
A-1; 5000; "Park; with ""benches""\"; 1
7; 10000.50; Plain; 0
x; 0; Free;
VOTES
voter_id; age; vote
1; 34; "A-1, 7"
2; ; A-1
3; 20;
4; 50; x,A-1
"""


def of(kind, votes, header="voter_id;vote;points", extra=""):
    return pabulib.read(
        f"META\nkey;value\nbudget;100\nvote_type;{kind}\n{extra}PROJECTS\nproject_id;cost\na;1\nb;2\nc;3\nVOTES\n{header}\n{votes}\n"
    )


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("start", ["", "\ufeff"])
def test_quotes_spaces_marks_and_line_ends(tmp_path, ending, start):
    file = tmp_path / "e.pb"
    file.write_bytes((start + GOOD).replace("\n", ending).encode())
    election = pabulib.read_file(file)
    assert election.projects[0].name == 'Park; with "benches"'
    assert [p.selected for p in election.projects] == [True, False, None]
    assert [str(p.cost) for p in election.projects] == ["5000", "20001/2", "0"]
    assert [sorted(b) for b in election.ballots] == [[0, 1], [0], [], [0, 2]]


def test_points_rankings_and_single_choices():
    assert of("cumulative", "1;b,a;3,2\n2;;\n3;none;none").ballots == ({1: 3, 0: 2}, {}, {})
    assert of("scoring", "1;a,b;-1,2.5", extra="default_score;1\n").ballots == ({1: 2.5, 2: 1},)
    assert of("ordinal", "1;c,a,b\n2;b", "voter_id;vote").ballots == ({2: 3, 0: 2, 1: 1}, {1: 3})
    assert of("ordinal", "1;c,a\n2;b", "voter_id;vote", "max_length;2\n").ballots == ({2: 2, 0: 1}, {1: 2})
    assert of("choose-1", "1;c", "voter_id;vote").ballots == ({2: 1},)
    assert of("approval", "1;c,c", "voter_id;vote").ballots == ({2: 1},)


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("budget; 1000000.00", "budget; lots", "budget"),
        ("budget; 1000000.00\n", "", "budget"),
        ("budget; 1000000.00", "budget; -5", "below zero"),
        ("vote_type; approval", "vote_type; guessing", "vote_type"),
        ("7; 10000.50", "A-1; 10000.50", "line 11: project A-1 is there twice"),
        ("project_id; cost; name", "project_id; price; name", "line 9: section PROJECTS has no column 'cost'"),
        ("voter_id; age; vote", "voter_id; age; choice", "line 14: section VOTES has no column 'vote'"),
        ("2; ; A-1", "2; ; A-9", "line 16: a vote for project 'A-9'"),
        ("10000.50", "ten", "line 11: the cost of project 7"),
        ("VOTES\n", "", "line 13"),
        ("META\n", "", "line 1"),
        ('"A-1, 7"', '"A-1, 7', "line 15: a quote is opened and never closed"),
    ],
)
def test_a_bad_file_says_what_and_where(tmp_path, capsys, before, after, says):
    assert before in GOOD
    file = tmp_path / "bad.pb"
    file.write_text(GOOD.replace(before, after, 1))
    assert cli.main(["tally", str(file)]) == 2
    told = capsys.readouterr()
    assert says in told.err and not told.out and "Traceback" not in told.err


def test_a_file_that_may_be_cut_off_is_counted_with_a_warning(tmp_path, capsys):
    file = tmp_path / "cut.pb"
    file.write_text(GOOD.removesuffix("4; 50; x,A-1\n"))
    assert cli.main(["tally", str(file)]) == 0
    assert "num_votes 4, but there are 3" in capsys.readouterr().err


def test_a_comment_may_hold_semicolons_and_come_twice_but_the_budget_may_not():
    free = GOOD.replace("num_projects", "comment; #1: a; b; c;;\ncomment; #2: d\nnum_projects")
    assert pabulib.read(free).meta["comment"] == "#1: a;b;c"
    with pytest.raises(BadFile, match="META says budget twice"):
        pabulib.read(GOOD.replace("budget; 1000000.00", "budget; 1000000.00\nbudget; 5"))
    with pytest.raises(BadFile, match="the budget is '100;000'"):
        pabulib.read(GOOD.replace("budget; 1000000.00", "budget; 100;000"))


def test_a_file_that_does_not_agree_with_itself_is_counted_with_a_warning():
    told = "META\nkey;value\nbudget;100\nvote_type;cumulative\nmin_project_score_threshold;3\nPROJECTS\nproject_id;cost;votes;score\n"
    told += "a;1;2;5\nb;2;1;3\nc;3;;\nVOTES\nvoter_id;vote;points\n1;a,b;3,2\n1;a;2\n2;c;1\n"
    assert pabulib.doubts(pabulib.read(told)) == [
        "more than one line for voter_id 1: every line is counted",
        "column 'score' says otherwise than the votes themselves for project_id b",
        "META asks for a score of at least 3, which this count does not; below it: project_id b, c",
    ]
    assert not pabulib.doubts(pabulib.read(GOOD))


def test_quotes_inside_a_name_and_a_name_over_two_lines():
    text = GOOD.replace("Plain", 'The "old" park').replace("Free", '"Free\nof cost"').replace("; 0;", ";0;")
    names = [p.name for p in pabulib.read(text).projects]
    assert names[1] == 'The "old" park' and names[2].startswith("Free")


def test_what_is_no_text_or_not_there(tmp_path, capsys):
    (tmp_path / "b.pb").write_bytes(b"META\xff\xfe")
    assert cli.main(["tally", str(tmp_path / "b.pb")]) == 2
    assert cli.main(["tally", str(tmp_path / "none.pb")]) == 2
    assert cli.main(["tally", str(tmp_path)]) == 2
    assert "UTF-8" in capsys.readouterr().err
    with pytest.raises(BadFile, match="2 projects with 1 points"):
        of("cumulative", "1;a,b;3")


def test_the_file_may_say_by_how_much_shares_grow(tmp_path, capsys):
    file = tmp_path / "e.pb"
    file.write_text(GOOD.replace("budget; 1", "budget_increment; 1000\nbudget; 1"))
    assert cli.main(["tally", str(file)]) == 0
    assert "increment 1000" in capsys.readouterr().out
    assert cli.main(["tally", str(file), "--increment", "5"]) == 0
    assert "increment 5" in capsys.readouterr().out
    file.write_text(GOOD.replace("budget; 1", "budget_increment; 0\nbudget; 1"))
    assert cli.main(["tally", str(file)]) == 2


def test_the_command_prints_projects_and_cost(tmp_path, capsys):
    file = tmp_path / "e.pb"
    file.write_text(GOOD)
    assert cli.main(["tally", str(file), "--rule", "equal-shares", "--completion", "add1"]) == 0
    assert "3 projects chosen, total cost 15000.5" in capsys.readouterr().out
    assert cli.main(["tally", str(file), "--rule", "greedy", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["chosen"] == ["A-1", "x", "7"] and found["cost"] == "15000.5" and found["official"] == "different"


@pytest.mark.parametrize("spoilt", ["budget;{}", "budget;1.{}", "budget;100\nmax_length;{}", "budget;100\nbudget_increment;{}"])
def test_a_number_too_long_to_read_is_told_or_left_aside(spoilt: str) -> None:
    """Python refuses numbers of more than 4,300 digits; a stranger's file must not end in a traceback."""
    name = "7" * 5000
    meta = f"META\nkey;value\n{spoilt.format('9' * 5000)}\nvote_type;approval\n"
    text = f"{meta}PROJECTS\nproject_id;cost\n{name};10\nVOTES\nvote\n{name}\n"
    try:
        election = pabulib.read(text)
        pabulib.increment_of(election)
    except BadFile as e:
        assert "no number" in str(e)
    else:
        assert election.tie_order == (0,)
