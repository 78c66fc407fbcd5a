"""What the parts of a command are taken for, to the word: targets, code, folders, filters, hooks left out."""

import json

import pytest
from claudesess_collector.aims import of_command
from claudesess_collector.command_parts import start_folder
from claudesess_collector.part import Part
from claudesess_collector.payload import short_hash
from claudesess_collector.privacy_redact import redact
from tables import each_row

HOME = "/home/dev/app"


def main(command):
    return of_command(command, HOME, HOME, is_after=False).main


@each_row(
    ("command", "target"),
    [
        ("pytest a.abcdef", "/a.abcdef"),
        ("pytest a.abcdefg", ""),  # no ending of a file is as long
        ("pytest a.5", ""),
        ("pytest a.py::TestA::test_b", "/a.py"),
        ("pytest a.py:12", "/a.py"),
        ("pytest a.py:x", ""),
        ("go test ./a/...", "/a"),
        ("go test ...", ""),
        ("eslint src/*.ts", "/src"),
        ("eslint *.ts", ""),
        ("eslint 'src/a/*/b.ts'", "/src/a"),
        ("pytest $FILE", ""),
        ("pytest http://h/a.py", ""),
        ("make test OUT=b/c.py", ""),
        ("pytest a/b=c.py", "/a/b=c.py"),
        ("pytest <in.py", "/in.py"),
        ("./check.sh a.txt", "/check.sh"),
        ("playwright test a.ts", "/a.ts"),
        ("vitest run a.ts", "/a.ts"),
        ("ruff check src", "/src"),
    ],
)
def test_the_target_of_a_check(command, target):
    assert main(command).targets == [HOME + target]


@each_row(
    ("one", "other", "is_same"),
    [("pytest; ls", "pytest\nls", True), ("pytest && ls", "pytest; ls", False), ("pytest || ls", "pytest && ls", False), ("cd a; pytest", "cd a && pytest", True)],
)  # fmt: skip
def test_lines_are_spelled_like_commands_after_one_another(one, other, is_same):
    spelled = [of_command(command, HOME, HOME, is_after=False).spelling for command in (one, other)]
    assert (spelled[0] == spelled[1]) is is_same


def test_a_script_s_own_command_is_a_target_beside_it():
    assert main("bash test/check.sh verify now").targets == [
        f"{HOME}/test/check.sh",
        f"?{short_hash('verify')}",
    ]


CSV, CART = short_hash("x.csv"), short_hash("shop")


@each_row(
    ("command", "target"),
    [
        ("python3 -c 'print(open(\"a/x.csv\").read())'", CSV),
        ("python3 -c 'print(open(\"b/c/x.csv\").read(9))'", CSV),
        ("cat d/x.csv && python3 -c 'print(1)'", "=" + short_hash("print(1)")),
        ("python3 -c 'print(1)'", "=" + short_hash("print(1)")),
        ("python3 -c 'print(   1  )'", "=" + short_hash("print( 1 )")),
        ("python3 -c 'import shop.cart; print(1)'", CART),
        ("python3 -c 'from shop import cart; print(2)'", CART),
        ("python3 -c 'import shop, cart; print(3)'", CART),
        ("python3 -c 'import json; print(json)'", "=" + short_hash("import json; print(json)")),
        ("python3 -c 'import'", "=" + short_hash("import")),
        ("python3 -c 'print(\"a x.csv\")'", "=" + short_hash("print(a x.csv)")),
        (f"python3 -c 'print(\"{'x' * 195}.csv\")'", short_hash(f"{'x' * 195}.csv")),
        (f"python3 -c 'print(\"{'x' * 196}.csv\")'", "=" + short_hash(f"print({'x' * 196}.csv)")),
    ],
)
def test_what_a_line_of_code_works_with(command, target):
    assert main(command).targets == [target]


@pytest.mark.parametrize(
    ("command", "got"),
    [
        ("cat d/x.csv | python3 -c 'print(1)'", "d/x.csv"),
        ("cat a/x.csv | head | python3 -c 'print(1)'", "a/x.csv"),
    ],
)
def test_a_line_of_code_works_with_the_file_that_it_gets_wherever_that_is(command, got):
    assert main(command).targets == [CSV, short_hash(got)]


