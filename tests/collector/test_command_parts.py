"""What the parts of a command are taken for, to the word: targets, code, folders, filters, hooks left out."""

import pytest
from claudesess_collector.aims import of_command
from claudesess_collector.command_parts import Part, start_folder
from claudesess_collector.payload import short_hash

HOME = "/home/dev/app"


def main(command):
    return of_command(command, HOME, HOME, is_after=False).main


@pytest.mark.parametrize(
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


@pytest.mark.parametrize(
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


@pytest.mark.parametrize(
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


@pytest.mark.parametrize(
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


@pytest.mark.parametrize(
    ("command", "chooses"),
    [
        ("pytest | tail", ""), ("pytest | grep a", "grep a"), ("pytest | grep a | tail", "grep a"),
        ("pytest | tail | grep a", "grep a"), ("pytest | grep a | grep b", "grep a | grep b"), ("pytest | /bin/grep a", "/bin/grep a"),
        ("pytest && ls | grep a", ""), ("pytest | python3 x.py", None), ("pytest | grep a | python3 x.py", "grep a"),
    ],
)  # fmt: skip
def test_what_chooses_among_the_lines_behind_a_pipe(command, chooses):
    assert main(command).filter == (short_hash(chooses) if chooses else chooses)


@pytest.mark.parametrize(
    ("command", "echoes"),
    [
        ("pytest; echo $?", "\0"), ("pytest | tail; echo $?", "|\0"), ('pytest; echo "EXIT: $?"', "EXIT: \0"),
        ("pytest; echo -n $? ok", "\0 ok"), ("ls; pytest; echo $?", "\0"), ("pytest; ls", None), ("pytest && ls; echo $?", None),
        ("pytest; echo $X $?", None), ("pytest | tail; echo ${PIPESTATUS[0]}", "\0"),
    ],
)  # fmt: skip
def test_what_is_printed_around_a_status(command, echoes):
    assert main(command).echoes == echoes


@pytest.mark.parametrize(
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


@pytest.mark.parametrize(
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


def test_a_word_that_is_hidden_in_the_command_is_kept_as_a_hash():
    part = main("pytest tests/hunter2/a.py")
    aim = part.aim
    part.make_safe("pytest tests/hunter2/a.py", "pytest tests/hunter2/[redacted:secret]")
    assert (part.aim, part.targets, part.program) == (
        aim,
        [short_hash(f"{HOME}/tests/hunter2/a.py")],
        "pytest",
    )


@pytest.mark.parametrize(
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
        ("a.sh test", "script (run)"),
        ("test.sh", "script (check)"),
        ("python3 test_x.py", "script (check)"),
        ("python3 tools/lint.py src", "script (check)"),
    ],
)  # fmt: skip
def test_what_each_program_of_a_command_does(command, expected):
    parts = of_command(command, HOME, HOME, is_after=False).parts
    assert ", ".join(f"{' '.join(part.families)} ({part.kind})" for part in parts) == expected


@pytest.mark.parametrize(
    ("command", "asks"),
    [("tool --help", True), ("tool x --help", True), ("tool --version", True), ("tool version x", True), ("tool help", True), ("tool help x", False),
     ("tool --help x", False)],
)  # fmt: skip
def test_how_a_program_is_used_is_a_look(command, asks):
    assert (main(command).kind == "probe") is asks
