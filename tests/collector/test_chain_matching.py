"""By what a try is known to be of a chain: targets within targets, cases that share words, names that grew."""

from types import SimpleNamespace

import pytest
from claudesess_collector import chain_matching as matching
from claudesess_collector import chain_targets
from claudesess_collector import chain_ways as ways
from claudesess_collector.aims import of_command
from claudesess_collector.chains import Chain, Spec
from claudesess_collector.payload import short_hash
from tables import each_row

HOME = "/home/dev/app"


def part_of(command):
    return of_command(command, HOME, HOME, is_after=False).main


def chain(**known):
    """Return an open chain of this turn of which so much is known."""
    spec = Spec()
    for name, value in known.items():
        setattr(spec, name, value)
    return Chain(("k", spec.kept(), 1, 1, None, 0, 0, 0, 0))


@each_row(
    ("wide", "narrow", "covers"),
    [
        (["/a"], ["/a"], True), (["/a"], ["/a/b"], True), (["/a/"], ["/a/b"], True), (["/a"], ["/ab"], False), (["/a/b"], ["/a"], False), (["/a", "/c"], ["/a/b", "/c"], True), (["/a"], ["/a", "/c"], False),
        (["/a", "?x"], ["/a", "?x"], True), (["/a", "?x"], ["/a", "?y"], False), (["/a"], ["/a", "?y"], True), (["/a", "?x"], ["/a"], False), (["?x"], ["?x/b"], False), ([], [], True), (["/a"], [], True), ([], ["/a"], False),
        ([], ["?x"], True),
    ],
)  # fmt: skip
def test_targets_that_lie_within_others(wide, narrow, covers):
    assert chain_targets.cover(wide, narrow) is covers


@each_row(
    ("one", "other", "is_akin"),
    [("a b", "a c", True), ("a b c", "a d e", False), ("a b c", "a d", True), ("a", "b", False), ("a b c d", "a b e f", True), ("a b c d e", "a f g h i", False), ("a", "a b c d", True), ("", "", False)],
)  # fmt: skip
def test_cases_that_share_half_of_the_words_of_the_shorter(one, other, is_akin):
    assert matching._is_akin(one.split(), other.split()) is is_akin


@each_row(
    ("name", "other", "is_named_after"),
    [
        ("run_all_tests.py", "run_all.py", True), ("run_all.py", "run_all_tests.py", True), ("run-all.py", "run_all.py", True), ("run_all.py", "run_all.sh", False), ("run.py", "run_all.py", False),
        ("run_all.py", "run_one.py", False), ("all_run.py", "run_all.py", True), ("run_all_a.py", "run_all_b.py", False),
    ],
)  # fmt: skip
def test_a_script_under_a_longer_or_a_shorter_name(name, other, is_named_after):
    assert ways._is_named_after(name, other) is is_named_after


@each_row(
    ("path", "others", "tail"),
    [("/p/a/x.py", ["/p/b/x.py"], "a/x.py"), ("/p/a/x.py", ["/p/b/y.py"], "x.py"), ("/p/a/x.py", ["/q/a/x.py"], "p/a/x.py"), ("/p/a/x.py", [], "x.py"), ("x.py", ["/p/x.py"], "x.py"), ("/p/a/x.py", ["/p/ba/x.py"], "a/x.py")],
)  # fmt: skip
def test_as_much_of_a_path_as_tells_it_from_others(path, others, tail):
    assert chain_targets._tail(path, others) == tail


@each_row(
    ("families", "command", "builds"),
    [
        (["go build"], "go test ./...", True), (["go build"], "go vet ./...", True), (["go build"], "go fmt ./...", False), (["go vet"], "go test ./...", False), (["cargo build"], "cargo test", True),
        (["cargo check"], "cargo clippy", True), (["cargo build"], "go test ./...", False), (["npm build"], "npm test", False), (["go build"], "go run .", False),
    ],
)  # fmt: skip
def test_a_check_compiles_first_what_was_to_be_built(families, command, builds):
    assert matching._builds(chain(families=families), part_of(command)) is builds