@each_row(
    ("command", "after", "start"),
    [
        ("npm test", "/p/web", "/p/web"),
        ("cd web && npm test", "/p/web", "/p"),
        ("cd ./web/ && npm test", "/p/web", "/p"),
        ("pushd web && npm test", "/p/web", "/p"),
        ("pushd web && npm test && popd", "/p/web", "/p/web"),
        ("cd web && npm test", "/p/other", "/p/other"),  # a subshell's, say
        ("cd web && npm test", "/web", "/"),
        ("cd . && npm test", "/p", "/p"),
        ("cd && npm test", "/h", "/h"),
        ("cd /a && npm test", "/a", "/a"),
        ("cd ~ && npm test", "/h", "/h"),
        ("cd a && cd b && npm test", "/p/a/b", "/p"),
        ("cd a/b && cd .. && npm test", "/p/a", "/p"),
        ("cd a && cd ../b", "/p/b", "/p"),
        ("cd ..; npm test", "/p", "/p/_"),
        ("cd ../b && npm test", "/p/b", "/p/_"),
        ("cd ../../b && npm test", "/p/b", "/p/_/_"),
        ("cd ../b && npm test", "/p/c", "/p/c"),
    ],
)
def test_the_folder_in_which_a_command_began(command, after, start):
    assert start_folder(command, after, is_after=True) == start
    assert start_folder(command, after, is_after=False) == after


@pytest.mark.parametrize(
    ("command", "skips"),
    [
        ("SKIP=mypy git commit -m x", True), ("HUSKY=0 git commit -m x", True), ("HUSKY=2 git commit -m x", False),
        ("LEFTHOOK=0 git push", True), ("A=0 git commit -m x", False), ("A=1 HUSKY=1 git commit -m x", True),
        ("git commit -n -m x", True), ("git push -n", False), ("git push --no-verify", True),
        ("git -c core.hooksPath=/dev/null commit -m x", True), ("git -c core.pager=x commit -m x", False),
    ],
)  # fmt: skip
def test_git_without_its_hooks(command, skips):
    assert main(command).skips_hooks is skips


@each_row(
    ("command", "chooses"),
    [
        ("pytest | tail", ""), ("pytest | grep a", "grep a"), ("pytest | grep a | tail", "grep a"),
        ("pytest | tail | grep a", "grep a"), ("pytest | grep a | grep b", "grep a | grep b"), ("pytest | /bin/grep a", "/bin/grep a"),
        ("pytest && ls | grep a", ""), ("pytest | python3 x.py", None), ("pytest | grep a | python3 x.py", "grep a"),
    ],
)  # fmt: skip
def test_what_chooses_among_the_lines_behind_a_pipe(command, chooses):
    assert main(command).filter == (short_hash(chooses) if chooses else chooses)


@each_row(
    ("command", "echoes"),
    [
        ("pytest; echo $?", "\0"), ("pytest | tail; echo $?", "|\0"), ('pytest; echo "EXIT: $?"', "EXIT: \0"),
        ("pytest; echo -n $? ok", "\0 ok"), ("ls; pytest; echo $?", "\0"), ("pytest; ls", None), ("pytest && ls; echo $?", None),
        ("pytest; echo $X $?", None), ("pytest | tail; echo ${PIPESTATUS[0]}", "\0"),
    ],
)  # fmt: skip
def test_what_is_printed_around_a_status(command, echoes):
    assert main(command).echoes == echoes


@each_row(
    ("command", "expected"),
    [
        ("pytest; ls; echo done", [("pytest", False, 0), ("ls", False, 1)]),
        ("pytest; cd x", [("pytest", True, 0)]),
        ("pytest; echo done; exit $?", [("pytest", True, 0)]),
        ("pytest; exit $r", [("pytest", True, 0)]),
        ("pytest; cd x; echo done", [("pytest", False, 0)]),
        ("pytest; true", [("pytest", False, 0)]),
        ("ls; pytest", [("ls", False, 0), ("pytest", True, 1)]),
        ("ls && pytest", [("ls", True, 0), ("pytest", True, 0)]),
    ],
)
def test_whose_status_is_the_command_s(command, expected):
    parts = of_command(command, HOME, HOME, is_after=False).parts
    assert [(part.program, part.is_last, part.group) for part in parts] == expected


