"""What a program does that is no check and no look: git, an interpreter, any other. Most commands only look."""

from claudesess_collector.command_programs import (
    ALSO_VERBS,
    COMMANDS,
    INTERPRETERS,
    MIXED,
    PROGRAMS,
    TASK_RUNNERS,
    Program,
    by_name,
    is_plain,
    known_check,
)
from claudesess_collector.command_split import SHELL_PROGRAMS, operands
from claudesess_collector.payload import short_hash
from claudesess_collector.system import last_name
from claudesess_collector.vocabulary import CHECK, PROBE, RUN, VCS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional

    from claudesess_collector.command_split import Segment

_NAMED = set(
    "rm mv cp chmod chown ln touch mkdir rmdir tar unzip zip curl wget open kill pkill killall taskkill"
    " Stop-Process".split()
)
#: Programs whose second word is part of what they do.
_TWO_WORDS = set(
    "gh docker docker-compose podman kubectl aws gcloud az terraform tofu supabase heroku fly vercel brew apt apt-get"
    " pip systemctl npm yarn pnpm bun mise cargo go mix make dotnet composer bundle rails just task uv poetry helm"
    " flutter dart swift deno conda alembic prisma firebase pipx mamba dnf yum apk gem".split()
)
#: What cargo does itself that is no check: its next word names what it does it to.
_OF_CARGO = set("run r add remove rm install uninstall new init update search publish clean fix metadata tree".split())
# Of these programs what only shows something, by the word that says so.
_LOOK_VERBS = set(
    "view list ls show describe inspect logs log status diff info ps search outdated why tree metadata get env top"
    " images history freeze doc output current routes".split()
)
_FETCH = ("go get", "flutter pub get", "dart pub get")  # these bring packages
_SENDS = ("-X", "--method", "-f", "-F", "--field", "--raw-field", "--input")  # `gh api` changes something
#: Programs whose third word is part of what they do, too.
_LONG = set("gh aws gcloud az".split())
#: What a program that no table knows is told to do, where that is a check: a project's own `dev test`, `./x.py build`.
_CHECK_VERBS = {
    **dict.fromkeys(("test", "tests", "unittest", "e2e"), "test"),
    **dict.fromkeys(("lint", "validate", "clippy", "fmt", "format"), "lint"),
    **dict.fromkeys(("typecheck", "type-check"), "type"),
    **dict.fromkeys(("build", "compile"), "build"),
    **dict.fromkeys(("check", "verify", "precommit", "pre-commit"), MIXED),
}
# Programs of which such a word is the name of what they open, move, make or go to.
_OPEN_OR_MOVE = set(
    "code cursor vim nvim vi nano emacs subl open start tee rsync rclone scp gzip gunzip bunzip2 xz zstd 7z unrar"
    " rimraf trash shred del rd md copy move ren erase xcopy robocopy cpx ncp mkdirp mktemp mkfifo chgrp setfacl z zi"
    " j autojump createdb dropdb createuser dropuser mongosh mongo pg_dump pg_restore mysqldump useradd userdel"
    " adduser deluser usermod groupadd su passwd tmux screen zellij ssh-add ssh-keygen gpg install nvm pyenv rbenv"
    " nodenv asdf fnm volta workon sudoedit".split()
)
#: Words behind which it stands what a program that no table knows does, or does it to.
_BEFORE_VERBS = set("exec run pr mr issue repo db".split())
#: Words that say that packages or a server are to be there, and programs that are servers: `command_brings` knows more.
_BRINGS = set("install add i ci require get dev start serve server preview runserver run".split())
SERVERS = set("uvicorn gunicorn hypercorn http-server live-server nodemon serve".split())
#: Programs that look for another one or speak of it, and do not start it.
_SPEAK_OF = set(
    "whence hash apropos typeset alias unalias say notify-send Get-Command gcm Write-Host Write-Output".split()
)
_SECRETS = ("token", "pass", "secret", "key", "auth", "cred")
_GIT_POINTS = {"merge", "rebase", "cherry-pick", "checkout", "switch", "show", "log", "diff", "mv", "rm", "blame"}
_GIT_SUBVERBS = ("worktree", "remote", "submodule", "notes", "bisect", "sparse-checkout", "lfs")
#: What does the same by another word, where the one may be refused.
_ALSO_CALLED = {"git remote set-url": "git remote add", "git switch": "git checkout"}
_STASH_VERBS = ("pop", "apply", "drop", "list", "show", "push", "clear", "branch")
_GIT_LOOKS = set(
    "show log diff blame ls-files grep rev-parse ls-tree cat-file rev-list describe for-each-ref show-ref reflog"
    " count-objects merge-base shortlog ls-remote check-ignore name-rev".split()
)
_VALUED_OF_INTERPRETERS = ("-X", "-W", "-I", "-r", "--require", "--import", "--loader", "--env-file")
_CODE_OPTIONS = {"-c", "-e", "-p", "-pe", "-ne", "-r", "--eval", "--print"}


