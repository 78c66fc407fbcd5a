"""What is tried, whatever its spelling: kinds, categories and aims of commands of many ecosystems."""

import pytest
from claudesess_collector.aims import _spaced, of_call, of_command
from claudesess_collector.command_parts import of_command as parts_of
from claudesess_collector.command_parts import start_folder
from claudesess_collector.payload import short_hash
from tables import each_row

HOME = "/home/dev/app"


def main(command, cwd=HOME):
    return of_command(command, cwd, HOME, is_after=False).main


@each_row(
    ("command", "other"),
    [
        ("gcc -c a.c", "gcc -c b.c"),
        ("npx jest --config e2e.config.js", "npx jest --config unit.config.js"),
        ("arm-none-eabi-gcc a.c", "gcc a.c"),
    ],
)
def test_what_is_compiled_and_how_it_is_set_up_makes_another(command, other):
    assert main(command).aim != main(other).aim


@each_row(
    ("command", "script"),
    [
        ("bun run tools/x.ts", "tools/x.ts"),
        ("deno run -A tools/x.ts", "tools/x.ts"),
        ("python -X dev tools/x.py", "tools/x.py"),
    ],
)
def test_a_script_is_told_behind_what_runs_it(command, script):
    assert main(command).targets == [f"{HOME}/{script}"]


def test_who_is_in_a_folder_and_goes_there_once_more_means_no_other():
    there = main("pytest tests/a.py", f"{HOME}/apps/api")
    assert main("cd apps/api && pytest tests/a.py", f"{HOME}/apps/api").aim == there.aim
    assert main("cd apps/api && pytest tests/a.py", HOME).aim == there.aim
    assert (
        main("cd api && pytest tests/a.py", f"{HOME}/apps/api").aim != there.aim
    )  # folders named alike are common


@each_row(
    ("command", "plain"),
    [
        ("pytest tests/a.py --junit-xml /tmp/x.xml --rootdir /tmp", "pytest tests/a.py"),
        ("npx eslint --format json -o out.json src", "npx eslint src"),
        ("go test -coverprofile c.out ./x", "go test ./x"),
        ("gcc -o out/a src/a.c", "gcc src/a.c"),
    ],
)
def test_settings_and_reports_make_no_other_check(command, plain):
    assert main(command).aim == main(plain).aim