@each_row(
    ("command", "tried", "shares"),
    [
        ("git push", ["x"], True), ("git checkout a/b", ["a/b"], True), ("git checkout a/b", ["a/c"], False), ("git add a.py", ["/x/a.py"], True), ("git add a.py", ["/x/b.py"], False), ("git show abc", [short_hash("abc")], True),
        ("git worktree add ../x", ["../y"], False), ("git rm a.py", [f"{HOME}/a.py"], True), ("git mv a b", ["/y/b"], True), ("rm a", [short_hash("a")], True), ("rm a", [short_hash("b")], False), ("make ready", [], True),
        ("make ready", ["x"], False), ("cat a.txt", [short_hash("a.txt")], True), ("cat names.txt", [short_hash("names")], True), ("cat a.txt", [short_hash("b.txt")], False), ("cat", [], False),
        ("python3 -c 'import shop'", [short_hash("shop")], True), ("python3 -c 'import shop'", [short_hash("cart")], False),
    ],
)  # fmt: skip
def test_what_is_no_check_is_after_the_same_where_it_works_with_the_same(command, tried, shares):
    part = part_of(command)
    assert matching._shares(tried, part.targets, part) is shares


@each_row(
    ("known", "command", "category", "shares"),
    [
        ({"families": ["pytest"]}, "pytest", "test", True), ({"families": ["ruff"]}, "pytest", "test", False), ({"families": ["npm test"], "via": "pytest", "category": "test"}, "pytest", "test", True),
        ({"families": ["npm test"], "via": "pytest", "category": "lint"}, "pytest", "test", False), ({"families": ["npm test"], "via": "pytest", "category": "lint"}, "pytest", None, True),
        ({"families": ["look"], "kind": "probe"}, "python3 -c 'print(1)'", None, True), ({"families": ["look"], "kind": "run"}, "python3 -c 'print(1)'", None, False),
        ({"families": ["look"], "kind": "probe"}, "git log", None, False), ({"families": ["git log"], "kind": "probe"}, "python3 -c 'print(1)'", None, False),
    ],
)  # fmt: skip
def test_tries_of_one_family_of_the_runner_s_or_of_code_that_looks(known, command, category, shares):
    assert matching._shares_family(chain(**known), part_of(command), category) is shares


@each_row(
    ("tried", "command", "is_it"),
    [([], "git add a", True), ([f"{HOME}/a"], "git add .", True), ([HOME], "git add a", True), ([f"{HOME}/a"], "git add b", False), ([f"{HOME}/a"], "git add -A", True), ([f"{HOME}/a"], "git rm a", False)],
)  # fmt: skip
def test_all_that_there_is_is_added_or_some_of_it(tried, command, is_it):
    assert ways._is_added_otherwise(chain(families=["git add"], targets=tried), part_of(command)) is is_it
    assert not ways._is_added_otherwise(chain(families=["git rm"], targets=tried), part_of("git add a"))


@each_row(
    ("known", "command", "is_same"),
    [
        ({}, "python b/a.py", True), ({}, "python b.py", False), ({"families": ["pytest"]}, "python b/a.py", False), ({"targets": ["/x/a.sh", "?one"]}, "./a.sh", False),
        ({"targets": ["/x/test.sh", "?" + short_hash("one")]}, "./test.sh one", True), ({"targets": ["/x/test.sh", "?" + short_hash("one")]}, "./test.sh two", False), ({"targets": ["/x/test.sh"]}, "./test.sh two", False),
    ],
)  # fmt: skip
def test_a_script_is_the_same_by_whatever_path_where_it_is_to_do_the_same(known, command, is_same):
    tried = {"families": ["script"], "targets": ["/x/a.py"]} | known
    assert matching._is_same_script(chain(**tried), part_of(command)) is is_same


@each_row(
    ("known", "command", "is_sought"),
    [
        ({"astray": "test", "families": ["jest"]}, "npx jest", True), ({"astray": None, "families": ["jest"]}, "npx jest", False), ({"astray": "lint", "families": ["jest"]}, "npx jest", False),
        ({"astray": "test", "families": ["npm test"]}, "npx jest", True), ({"astray": "test", "families": ["pytest"]}, "npx jest", False), ({"astray": "test", "families": ["jest"]}, "npm test", True),
        ({"astray": "run", "families": ["go run"]}, "go run .", True), ({"astray": "run", "families": ["script"]}, "go run .", False), ({"astray": "run", "families": ["script"], "targets": ["/x/a.py"]}, "python a.py", True),
        ({"astray": "run", "families": ["script"], "targets": ["/x/a.py"]}, "python b.py", False), ({"astray": "run", "families": ["rm"]}, "rm a", False),
        ({"astray": "test", "families": ["pytest"], "cases": [["a", "b"]]}, "pytest -k other", False), ({"astray": "test", "families": ["pytest"], "cases": [[short_hash("one")]]}, "pytest -k one", True),
        ({"astray": "test", "families": ["pytest"], "cases": [["a"]]}, "pytest", True), ({"astray": "test", "families": ["next"]}, "npx jest", True),
    ],
)  # fmt: skip
def test_what_was_to_run_when_it_was_not_there(known, command, is_sought):
    assert matching._is_what_lacked(None, chain(**known), part_of(command)) is is_sought