def of_program(name: str, rest: "list[str]") -> Program:
    """Return what a program does that is no check, no script and no look."""
    operands = [word for word in rest if not word.startswith(("-", "<<"))]
    if name in ("curl", "wget"):
        asked = [word.partition("?")[0] for word in operands if "://" in word or word.startswith(("localhost", "$"))]
        return Program(name, RUN, name, asked or operands)
    if name in _NAMED:
        return Program(name, RUN, "rm" if name == "rmdir" else name, operands)
    if name == "R" and not _CODE_OPTIONS.isdisjoint(rest):
        found = _check_by_code(name, _code_of(rest))
        if found is not None:
            return found
    serves = False
    if name in SERVERS or not _BRINGS.isdisjoint(rest[:3]):
        from claudesess_collector import command_brings

        plain = _not_secret(rest)
        installed = command_brings.installed(name, plain)
        if installed is not None:
            return installed
        serves = command_brings.serves(name, plain)
    found = _by_verbs(name, rest, operands) if name in _TWO_WORDS else _unknown(name, rest, serves)
    found.serves = serves and found.kind == RUN
    return found


def _unknown(name: str, rest: "list[str]", serves: bool) -> Program:
    """Return what a program does that no table knows: it may be anything, its hash tells it from others."""
    behind = _behind(rest) if name not in _SPEAK_OF else None
    if behind is not None:
        behind.starter = name
        return behind
    family = f"#{short_hash(name)}"
    found = _told_to_check(name, family, rest)
    if found is not None:
        return found
    first = rest[1:2] if rest[:1] and rest[0] in _BEFORE_VERBS else rest[:1]
    if rest[:1] and rest[0].startswith("-") and name not in _OPEN_OR_MOVE:
        first = _behind_options(rest)
    plain = [word for word in first if not word.startswith(("-", "<<")) and is_plain(word) and not serves]
    thing_and_verb = [] if serves or rest[:1] in (["exec"], ["run"]) else _up_to_its_verb(rest)
    return Program(name, RUN, family, thing_and_verb or [word for word in plain if "." not in word])


def _up_to_its_verb(words: "list[str]") -> "list[str]":
    """Return what a program does, and to what kind of thing: the words up to a verb, as one; none where none is one."""
    for at, word in enumerate(words[:_MOST_WORDS]):
        if word.lower() in _VERBS:
            return [" ".join(words[: at + 1])]
        if not _is_verb(word):
            break
    return []


_MOST_WORDS = 4
# What programs are told to do with a thing: `tool service start`.
_VERBS = frozenset(
    "start stop restart status logs log list ls show get describe info inspect view create new add set put delete rm"
    " remove destroy update edit patch apply run exec call invoke test check validate init install uninstall upgrade"
    " enable disable pause resume push pull sync fetch clone fork import export login logout whoami attach detach open"
    " close reopen merge approve submit comment search find query watch wait kill cancel retry deploy rollback scale"
    " plan build lint format move mv rename copy cp link unlink join leave connect disconnect backup restore reset"
    " clear clean prune dump load migrate rotate tail diff history events metrics health ping config help".split()
)
# Those of them that are no names of scripts, too.
_DONE_TO_THINGS = _VERBS - frozenset(
    "run exec call test check build lint format plan diff help config validate".split()
)


def _told_to_check(name: str, family: str, rest: "list[str]") -> "Optional[Program]":
    """Return the check that a program is told to make which no table knows, None where it is told something else."""
    category = _CHECK_VERBS.get(rest[0]) if rest else None
    is_cmdlet = name[:1].isupper() and "-" in name  # `New-Item build`
    if category is None or name in _OPEN_OR_MOVE or is_cmdlet or rest[-1] in ("-h", "--version"):
        return None
    found = Program(name, CHECK, f"{family} {rest[0]}", rest[1:], category)
    found.runner = "?"
    return found


def _of_projects(name: str, verb: str, rest: "list[str]") -> "Optional[Program]":
    """Return the check that the project's own program makes, which another builds or finds: `cargo run -- test`."""
    if name == "cargo" and verb not in _OF_CARGO:  # `cargo xtask test`
        return _told_to_check(name, f"cargo {verb}", rest[rest.index(verb) + 1 :])
    if name == "go" and verb == "run":
        behind = operands(rest[1:])[1:]
    elif name in ("cargo", "dotnet") and verb == "run" and "--" in rest:
        behind = rest[rest.index("--") + 1 :]
    else:
        return None
    return _told_to_check(name, f"{name} run", behind)