@each_row(
    ("command", "kind", "category"),
    [
        ("go test ./...", "check", "test"),
        ("go vet ./...", "check", "lint"),
        ("cargo nextest run", "check", "test"),
        ("cargo clippy -- -D warnings", "check", "lint"),
        ("pnpm run lint", "check", "lint"),
        ("pnpm exec tsc --noEmit", "check", "type"),
        ("npm ci", "run", "runtime"),
        ("yarn workspace web build", "check", "build"),
        ("./gradlew test", "check", "test"),
        ("mvn -q verify", "check", "test"),
        ("dotnet test --no-build", "check", "test"),
        ("bundle exec rspec spec/a_spec.rb", "check", "test"),
        ("vendor/bin/phpunit tests/ATest.php", "check", "test"),
        ("php artisan test", "check", "test"),
        ("tox -e py311", "check", "test"),
        ("pre-commit run --all-files", "check", "lint"),
        ("terraform validate", "check", "build"),
        ("docker build -t x .", "check", "build"),
        ("docker ps", "probe", "runtime"),
        ("gh pr diff 7", "probe", "runtime"),
        ("aws amplify list-jobs --app-id a", "probe", "runtime"),
        ("aws amplify start-job --app-id a", "run", "runtime"),
        ("dir node_modules", "probe", "runtime"),
        ("git remote -v", "probe", "runtime"),
        ("gh pr create --fill", "run", "runtime"),
        ("gh api repos/o/r/pulls/7/comments", "probe", "runtime"),
        ("gh api repos/o/r/pulls/7/comments -f body=x", "run", "runtime"),
        ("go get example.org/x", "run", "runtime"),
        ("pytest --help", "probe", "runtime"),
        ("golangci-lint version", "probe", "runtime"),
        ("swift test", "check", "test"),
        ("flutter analyze", "check", "lint"),
        ("mix dialyzer", "check", "type"),
        ("make check", "check", "check"),
        ("make all", "check", "build"),
        ("make ready", "run", "runtime"),
        ("mise run lint", "check", "lint"),
        ("just ci", "check", "check"),
        ("gh pr checks 12", "check", "test"),
        ("git push -u origin x", "vcs", "runtime"),
        ("git status", "vcs", "runtime"),
        ("git config --get user.name", "probe", "runtime"),
        ("npm run -s test", "check", "test"),
        ("./gradlew clean build", "check", "build"),
        ("./gradlew assembleRelease", "check", "build"),
        ("./gradlew :app:assembleDebugAndroidTest", "check", "build"),
        ("./gradlew connectedAndroidTest", "check", "test"),
        ("./gradlew ktlintCheck detekt", "check", "lint"),
        ("./gradlew build -x test", "check", "build"),
        ("./gradlew --stop", "run", "runtime"),
        ("./gradlew dependencies", "run", "runtime"),
        ("./gradlew bootRun", "run", "runtime"),
        ("./gradlew installDebug", "run", "runtime"),
        ("mvn clean install", "check", "build"),
        ("mvn clean package -DskipTests", "check", "build"),
        ("mvn clean", "run", "runtime"),
        ("mvn dependency:tree", "run", "runtime"),
        ("mvn spring-boot:run", "run", "runtime"),
        ("make clean all", "check", "build"),
        ("make clean", "run", "runtime"),
        ("make -j 8", "check", "build"),
        ("sbt clean test", "check", "test"),
        ("npx hardhat test", "check", "test"),
        ("npx hardhat run scripts/a.js", "run", "runtime"),
        ("pnpm -F web run lint", "check", "lint"),
        ("pnpm -r --parallel test", "check", "test"),
        ("pnpm nx lint api", "check", "lint"),
        ("yarn turbo build", "check", "build"),
        ("pnpm --filter web nx test", "check", "test"),
        ("yarn --cwd web test", "check", "test"),
        ("yarn workspaces foreach -A run test", "check", "test"),
        ("npm -s test", "check", "test"),
        ("nx run-many -t lint", "check", "lint"),
        ("nx affected --target=test", "check", "test"),
        ("nx affected", "run", "runtime"),
        ("git ls-files | xargs --max-args 50 cat", "probe", "runtime"),
        ("psql -h db -c 'SELECT a FROM b'", "probe", "runtime"),
        ("psql -h db -c 'DROP TABLE b'", "run", "runtime"),
        ("sqlite3 a.db 'select a from b'", "probe", "runtime"),
        ("mvn -pl core test", "check", "test"),
        ("gradle -x test build", "check", "build"),
        ("make -j 8 test", "check", "test"),
        ("hatch run test", "check", "test"),
        ("pdm run lint", "check", "lint"),
        ("pdm run pytest", "check", "test"),
        ("hatch run python x.py", "run", "runtime"),
        ("pixi run build", "check", "build"),
        ("earthly +test", "check", "test"),
        ("lein test", "check", "test"),
        ("gleam format --check", "check", "lint"),
        ("rebar3 eunit", "check", "test"),
        ("bazel test //...", "check", "test"),
        ("bazel run //app", "run", "runtime"),
        ("meson test -C out", "check", "test"),
        ("meson setup out", "check", "build"),
        ("MSBuild.exe Shop.sln", "check", "build"),
        ("react-scripts test", "check", "test"),
        ("git config user.name", "probe", "runtime"),
        ("git config user.name Jo", "vcs", "runtime"),
        ("git cat-file -t abc", "probe", "runtime"),
        ("cat a.txt", "probe", "runtime"),
        ("sed -n 1,5p a.py", "probe", "runtime"),
        ("sed -i s/a/b/ a.py", "run", "runtime"),
        ("cat > a.txt <<'EOF'\nx\nEOF", "run", "runtime"),
        ("python3 -c 'import json; print(json.load(open(\"a.json\")))'", "probe", "runtime"),
        ("python3 -c 'raise SystemExit(1)'", "run", "runtime"),
        ("python3 tool.py", "run", "runtime"),
        ("./deploy.sh prod", "run", "runtime"),
        ("ssh host 'cat a; systemctl restart shop'", "run", "runtime"),
        ("ssh host 'cat a'", "probe", "runtime"),
    ],
)
def test_what_a_command_is_for(command, kind, category):
    part = main(command)
    assert (part.kind, part.category) == (kind, category)