@each_row(
    ("tried", "asked", "named", "reaches"),
    [
        (["a", "b"], ["a", "b"], [], True), (["a", "b"], ["a"], [], True), (["a"], ["a", "b"], [], False), (["a"], ["a", "b"], ["b"], True), (["a"], ["c", "b"], ["b", "c"], False), (["a" * 9], ["a" * 8 + "z"], [], True),
        (["a"], ["b"], [], False),
    ],
)  # fmt: skip
def test_a_run_of_some_cases_reaches_those_or_such_as_the_failure_names(tried, asked, named, reaches):
    part = SimpleNamespace(cases=[asked])
    assert matching._reaches_cases(chain(cases=[tried], names=named), part) is reaches


@each_row(("via", "known", "shows"), [("make test", {}, True), (None, {}, False), ("make all", {}, False), ("make test", {"via": "make test"}, False), ("make test", {"targets": ["/x"]}, False)])  # fmt: skip
def test_a_task_runner_shows_which_check_failed(via, known, shows):
    part = part_of("pytest")
    part.via = via
    assert (
        matching._shows_what_failed(chain(**({"families": ["make test"], "targets": [HOME]} | known)), part)
        is shows
    )


@each_row(
    ("known", "n_prompts", "agent", "command", "is_asked"),
    [
        ({}, 0, None, "mytool y", True), ({}, 1, None, "mytool y", False), ({}, 0, "x", "mytool y", False), ({"astray": None}, 0, None, "mytool y", False), ({"families": ["other"]}, 0, None, "mytool y", False),
        ({"families": ["git status"]}, 0, None, "git diff", True), ({"families": ["git status"]}, 0, None, "git push", False), ({"families": ["git log"], "kind": "probe"}, 0, None, "git diff", True),
        ({"families": ["git push"]}, 0, None, "git diff", False), ({"families": ["docker ps"], "kind": "probe"}, 0, None, "git diff", False),
    ],
)  # fmt: skip
def test_a_tool_that_refused_its_arguments_is_asked_anew(known, n_prompts, agent, command, is_asked):
    part = part_of(command)
    found = chain(**({"astray": "arguments", "families": part_of("mytool x").families} | known))
    found.n_prompts = n_prompts
    assert matching._is_asked_anew(SimpleNamespace(agent_id=agent), found, part) is is_asked


@each_row(("word", "is_begun"), [("CONFLICT (content)", True), ("could not apply abc", True), ("use git rebase --continue", True), ("fatal: refusing", False), ("", False)])  # fmt: skip
def test_git_began_what_it_could_not_end(word, is_begun):
    assert matching._is_begun(word) is is_begun


def event_of(command, sketch=None, purpose=None, agent=None, message=""):
    """Return an event of a call of which so much is known."""
    call = of_command(command, HOME, HOME, is_after=False)
    call._sketch, call._purpose = sketch, purpose
    nothing = SimpleNamespace(value=lambda *_: None)
    failure = SimpleNamespace(message=message)
    return SimpleNamespace(tool="Bash", agent_id=agent, call=call, failure=failure, db=nothing)


CODE = "python3 -c 'print(1)'"


@each_row(
    ("command", "tried", "again", "nearness"),
    [
        ("mytool x", "abcd", "abcd", 1.0), ("mytool x", "abc", "abc", 0.0), ("mytool x", "abcd", "abcdefgh", 0.5), ("mytool x", "abcdefgh", "abcd", 0.5), ("mytool x", "abcde", "abcdf", 0.8),
        (CODE, "abcdefghi", "abcdefghi", 0.0), (CODE, "abcdefghij", "abcdefghij", 1.0), (CODE, "abcdefghij", "abcdefghijklmno", 2 / 3),
    ],
)  # fmt: skip
def test_which_part_of_their_words_two_tries_share(command, tried, again, nearness):
    found = chain(families=part_of(command).families, sketch=list(tried))
    assert matching._nearness(event_of(command, list(again)), found) == pytest.approx(nearness)