def _by_verbs(name: str, rest: "list[str]", operands: "list[str]") -> Program:
    """Return what a program does whose further words are verbs: `gh pr view`, `docker compose up`."""
    is_long = name in _LONG or name.startswith("docker") or (rest[:1] == ["run"] and name in TASK_RUNNERS)
    words = _not_secret(rest)
    plain = [word for word in words if is_plain(word)]
    # `flutter pub get`
    is_long = is_long or (len(plain) > 1 and plain[0] not in _VERBS and plain[1] in _DONE_TO_THINGS)
    verbs = [word for word in words[: 2 if is_long else 1] if is_plain(word)]
    if verbs[:1] == ["api"] and name == "gh":
        return _of_api(name, rest, operands)
    found = _of_projects(name, verbs[0], rest) if verbs else None
    if found is not None:
        return found
    family = " ".join([name, *verbs])
    if family == "go run":
        return Program(name, RUN, family, [word for word in operands[1:2] if word != "/dev/stdin"])
    if family not in _FETCH and not _LOOK_VERBS.isdisjoint(word.partition("-")[0] for word in verbs):
        return Program(name, PROBE, family, [word for word in operands if word not in verbs])
    return Program(name, RUN, family, [])


def _behind(rest: "list[str]") -> "Optional[Program]":
    """Return the check, or what git does, that a program starts which no table knows, None where it names none."""
    if not rest or rest[0] in ALSO_VERBS or not (rest[0] == "git" or rest[0] in COMMANDS or rest[0] in PROGRAMS):
        return None
    found = of_git(rest[1:]) if rest[0] == "git" else known_check(rest[0], rest[1:])
    return found if found is not None and found.kind in (CHECK, VCS) else None


def _behind_options(words: "list[str]") -> "list[str]":
    """Return what a program that no table knows may be told behind its options: the first word may be an option's."""
    at = next((at for at, word in enumerate(words) if not word.startswith("-")), len(words))
    return [word for word in words[at:] if not word.isdigit() and "/" not in word][:2]


def _of_api(name: str, rest: "list[str]", operands: "list[str]") -> Program:
    """Return what `gh api` does: it looks at an endpoint, or sends something to one."""
    if any(word.startswith(_SENDS) for word in rest):
        return Program(name, RUN, f"{name} api", [])
    return Program(name, PROBE, "look", [operands[1].partition("?")[0]] if len(operands) > 1 else [])


def _not_secret(words: "list[str]") -> "list[str]":
    """Return what is no option, nor the value of one that hands over a secret: a name is kept as it is written."""
    found: "list[str]" = []
    before = ""
    for word in words:
        is_given = before in ("-p", "-u") or (before[:1] == "-" and any(hint in before.lower() for hint in _SECRETS))
        if not word.startswith(("-", "<<")) and not is_given:
            found.append(word)
        before = "" if "=" in word else word
    return found


def of_git(words: "list[str]") -> Program:
    """Return what git does."""
    while words and words[0].startswith("-"):
        words = words[2:] if words[0] in ("-C", "-c", "--git-dir", "--work-tree") else words[1:]
    verb = words[0] if words else ""
    operands = [word for word in words[1:] if not word.startswith(("-", "<<"))]
    found = Program("git", VCS, f"git {verb}".strip(), operands if verb in _GIT_POINTS or verb == "add" else [])
    if "--continue" in words:
        found.family, found.operands = f"git {verb}", []
    elif "--abort" in words or "--quit" in words:  # what was begun is taken back, and not reached
        found.family, found.operands = f"git {verb} --abort", []
    if verb in _GIT_LOOKS:
        if verb == "show" and any(":" in word for word in operands):
            return Program("git", PROBE, "look", [word.rpartition(":")[2] for word in operands])
        found.operands = operands
    elif verb == "config":
        found.operands = operands[:1]
    asks = (verb == "config" and _asks_config(words[1:], operands)) or (verb == "remote" and not operands)
    if verb in _GIT_LOOKS or asks:
        found.kind = PROBE
    elif verb in _GIT_SUBVERBS and operands:
        found.family = f"git {verb} {operands[0]}"
        found.kind = PROBE if operands[0] in ("list", "show", "status") else VCS
        found.operands = operands[1:]
    elif verb == "stash" and operands[:1] and operands[0] in _STASH_VERBS:
        found.family = f"git stash {operands[0]}"
    found.family = _ALSO_CALLED.get(found.family, found.family)
    found.subcommand = verb
    return found