@each_row(
    ("command", "program"),
    [
        ("cat a.txt; pytest -q; ruff check", "pytest"),  # the first check
        ("make ready; cat a.txt", "make"),  # else the last that does something
        ("cat a.txt; head b.txt; tail c.txt", "tail"),  # else the last look
    ],
)
def test_what_a_line_of_several_commands_is_for(command, program):
    assert main(command).program == program


@each_row(
    ("command", "is_hidden"),
    [
        ("pytest -q", False),
        ("pytest -q | tail", True),
        ("A=1 pytest -q | tail", True),
        ("set -o pipefail; pytest -q | tail", False),
        ("pytest -q | tail; exit ${PIPESTATUS[0]}", False),
        ("(pytest -q) | tail", True),
        ("pytest -q | tail && ls", True),
        ("pytest -q && ls | tail", False),
        ("ls | head; pytest -q && ls", False),
        ("pytest -q; ls", True),
        ("pytest -q\nls", True),
        ("ls; pytest -q", False),
        ("set -e; pytest -q; ls", False),
        ("pytest -q; exit $?", False),
        ("pytest -q && ls", False),
        ("pytest -q || true", True),
        ("pytest -q || echo failed", True),
        ("pytest -q || false", False),
        ("pytest -q || exit 0", True),
        ("pytest -q || exit 1", False),
        ("pytest -q || return", False),
        ("pytest -q &", True),
        ("pytest -q & ls", True),
        ("tool x; ls", True),
        ("tool x & ls", True),
        ("tool x &", True),
        ("tool x | tail", True),
        ("tool x || true", True),
        ("tool x || exit 1", False),
        ("tool x && ls", False),
        ("tool x; exit $?", False),
        ("set -e; tool x; ls", False),
        ("set -o pipefail; tool x | tail", False),
        ("cd a; tool x", False),
    ],
)
def test_a_status_that_is_not_the_calls_is_hidden(command, is_hidden):
    call = of_command(command, HOME, HOME, is_after=False)
    told = next(part for part in call.parts if part.program in ("pytest", "tool"))
    assert (call.is_hidden, told.is_hidden) == (is_hidden, is_hidden)