@each_row(
    ("command", "families", "targets"),
    [
        ("git checkout feature/x", ["git checkout"], ["feature/x"]),
        ("git checkout abc", ["git checkout"], [short_hash("abc")]),
        ("git add a.py", ["git add"], [f"{HOME}/a.py"]),
        ("pytest a.py", ["pytest"], [f"{HOME}/a.py"]),
    ],
)
def test_of_git_only_what_is_surely_a_path_or_a_branch_is_kept(command, families, targets):
    part = main(command)
    part.make_safe(command)
    assert (part.families, part.targets) == (families, targets)


def test_of_a_word_of_megabytes_only_the_ends_are_looked_through():
    part = Part("probe", ["Read"], ["/" + "a" * 5_000_000])
    aim = part.aim
    part.make_safe()
    assert (part.aim, len(part.targets[0])) == (aim, 8199)


def test_of_a_word_that_is_hidden_in_the_command_nothing_is_kept():
    part = main("pytest tests/hunter2/a.py")
    aim = part.aim
    part.make_safe("pytest tests/hunter2/a.py", "pytest tests/hunter2/[redacted:secret]")
    assert (part.aim, part.targets, part.program) == (
        aim,
        ["[redacted]"],
        "pytest",
    )


@each_row(
    ("command", "expected"),
    [
        ("gh run watch 7", "gh run watch (run)"),
        ("gh run watch 7 --exit-status", "gh run watch (check)"),
        ("cargo +nightly test --lib", "cargo test (check)"),
        ("cargo +nightly build", "cargo build (check)"),
        ("cargo t", "cargo test (check)"),
        ("yarn workspace web test", "yarn test (check)"),
        ("yarn workspace web install", "yarn workspace (run)"),
        ("npm run release-check", "npm run release-check (run)"),
        ("npm run check-release", "npm check-release (check)"),
        ("make deploy-test", "make deploy-test (run)"),
        ("make watch", "make watch (run)"),
        ("npx turbo run test", "turbo test (check)"),
        ("uv run --with x -- pytest a.py", "pytest (check)"),
        ("git -C web status", "git status (vcs)"),
        ("git -c a=b commit -m x", "git commit (vcs)"),
        ("git --no-pager log", "git log (probe)"),
        ("git show abc:src/a.py", "look (probe)"),
        ("git stash pop", "git stash pop (vcs)"),
        ("git stash", "git stash (vcs)"),
        ("git config --get a.b", "git config (probe)"),
        ("git config --unset a.b", "git config (vcs)"),
        ("git config a.b", "git config (probe)"),
        ("git config a.b c", "git config (vcs)"),
        ("git rebase --continue", "git rebase (vcs)"),
        ("git rebase --quit", "git rebase --abort (vcs)"),
        ("source ./run.sh", "script (run)"),
        (". ~/.bashrc; pytest", "pytest (check)"),
        ("python3 -u -c 'print(1)'", "python -c (probe)"),
        ("python3 - <<E\nimport json\nprint(json)\nE", "python -c (probe)"),
        ("bash -lc 'pytest -q'", "pytest (check)"),
        ("sh -c \"pytest a.py\"", "pytest (check)"),
        ("sh -c 'bash -c \"pytest a.py\"'", "pytest (check)"),
        ("sed -n 1p x.py", "look (probe)"),
        ("php artisan test", "artisan test (check)"),
        ("php run.php", "script (run)"),
        ("pytest > out.txt 2>&1", "pytest (check)"),
        ("cat a.txt > b.txt", "cat (run)"),
        ("cat a.txt 2> b.txt", "look (probe)"),
        ("cat a.txt > /dev/null", "look (probe)"),
        ("cat a.txt >&2", "look (probe)"),
        ("cat a.txt 2>&1", "look (probe)"),
        ("cat a.txt &> b.txt", "cat (run)"),
        ("cat <<'E' > f.txt\nx; pytest\nE", "cat (run)"),
        ("cat <<-E\n\tx; pytest\n\tE", "cat (run)"),
        ("echo \"a; pytest\"", "shell (run)"),
        ("echo 'a; pytest'", "shell (run)"),
        ("echo \"a \\\" ; pytest\"; ls", "look (probe)"),
        ("echo a\\;pytest", "shell (run)"),
        ("echo a\\ b; pytest", "pytest (check)"),
        ("grep \"a\\\\\" x.py; pytest", "look (probe), pytest (check)"),
        ("{ pytest; }", "pytest (check)"),
        ("{ pytest; ls; } | tail", "pytest (check), look (probe)"),
        ("(pytest; ls)", "pytest (check), look (probe)"),
        ("( (pytest) )", "pytest (check)"),
        ("sudo -u bob pytest", "pytest (check)"),
        ("timeout 10 pytest", "pytest (check)"),
        ("timeout -k 5 10s pytest", "pytest (check)"),
        ("env A=1 pytest", "pytest (check)"),
        ("nice -n 5 pytest", "pytest (check)"),
        ("A=1 B=2 pytest", "pytest (check)"),
        ("pytest -q & ls &", "pytest (check), look (probe)"),
        ("pytest # ; ls", "pytest (check)"),
        ("if true; then pytest; fi", "pytest (check)"),
        ("for f in a b; do pytest $f; done", "pytest (check)"),
        ("/usr/bin/env pytest", "pytest (check)"),
        (".venv/bin/pytest", "pytest (check)"),
        (".venv\\Scripts\\pytest.exe", "pytest (check)"),
        ("docker exec -it app bash -c 'cd /srv && pytest'", "pytest (check)"),
        ("rm -f a.txt && ls", "rm (run), look (probe)"),
        ("head -5 a.txt", "look (probe)"),
        ("guard git push", "git push (vcs)"),
        ("pip3 install x", "install (run)"),
        ("ruby3.2 run.rb", "script (run)"),
        ("./gradlew test", "gradlew test (check)"),
        ("a.sh test", "script (check)"),
        ("a.sh more", "script (run)"),
        ("test.sh", "script (check)"),
        ("python3 test_x.py", "script (check)"),
        ("python3 tools/lint.py src", "script (check)"),
    ],
)  # fmt: skip
def test_what_each_program_of_a_command_does(command, expected):
    parts = of_command(command, HOME, HOME, is_after=False).parts
    assert ", ".join(f"{' '.join(part.families)} ({part.kind})" for part in parts) == expected