def _asks_config(words: "list[str]", operands: "list[str]") -> bool:
    """Say whether `git config` is asked for a value, and sets none."""
    return any(word.startswith(("--get", "--list")) or word in ("-l", "get", "list") for word in words) or (
        len(operands) == 1 and not any(word.startswith(("--unset", "--remove", "--edit", "-e")) for word in words)
    )


def of_interpreter(name: str, words: "list[str]", segment: "Segment") -> Program:
    """Return what an interpreter runs: a script by its file, code by what it reads."""
    is_own = name not in INTERPRETERS
    arguments = [name, *words] if is_own else words
    if not is_own and any(word in _CODE_OPTIONS for word in words[:4]):
        by_code = _check_by_code(name, _code_of(words))
        if by_code is not None:
            return by_code
        kind = RUN if name in SHELL_PROGRAMS or _does_more_than_look(segment) else PROBE
        return Program(name, kind, f"{name} -c", [_code_of(words)])
    if arguments[:1] == ["run"] and name in ("bun", "deno"):
        arguments = arguments[1:]
    operated = arguments if is_own else operands(arguments, valued=_VALUED_OF_INTERPRETERS)
    script = next((word for word in operated if not word.startswith("-")), None)
    if script is None or script == "-" or script.startswith("<<"):
        kind = RUN if name in SHELL_PROGRAMS or _does_more_than_look(segment) else PROBE
        return Program(name, kind, f"{name} -c", [next((word for word in words if word.startswith("<<")), "")])
    at = arguments.index(script)
    tail = last_name(script.replace("\\", "/"))
    if tail in COMMANDS:
        program = known_check(tail, arguments[at + 1 :])
        if program is not None:
            return program
    # `test.sh setup` and `test.sh verify` are two things
    verb = next((word for word in arguments[at + 1 : at + 2] if _is_verb(word)), "")
    category = "test" if tail.startswith(("test_", "test-")) or _runs_tests(script) else by_name(tail.rsplit(".", 1)[0])
    category = category or _CHECK_VERBS.get(verb)
    if category is not None:
        found = Program(tail, CHECK, "script", [script], category)
        found.runner, found.subcommand = "?", verb
        return found
    return Program(tail, RUN, "script", [script])


def _runs_tests(script: str) -> bool:
    """Say whether a script runs the tests of the folder that it is in: `tests/run.py`, `test/run_all.sh`."""
    *folders, name = script.replace("\\", "/").split("/")
    stem = name.partition(".")[0].replace("-", "_").lower()
    return bool(folders) and folders[-1].lower() in _OF_TESTS and stem in _RUN_ALL


_OF_TESTS = ("test", "tests", "spec", "specs")
_RUN_ALL = ("run", "run_all", "run_tests", "run_all_tests", "runtests", "runner", "all", "main", "suite")
# What code of one line calls that runs checks.
_CALLS = {
    "devtools::test(": "test", "devtools::check(": "test", "testthat::test_": "test", "tinytest::": "test",
    "rcmdcheck::": "test", "Pkg.test(": "test", "pytest.main(": "test", "unittest.main(": "test", "lintr::": "lint",
}  # fmt: skip


def _check_by_code(name: str, code: str) -> "Optional[Program]":
    """Return the check that code of one line runs, with the scripts that its call is told; None where it runs none."""
    call = next((call for call in _CALLS if call in code), None)
    if call is None:
        return None
    arguments = code.partition(call)[2].partition(")")[0]
    words = "".join(char if char.isalnum() or char in "_-./" else " " for char in arguments).split()
    scripts = [word for word in dict.fromkeys(words) if word.endswith(_SCRIPTS)]
    found = Program(name, CHECK, f"{name} -c", scripts, _CALLS[call])
    found.runner = "Rscript" if name == "R" else name if name in ("Rscript", "julia") else "?"
    return found


_SCRIPTS = (".R", ".r", ".py", ".jl")


def _is_verb(word: str) -> bool:
    return word[:1].isalpha() and all(char.isalpha() or char in "-_" for char in word)


def _code_of(words: "list[str]") -> str:
    at = next((at for at, word in enumerate(words) if word in _CODE_OPTIONS), 0)
    return words[at + 1] if at + 1 < len(words) else ""


_ACTS = ("write(", "SystemExit", "exit(", "subprocess", "os.system", "unlink(", "remove(", "rmtree(", "mkdir(")
_SHOWS = ("json", "print(", "console.log", "puts ", "read", "stdin")


def _does_more_than_look(segment: "Segment") -> bool:
    """Say whether code of one line does something else than look: it prints nothing, or it writes."""
    code = " ".join(segment.words)
    return any(word in code for word in _ACTS) or not any(word in code for word in _SHOWS)