@each_row(
    ("command", "family", "targets"),
    [
        ("uv run -- pytest", "pytest", [HOME]),
        ("A=1 B=2 pytest", "pytest", [HOME]),
        ("docker exec app pytest tests/a.py", "pytest", [f"{HOME}/tests/a.py"]),
        ("sudo docker exec -it -e A=b app bash -c 'cd /srv && pytest'", "pytest", ["/srv"]),
        ("docker compose -f x.yml exec -T web python manage.py test", "manage.py test", [HOME]),
        ("docker-compose run --rm -e A=b web npm test -- --watch=false", "npm test", [HOME]),
        ("docker run --rm -v $PWD:/w -w /w python:3.12 pytest -q", "pytest", [HOME]),
        ("kubectl exec -it pod -n ns -c box -- pytest", "pytest", [HOME]),
        ("nix develop -c cargo test", "cargo test", [HOME]),
        ("nix-shell --run 'cargo test'", "cargo test", [HOME]),
        ("timeout 120 bash -c 'cd web && npm test'", "npm test", [f"{HOME}/web"]),
        ("A=1 sh -c \"bash -c 'pytest'\"", "pytest", [HOME]),
        ("time (cd web && npm test)", "npm test", [f"{HOME}/web"]),
        ("nvm exec 20 npm test", "npm test", [HOME]),
        ("doppler run -- npm test", "npm test", [HOME]),
        ("flock /run/a.lock pytest", "pytest", [HOME]),
        ("su -c 'pytest' dev", "pytest", [HOME]),
        ("strace -f -- pytest", "pytest", [HOME]),
        ("chroot --userspec=a:b /srv pytest", "pytest", [HOME]),
        ("nvm run 20 pytest", "pytest", [HOME]),
        ("apptainer exec --bind /a app.sif pytest", "pytest", [HOME]),
        ("singularity exec app.sif pytest", "pytest", [HOME]),
        ("limactl shell default pytest", "pytest", [HOME]),
        ("lima pytest", "pytest", [HOME]),
        ("wsl -d Ubuntu -- pytest", "pytest", [HOME]),
        ("devcontainer exec --workspace-folder . pytest", "pytest", [HOME]),
        ("fnm exec pytest", "pytest", [HOME]),
        ("asdf exec pytest", "pytest", [HOME]),
        ("volta run --node 20 pytest", "pytest", [HOME]),
        ("rbenv exec pytest", "pytest", [HOME]),
        ("pyenv exec pytest", "pytest", [HOME]),
        ("unbuffer pytest", "pytest", [HOME]),
        ("toolbox run pytest", "pytest", [HOME]),
        ("srun -n 2 pytest", "pytest", [HOME]),
        ("systemd-run --user --unit a pytest", "pytest", [HOME]),
        ("docker run --rm image", "docker run image", []),
        ("docker compose run --entrypoint sh web -c 'pytest'", "docker compose run", []),
        ("kubectl get pods", "kubectl get", [short_hash("pods")]),
        ("yarn turbo test", "turbo test", [HOME]),
        ("yarn turbo login", "yarn turbo login", []),
        ("pnpm nx graph", "pnpm nx", []),
        ("pnpm x-gcc a.c", "pnpm x-gcc", []),
    ],
)
def test_a_command_that_another_program_starts_is_what_is_tried(command, family, targets):
    part = main(command)
    assert (part.families, part.targets) == ([family], targets)


@each_row(
    ("one", "other", "is_same"),
    [
        ("./test.sh setup", "./test.sh verify", False),
        ("./test.sh verify", "./test.sh verify -v", True),
        ("./test.sh set-up", "./test.sh tear-down", False),
        ("./test.sh a.txt", "./test.sh b.txt", True),  # no verb
        ("./test.sh 1st", "./test.sh 2nd", True),
        ("rm a/x.csv", "rm b/x.csv", True),
        ("rm a/x.csv", "rm a/y.csv", False),
        ("curl https://host/a/x", "curl https://host/b/x", False),
        ("cat a/notes.md", "cat b/notes.md", True),
        ("cat a/index.ts", "cat b/index.ts", False),
        ("cat x/a/index.ts", "cat y/a/index.ts", True),
        ("rmdir out", "rm -rf out", True),
        ("git rebase main", "git rebase --abort", False),
        ("gh api repos/o/r/pulls?page=2", "gh api repos/o/r/pulls", True),
        ("gh api repos/o/r/pulls", "gh api repos/o/r/issues", False),
    ],
)
def test_what_is_the_same_aim(one, other, is_same):
    assert (main(one).aim == main(other).aim) is is_same


def test_who_starts_others_is_known_without_loading_how():
    from claudesess_collector import command_elsewhere as elsewhere
    from claudesess_collector.command_split import STARTERS

    known = {*elsewhere._CONTAINERS, *elsewhere._DASHED, *elsewhere._STARTS, *elsewhere._TEXTS, "nix", "eval"}
    assert known == STARTERS