@each_row(
    ("command", "asks"),
    [("tool --help", True), ("tool x --help", True), ("tool --version", True), ("tool version x", True), ("tool help", True), ("tool help x", False),
     ("tool --help x", False)],
)  # fmt: skip
def test_how_a_program_is_used_is_a_look(command, asks):
    assert (main(command).kind == "probe") is asks


@each_row(
    ("command", "instead", "proof"),
    [
        ("pytest || echo bad", "bad", None), ("pytest && echo ok", None, "ok"), ("pytest && echo ok || echo bad", "bad", "ok"),
        ("pytest && printf ok || echo bad", "bad", "ok"), ("pytest || printf 'bad\\n'", "bad", None), ("pytest || echo -n bad", "bad", None),
        ("pytest || echo -e bad worse", "bad worse", None), ("ls && pytest && echo ok", None, "ok"), ("pytest && ls || echo bad", None, None),
        ("pytest && 'echo' ok || 'echo' bad", "bad", "ok"), ("pytest || 'printf' bad", "bad", None),
        ("pytest || echo $X", None, None), ("pytest || echo `date`", None, None), ("pytest || echo", None, None),
        ("pytest || ls", None, None), ("pytest; echo bad", None, None), ("pytest | tail || echo bad", None, None),
        ("pytest ||", None, None), ("pytest &&", None, None), ("pytest && echo ok &&", None, "ok"),
    ],
)  # fmt: skip
def test_what_a_command_prints_by_itself_where_a_part_of_it_fails_or_passes(command, instead, proof):
    assert (main(command).instead, main(command).proof) == (instead, proof)