@each_row(
    ("sketches", "again", "place"),
    [
        (["abcdefgh", "abcdefgz"], "abcdefgh", 0), (["abcdefxy", "abcdefgz"], "abcdefgh", 1), (["abcdxy"], "abcdef", None),  # two of three are too few
        (["abcdexy"], "abcdefg", 0), ([], "abcd", None), (["wxyz"], "abcd", None),
    ],
)  # fmt: skip
def test_a_command_repeats_the_one_whose_words_it_shares_most(sketches, again, place):
    chains = [chain(families=["other"], sketch=list(sketch), kind="run") for sketch in sketches]
    found = matching.repeated(event_of("mytool x", list(again)), chains)
    assert found == ([] if place is None else [chains[place]])


@each_row(
    ("known", "command", "agent", "may_be"),
    [
        ({}, "mytool x", None, True), ({"kind": "check"}, "mytool x", None, False), ({"kind": "vcs"}, "mytool x", None, False), ({"kind": "probe"}, "cat a", None, True), ({}, "cat a", None, False),
        ({}, "mytool x", "x", False), ({"families": ["rm"]}, "rm x", None, False), ({"families": ["docker run"]}, "docker stop y", None, False), ({"families": ["shell"]}, "rm x", None, True),
        ({"families": ["python -c"], "kind": "probe"}, CODE, None, True), ({"families": ["python foo"], "kind": "probe"}, CODE, None, False), ({"families": ["rm"]}, "mytool y && rm x", None, False),
    ],
)  # fmt: skip
def test_what_may_be_the_same_try_in_other_words(known, command, agent, may_be):
    found = chain(**({"families": ["other"], "kind": "run"} | known))
    assert matching._may_be_repeated(event_of(command, agent=agent), found) is may_be


@each_row(
    ("known", "command", "again", "is_it"),
    [
        ({}, "mytool x", "abcd", True), ({}, "mytool x", "abcz", False), ({}, "mytool x", "abcde", True), ({}, "mytool x", "abcdef", False), ({"purpose": list("a")}, "mytool x", "a", False), ({"purpose": list("ab")}, "mytool x", "ab", True),
        ({"kind": "check"}, "mytool x", "abcd", False), ({"is_gate": True}, "mytool x", "abcd", False), ({}, "pytest", "abcd", False), ({}, "git commit --no-verify -m x", "abcd", False), ({}, "ls", "abcd", False), ({"kind": "vcs"}, "ls", "abcd", True),
        ({"families": ["rm"], "targets": ["p"]}, "rm x", "abcd", False), ({"families": ["rm"], "targets": [short_hash("x")]}, "rm x", "abcd", True), ({"families": ["rm"]}, "rm x", "abcd", True),
    ],
)  # fmt: skip
def test_what_is_done_for_the_same(known, command, again, is_it):
    found = chain(**({"families": ["other"], "kind": "run", "purpose": list("abcd")} | known))
    assert matching.for_the_same(event_of(command, [], list(again)), [found]) == ([found] if is_it else [])


@each_row(
    ("known", "command", "leaves_out"),
    [
        ({"failed": [short_hash("one")[:8]]}, "pytest --deselect one", True), ({"failed": [short_hash("two")[:8]]}, "pytest --deselect one", False), ({"failed": []}, "pytest --deselect one", False),
        ({"category": "test"}, "mvn package -DskipTests", True), ({"category": "build"}, "mvn package -DskipTests", False), ({"category": "test"}, "mvn package", False),
    ],
)  # fmt: skip
def test_a_run_that_leaves_out_what_failed(known, command, leaves_out):
    assert matching._leaves_out_what_failed(chain(**known), part_of(command)) is leaves_out


@each_row(
    ("n_words", "n_shared", "is_alike"),
    [(2, 2, True), (2, 1, False), (19, 19, True), (19, 18, False), (21, 14, True), (21, 13, False), (20, 14, True), (20, 13, False)],
)  # fmt: skip
def test_a_text_of_twenty_words_is_alike_where_it_shares_two_thirds(n_words, n_shared, is_alike):
    tried, again = set(range(n_words)), set(range(n_words - n_shared, 2 * n_words - n_shared))
    assert ways._is_alike(tried, again) is is_alike