@each_row(
    ("one", "other"),
    [
        ("pytest -q tests/a.py", "cd tests && python3 -m pytest a.py 2>&1 | tail -5"),
        ("go test ./pkg/a", "cd pkg && go test -v ./a | head"),
        ("node assets/build.js", "cd assets && node build.js"),
        ("python x.py", "FOO=1 python3 x.py > out.txt"),
        ("git push", "git push --set-upstream origin x"),
        ("git add -A && git commit -m 'a'", "git commit -m 'b'"),
        ("pytest -k 'a or b' t.py", 'pytest -k "a or b" t.py'),
        ("npx jest src/a.test.ts", "pnpm exec jest --silent src/a.test.ts"),
        ("uv run --frozen ruff check .", ".venv/bin/ruff check ."),
        ("cat sub/a.txt", "head -5 a.txt"),
        ("git show HEAD:lib/a.ex", "cat lib/a.ex"),
        ("make test OUT=build/x", "make test OUT=build/y"),
    ],
)
def test_one_aim_under_two_spellings(one, other):
    first, second = main(one), main(other)
    if one.startswith("git add"):
        first = of_command(one, HOME, HOME).parts[-1]
    shared = set(first.targets) & set(second.targets) or first.targets == second.targets
    assert first.families == second.families
    assert shared


@each_row(
    ("one", "other"),
    [
        ("pytest tests/a.py", "pytest tests/b.py"),
        ("pytest", "ruff check ."),
        ("go test ./a", "go vet ./a"),
        ("python x.py", "python y.py"),
        ("cargo test", "cargo build"),
        ("python3 -c 'raise SystemExit(5)'", "python3 -c 'raise SystemExit(6)'"),
        ("git push", "git pull"),
        ("npm run lint", "npm run build"),
        ("mypy 'app/a =b.py'", "mypy app"),
        ("mypy 'app/a =b.py'", "mypy"),
    ],
)
def test_other_aims(one, other):
    assert main(one).aim != main(other).aim


@each_row(
    ("command", "after", "start"),
    [
        ("cd ../b && pytest", "/p/b", "/p/_"),
        ("cd web && npm test", "/p/web", "/p"),
        ("cd web && npm test", "/p", "/p"),  # an agent's: put back
        ("cd /x && ls", "/x", "/x"),
        ("cd a && make && cd ..", "/p", "/p"),
        ("pytest", "/p", "/p"),
    ],
)
def test_where_a_command_began_that_succeeded(command, after, start):
    assert start_folder(command, after, is_after=True) == start


def test_a_command_that_failed_left_the_shell_where_it_was():
    failed = of_command("cd ../b && pytest", "/p/a", "/p", is_after=False)
    passed = of_command("cd ../b && pytest", "/p/b", "/p", is_after=True)
    assert (failed.main.targets, failed.main.aim) == (["/p/b"], passed.main.aim)


@each_row(
    ("tool", "one", "other", "is_same"),
    [
        ("mcp__db__query", {"sql": "a"}, {"sql": "b"}, False),
        ("mcp__db__query", {"sql": "a"}, {"sql": "a"}, True),
        (
            "Agent",
            {"subagent_type": "nope", "description": "x"},
            {"subagent_type": "Explore", "description": "x"},
            False,
        ),
        ("Agent", {"description": "x", "prompt": "1"}, {"description": "x", "prompt": "2"}, True),
        ("Edit", {"file_path": "/a", "old_string": "1"}, {"file_path": "/a", "old_string": "2"}, True),
        ("WebFetch", {"url": "u"}, {"url": "v"}, False),
        ("Skill", {"skill": "a"}, {"skill": "b"}, False),
        ("Read", {"file_path": "/d/a"}, {"file_path": "/e/a", "limit": 5}, True),
    ],
)
def test_tools_that_are_no_shell(tool, one, other, is_same):
    first, second = (of_call({"tool_input": given}, tool, HOME).main.aim for given in (one, other))
    assert (first == second) is is_same


@each_row(
    ("command", "hidden"),
    [
        ("mix compile && mix dialyzer | grep x", [False, True]),
        ("ruff check .; pytest", [True, False]),
        ("set -o pipefail; pytest | tail", [False]),
        ("pytest; r=$?; exit $r", [False]),
        ("pytest || true", [True]),
    ],
)
def test_whose_status_is_hidden(command, hidden):
    assert [part.is_hidden for part in parts_of(command, HOME) if part.kind == "check"] == hidden