@each_row(
    ("instead", "line", "is_it"),
    [
        ("bad", "bad", True), ("bad", "bad  ", True), ("bad", "..Fbad", True), ("bad", "was bad", False),  # another's word
        ("bad", "bad luck", False), ("bad", "good", False), ("1", "1", True), ("1", "F1", True), ("1", "21", False), ("1", "F21", False),
        ("bad", "2bad", True), ("1 bad", "21 bad", False), ("b1", "2b1", True), ("bad", "", False), (None, "bad", False),
    ],
)  # fmt: skip
def test_a_line_that_a_command_prints_where_a_part_fails_may_stand_behind_another_s(instead, line, is_it):
    part = Part("check", ["pytest"], [])
    part.instead = instead
    assert part.is_instead(line) is is_it


@each_row(
    ("command", "between"),
    [
        ("echo one; pytest; echo two", ("one", "two")), ("echo one; pytest | tail; echo two", ("one", "two")),
        ("echo one && pytest; echo two", ("one", "two")), ("echo one; cd a && pytest; echo two", ("one", "two")),
        ("echo one; pytest; pwd; echo two", ("one", "two")), ("echo one; echo three; pytest", ("three", "")),
        ("pytest; echo two; echo three", ("", "two")), ("pytest; echo -n two", ("", "two")),
        ("echo one | tail; pytest; echo two", ("", "two")), ("echo; pytest; echo two", ("", "two")),
        ("echo ab; pytest", ("", "")), ("echo abc; pytest", ("abc", "")),  # so short a line may be anybody's
        ("echo ab$X; pytest", ("ab$", "")), ("echo 12$X; pytest", ("", "")), ("echo 123; pytest", ("123", "")), ("echo a$X; pytest", ("", "")),
        ("echo 123; pytest; echo 123", ("", "")),  # which of them it is nobody knows
        ("echo 123; pytest; echo 123; echo 123", ("", "")),
        ("echo one; pytest > a.txt; echo two", ("", "")), ("echo one; pytest; echo two &", ("", "")),
    ],
)  # fmt: skip
def test_between_which_lines_of_the_command_a_part_prints(command, between):
    assert main(command).between == between


@each_row(
    ("command", "fallback", "idle"),
    [
        ("pytest || ruff check", ["ruff"], []), ("pytest && ruff check", [], []), ("ls; pytest || ruff check", ["ruff"], []),
        ("pytest | tail || ruff check", ["ruff"], ["ruff"]), ("pytest | /usr/bin/head || ruff check", ["ruff"], ["ruff"]),
        ("pytest | cat | less || ruff check", ["ruff"], ["ruff"]), ("pytest | grep a || ruff check", ["ruff"], []),
        ("ls && pytest | tail || ruff check", ["ruff"], []), ("tail a || ruff check", ["ruff"], []),
        ("set -o pipefail; pytest | tail || ruff check", ["ruff"], []), ("pytest | tail && ruff check", [], []),
    ],
)  # fmt: skip
def test_what_runs_only_where_another_fails_does_not_run_behind_what_cannot(command, fallback, idle):
    parts = of_command(command, HOME, HOME, is_after=False).parts
    assert [part.program for part in parts if part.is_fallback] == fallback
    assert [part.program for part in parts if part.is_idle] == idle


@each_row(
    ("command", "folder"),
    [("cd a && pytest", "/a"), ("cd -P a && pytest", "/a"), ("cd - && pytest", ""), ("pushd a; pytest", "/a"), ("cd -- a && pytest", "/a"),
     ("cd 'a b' && pytest", "/a b"), ("cd a; cd b; pytest", "/a/b"), ("pytest; cd a", "")],
)  # fmt: skip
def test_the_folder_to_which_a_command_has_stepped(command, folder):
    assert main(command).folder == HOME + folder


def words(*cases):
    return [[short_hash(word) for word in case.split()] for case in cases]