@each_row(
    ("families", "targets", "command", "n_done", "is_it"),
    [
        (["kill"], ["1"], "kill 1", 3, False), (["kill"], [short_hash("1")], "kill 1", 3, True), (["kill"], [short_hash("1")], "kill 1", 4, False), (["kill"], [], "pkill x", 3, True), (["kill"], [], "pkill x", 4, False),
        (["kill"], [], "rm x", 0, False), (["rm"], [], "kill 1", 0, False),
    ],
)  # fmt: skip
def test_processes_are_ended_in_another_way_within_three_calls(monkeypatch, families, targets, command, n_done, is_it):  # fmt: skip
    monkeypatch.setattr(ways, "n_done_since", lambda event, chain: n_done)
    found = chain(families=families, targets=targets)
    assert ways._ends_processes(event_of(command), found, part_of(command)) is is_it


CLICK = "mcp__playwright__browser_click"


@each_row(
    ("tried", "again", "n_done", "is_it"),
    [(["save"], ["save", "all"], 3, True), (["save"], ["save"], 4, False), (["save"], ["open"], 0, False), ([], [], 0, False)],
)  # fmt: skip
def test_of_a_page_the_same_is_clicked_again_within_three_calls(monkeypatch, tried, again, n_done, is_it):
    monkeypatch.setattr(matching, "n_done_since", lambda event, chain: n_done)
    found = chain(families=[CLICK], astray="arguments", purpose=tried)
    part = SimpleNamespace(families=[CLICK], program=CLICK, is_look=False)
    assert matching._is_asked_anew(event_of("x", [], again), found, part) is is_it


@each_row(
    ("tried", "again", "is_next", "is_it"),
    [
        ("q=a", "q=a n=#1", True, True), ("q=a n=#1", "q=a", True, True), ("q=a", "q=a n=#1", False, False), ("q=a", "q=b", True, False), ("q=a", "q=a", True, True),
        ("q=a", "q=a f=!t", True, False), ("q=a f=!t", "q=a", True, False), ("q=a f=!t", "q=a f=!t", True, True), ("n=#1", "n=#1 q=a", True, False), ("f=!t", "f=!t q=a", True, False), ("p=a", "q=a", True, False),
    ],
)  # fmt: skip
def test_a_servers_tool_is_asked_for_the_same_with_an_argument_more_or_less(monkeypatch, tried, again, is_next, is_it):  # fmt: skip
    monkeypatch.setattr(ways, "is_next", lambda event, chain: is_next)
    found = chain(families=["mcp__a__get"], sketch=tried.split())
    part = SimpleNamespace(families=["mcp__a__get"], program="mcp__a__get")
    assert ways._is_asked_otherwise(event_of("x", again.split()), found, part) is is_it
    part.program = "get"
    assert not ways._is_asked_otherwise(event_of("x", again.split()), found, part)


@each_row(
    ("tried", "again", "is_akin"),
    [(["a", "b"], ["c", "b"], True), (["a", "b"], ["c", "d"], False), (["a"], ["a", "b"], True), ([], ["a"], False), (["a"], [], False)],
)  # fmt: skip
def test_one_case_that_is_akin_is_enough(tried, again, is_akin):
    part = SimpleNamespace(cases=[[word] for word in again])
    assert matching._is_any_akin(chain(cases=[[word] for word in tried]), part) is is_akin


@each_row(
    ("known", "is_closed"),
    [
        ({"families": ["mypy"], "kind": "check"}, True), ({"families": ["npm mypy"], "kind": "check"}, True), ({"families": ["ruff"], "kind": "check"}, False), ({"families": ["mypy"], "kind": "run"}, False),
        ({"families": ["mypy"], "kind": "check", "is_gate": True}, False),
    ],
)  # fmt: skip
def test_a_gate_that_passes_closes_what_it_had_named(monkeypatch, known, is_closed):
    gate, other = chain(is_gate=True, checks=["mypy"], kind="check"), chain(**known)
    gate.key = "gate"
    monkeypatch.setattr(matching, "_is_reached", lambda event, one, part: one is gate)
    found = matching.of_success(event_of("git commit -m x"), [gate, other], [part_of("git commit -m x")])
    assert found == [gate, other] if is_closed else found == [gate]


def test_whether_a_part_reaches_a_chain_is_asked_once(monkeypatch):
    asked = []
    monkeypatch.setattr(matching, "_is_reached", lambda event, one, part: asked.append(one) or True)
    open_chains = [chain(families=["rm"]), chain(families=["mv"])]
    assert matching.of_success(event_of("rm x"), open_chains, [part_of("rm x")]) == open_chains
    assert asked == open_chains