KEY = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEA\n"


@pytest.mark.parametrize(
    ("command", "programs"),
    [
        (f"mytool {KEY}", ["mytool", ""]),  # its second line stands where a program's name does
        ("mytool x; other", ["mytool", "other"]),
    ],
)
def test_a_line_of_a_secret_is_no_name_of_a_program(command, programs):
    facts = of_command(command, HOME, HOME).facts(command)
    assert [part["program"] for part in facts["parts"]] == programs


@each_row(
    ("command", "family"),
    [
        ("docker login -u bob -p hunter2", "docker login"),
        ("npm --token hunter2 publish", "npm publish"),
        ("npm --token=hunter2 publish", "npm publish"),
        ("docker compose -f a.yml up", "docker compose"),
        ("apt-get -y install jq", "install"),
    ],
)
def test_what_hands_over_a_secret_is_part_of_no_name(command, family):
    assert main(command).families[0].startswith(family)
    assert "hunter2" not in main(command).families[0]


@each_row("path", [r".venv\Scripts\pytest.exe", r"C:\app\.venv\Scripts\pytest.exe", r"\pytest"])
def test_a_path_as_windows_writes_it(path):
    assert main(f"A=1 {path} -q").families == ["pytest"]


STARTED = """
flock /run/a.lock; flock -w 5 /run/a.lock; chroot /srv; chroot --userspec=a:b /srv; nvm exec 20; nvm run 20; fnm exec
asdf exec; volta run; volta run --node 20; rbenv exec; pyenv exec; unbuffer; strace -f; apptainer exec a.sif; lima
singularity exec --bind /a a.sif; toolbox run; limactl shell default; srun -n 2; systemd-run --user -u a; wsl -d Ubuntu
devcontainer exec --workspace-folder .
"""


@each_row("start", STARTED.strip().replace("\n", "; ").split("; "))
def test_what_another_program_starts_is_known_though_it_is_no_check(start):
    """A word too many or too few is what nobody knows, where it is the name of a check that tells."""
    assert main(f"{start} ./run.sh").targets == [f"{HOME}/run.sh"]


@pytest.mark.parametrize(("deep", "targets"), [(3, [f"{HOME}/run.sh"]), (4, [])])
def test_so_many_shells_within_shells_are_looked_into(deep, targets):
    assert main("(" * deep + "./run.sh" + ")" * deep).targets == targets


@each_row(
    "ending",
    [".sh", ".bash", ".py", ".js", ".mjs", ".cjs", ".ts", ".rb", ".exs", ".pl", ".php", ".lua", ".R", ".ps1"],
)
def test_a_script_is_known_by_the_ending_of_its_name(ending):
    assert main(f"tools/a{ending} x").families == ["script"]
    assert main(f"tools/a{ending[1:]} x").families != ["script"]


@each_row(
    ("command", "only"),
    [("pytest", True), ("pytest; ruff check", True), ("pytest | tail", True), ("cd a && pytest", True), ("pytest && ls", False), ("npm install && npm test", False), ("ls", False), ("cd a", False), ("rm x", False)],
)  # fmt: skip
def test_a_command_of_nothing_but_checks(command, only):
    assert of_command(command, HOME, HOME, is_after=False).only_checks is only


@each_row(
    ("char", "spaced"),
    [
        ("a", "a"), ("é", "é"), ("7", "7"), ("-", " "), ("_", " "), ("ア", "ア"), ("한", "한"),
        ("漢", " 漢 "), ("\u3400", " \u3400 "), ("\u9fff", " \u9fff "), ("\u33ff", " "),  # each sign is a word
        ("ぁ", " "), ("の", " "), ("ゟ", " "), ("゠", " "),  # these only join words
    ],
)  # fmt: skip
def test_where_a_word_ends_in_languages_without_blanks(char, spaced):
    assert _spaced(char) == spaced