@each_row(
    ("command", "cases"),
    [
        ("pytest -k a_long_name", words("a_long_name long name")), ("pytest -k 'one or two'", words("one", "two")),
        ("pytest -k 'one|two|one'", words("one", "two", "one")), ("pytest -k 'Cart.adds'", words("cart adds")),
        ("jest -t 'adds to cart'", words("adds cart")), ("pytest -k abc", words("abc")), ("pytest -k ab", []), ("pytest -k", []),
        ("pytest -m slow", []), ("go test -run TestA ./a", words("testa")), ("./gradlew test --tests ATest", words("atest")),
        ("cargo test one -- --nocapture", words("one")), ("cargo test -p pkg one", words("one")), ("cargo test $ONE", []),
        ("cargo test one two", words("one", "two")), ("cargo nextest run one", words("one")), ("cargo t one", words("one")),
        ("cargo build one", []), ("cargo test -j 4one", []), ("cargo test", []),
        ("pytest -k '" + " or ".join(f"case{n}" for n in range(13)) + "'", words(*(f"case{n}" for n in range(12)))),
        ("pytest -k '" + " ".join(f"word{n}" for n in range(13)) + "'", words(" ".join(f"word{n}" for n in range(12)))),
    ],
)  # fmt: skip
def test_which_of_its_cases_a_check_is_told_to_run(command, cases):
    assert main(command).cases == cases


@each_row(
    ("families", "word", "command", "shown", "is_hidden"),
    [
        (["x"], "/a/hunter2", "x /a/hunter2", "x [redacted:secret]", True), (["x"], "/a/hunter2", "x /a/hunter2", "x /a/hunter2", False),
        (["x"], "/hunter2/b", "x /hunter2/b", "x [redacted:secret]/b", True), (["x"], "/hunt2/b", "x /hunt2/b", "x [redacted:secret]/b", False),
        (["x"], "/hunt22/b", "x /hunt22/b", "x [redacted:secret]/b", True), (["x"], "/b/h2/", "x /b/h2/", "x /b/[redacted:secret]/", True),
        (["x"], "/hunter2/b", "x b", "x b", False),  # not a word of the command
        (["x"], "a=hunter2;b", "x 'a=hunter2;b'", "x 'a=[redacted:secret];b'", True),
    ],
)  # fmt: skip
def test_nor_of_what_a_part_of_a_secret_may_be(families, word, command, shown, is_hidden):
    part = Part("run", families, [word])
    part.make_safe(command, shown)
    assert part.targets == ["[redacted]" if is_hidden else word]


def test_the_last_word_of_a_family_may_be_a_secret_as_well():
    part = Part("run", ["tool run h2", "tool run"], [])
    part.program = "tool"
    part.make_safe("tool run h2", "[redacted:secret] run")
    assert (part.families, part.program) == (["[redacted]", "tool run"], "")


@each_row(
    "command",
    ["vault login {}", "vault login '{}'", "vault login {} ; make", "curl -u bob:{} h", "mysql -p{} shop"],
)
def test_nor_is_a_hash_kept_of_a_secret_alone_that_could_be_guessed(command):
    given = command.format("quokka7hills")
    call = of_command(given, HOME, HOME)
    call.described = f"Log in: {given}"
    kept = call.facts(given)
    del kept["spelling"]  # of all of the command
    assert "[redacted:" in redact(given)
    for word in ("quokka7hills", "bob:quokka7hills", "-pquokka7hills"):
        assert short_hash(word)[:6] not in json.dumps(kept)


@each_row(
    ("command", "targets"),
    [
        ("pytest $A/b.py", [HOME]), ("pytest -a/b.py", [HOME]), ("pytest ''", [HOME]), ("eslint 'a/*/b' c/d", [f"{HOME}/c/d"]),
        ("pytest a.py a.py", [f"{HOME}/a.py"]), ("go test ./...", [HOME]), ("pytest tests", [f"{HOME}/tests"]), ("pytest words", [HOME]),
        ("pytest a.b/c", [f"{HOME}/a.b/c"]), ("pytest x/a:3", [f"{HOME}/x/a"]), ("pytest :3", [HOME]), ("pytest .", [HOME]), ("git add a=b", [f"{HOME}/a=b"]),
        ("git add .", [HOME]), ("git mv a b/c", [f"{HOME}/a", f"{HOME}/b/c"]), ("git checkout a b", ["a", "b"]),
        ("rm a/b/", [short_hash("b")]), ("rm a/b", [short_hash("b")]), ("curl http://h/a/", [short_hash("http://h/a/")]),
        ("docker build --tests x .", [HOME]), ("pytest --tests x .", [HOME, "?" + short_hash("x")]),
        ("python3 a.py b", [f"{HOME}/a.py"]), ("python3 /x/a.py", ["/x/a.py"]), ("./test.sh", [f"{HOME}/test.sh"]),
    ],
)  # fmt: skip
def test_what_an_argument_names(command, targets):
    assert main(command).targets == targets


