"""What the parts of a command are taken for, to the word: targets, code, folders, filters, hooks left out."""

import pytest
from claudesess_collector.aims import of_command
from claudesess_collector.command_parts import start_folder
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
    ],
)
def test_the_target_of_a_check(command, target):
    assert main(command).targets == [HOME + target]


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
        ("cat d/x.csv | python3 -c 'print(1)'", CSV),
        ("cat a/x.csv | head | python3 -c 'print(1)'", CSV),
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
        (f"python3 -c 'print(\"{'x' * 196}.csv\")'", "=" + short_hash(f'print("{"x" * 196}.csv")')),
    ],
)
def test_what_a_line_of_code_works_with(command, target):
    assert main(command).targets == [target]


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


def test_a_word_that_is_hidden_in_the_command_is_kept_as_a_hash():
    part = main("pytest tests/hunter2/a.py")
    aim = part.aim
    part.make_safe("pytest tests/hunter2/a.py", "pytest tests/hunter2/[redacted:secret]")
    assert (part.aim, part.targets, part.program) == (
        aim,
        [short_hash(f"{HOME}/tests/hunter2/a.py")],
        "pytest",
    )