@each_row(
    ("path", "shown"),
    [
        ("a/names.py", ["names"]), ("a/name.py", []), ("a/abcde/x*.py", ["abcde"]), ("cat/*", []), ("a/long*names.py", []),
        ("a/index.ts", ["index"]), ("a/names.d.ts", ["names"]),
    ],
)  # fmt: skip
def test_what_a_look_shows_beside_what_it_looks_at(path, shown):
    assert main(f"cat {path}").shown == [short_hash(name) for name in shown]


@each_row(
    ("path", "named"),
    [
        ("a/b.py", ["b.py"]), ("a/index.ts", ["a/index.ts"]), ("index.ts", ["index.ts"]), ("x/a/README.md", ["a/README.md"]),
        ("a/b/", ["b"]), ("a/names*.py", ["names*.py", "names"]), ("a/na*.py", ["na*.py"]), ("a/*.tests", ["*.tests", ".tests"]),
    ],
)  # fmt: skip
def test_what_a_look_is_for(path, named):
    assert main(f"cat '{path}'").targets == [short_hash(name) for name in named]


def test_so_many_parts_of_a_command_are_looked_at():
    assert len(of_command("; ".join(f"rm a{n}" for n in range(41)), HOME, HOME, is_after=False).parts) == 40
    assert len(of_command("; ".join(f"rm a{n}" for n in range(39)), HOME, HOME, is_after=False).parts) == 39


@each_row(
    ("command", "folders"),
    [
        ("pushd web; npm test; popd; pytest", ["/web", ""]),
        ("pushd web; echo '== js'; npm test; popd; echo '== py'; pytest", ["/web", ""]),
        (
            "pushd web; pushd api; echo '-- go'; go test; popd; npm test; popd; pytest",
            ["/web/api", "/web", ""],
        ),
        ("pushd web && npm test | tail; echo '-- lint'; ruff check; popd; pytest", ["/web", "/web", ""]),
        ("popd; pytest", [""]),  # nowhere to go back to
    ],
)
def test_popd_leads_back_to_where_pushd_left(command, folders):
    parts = of_command(command, HOME, HOME, is_after=False).parts
    assert [part.folder for part in parts] == [HOME + folder for folder in folders]


@each_row(
    ("command", "lasts"),
    [
        ("pytest", [True]), ("pytest; ruff check", [False, True]), ("echo x; pytest", [True]), ("echo x; echo y; pytest", [True]), ("pytest; echo x", [False]), ("pytest; true", [False]), ("pytest; :", [False]), ("pytest; cd ..", [True]),
        ("pytest; r=$?; cd ..; exit $r", [True]), ("pytest; echo $?; exit $r", [True]), ("pytest; echo x; exit 1", [False]), ("pytest; printf x", [False]), ("pytest; export A=1", [True]),
        ("pytest && echo x", [True]), ("ruff check; echo x; pytest; cd ..", [False, True]),
    ],
)  # fmt: skip
def test_whose_status_is_that_of_the_command(command, lasts):
    assert [part.is_last for part in of_command(command, HOME, HOME, is_after=False).parts] == lasts


@each_row(
    ("command", "counts"),
    [
        ("pytest", ""), ("pytest | tail", ""), ("pytest | wc -l", "lines"), ("pytest | wc", ""), ("pytest | grep -c error", "errors"), ("pytest | grep -c x", ""), ("pytest | grep --count FAIL", "errors"), ("pytest | grep error", ""),
        ("pytest | grep error | wc -l", "errors"), ("pytest | grep error | grep x | wc -l", ""), ("pytest | grep x | wc -l", ""), ("pytest | grep -v error | wc -l", ""), ("pytest | grep -vc error", ""), ("pytest | grep -v x | grep -c fail", ""),
        ("pytest | sort | wc -l", "lines"), ("pytest | wc -l | cat", ""), ("pytest | grep -i ✗ | wc -l", "errors"), ("pytest | grep --color error", ""), ("pytest; wc -l", ""),
    ],
)  # fmt: skip
def test_what_is_counted_of_the_lines_of_a_part(command, counts):
    assert main(command).counts == counts
