"""What a program that only starts another one runs: in a container, with another environment.

A command on another machine is another thing: `command_asked` says of what kind.
"""

from claudesess_collector.command_split import operands

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional

_CONTAINERS = set("docker podman nerdctl docker-compose podman-compose".split())
_VALUED = {
    "docker": "-e --env --env-file -u --user -w --workdir --detach-keys -v --volume --mount -p --publish --name"
    " --network --entrypoint -m --memory --platform -h --hostname -l --label --cpus --gpus --add-host --shm-size"
    " --ulimit --cap-add --cap-drop --security-opt --pull --tmpfs --restart --link --expose --dns --ipc --pid --index"
    " -f --file --project-name --profile --project-directory -H --host --context --log-level --volumes-from --net",
    "wsl": "-d --distribution -u --user --cd",
    "devcontainer": "--workspace-folder --container-id --config --remote-env --id-label",
    "flock": "-w --timeout -E",
    "apptainer": "-B --bind --pwd -H --home --env",
    "singularity": "-B --bind --pwd -H --home --env",
    "srun": "-n -N -c -p -t -J --mem --gres",
    "systemd-run": "-p --property --unit -u",
    "chroot": "--userspec --groups",
    "heroku": "-a --app -r --remote -s --size",
    "railway": "-s --service -e --environment",
    "foreman": "-e --env -f",
    "ddev": "-s --service -d --dir",
    "taskset": "-c --cpu-list",
    "ionice": "-c --class -n --classdata",
    "volta": "--node --npm --yarn",
}
#: Programs whose words after the verb (one of these, or none) and so many names are a command.
_STARTS = {
    "wsl": ((), 0), "devcontainer": (("exec",), 0), "nvm": (("exec", "run"), 1),
    "fnm": (("exec",), 0), "asdf": (("exec",), 0), "volta": (("run",), 0), "rbenv": (("exec",), 0),
    "pyenv": (("exec",), 0), "flock": ((), 1), "unbuffer": ((), 0), "strace": ((), 0), "chroot": ((), 1),
    "apptainer": (("exec",), 1), "singularity": (("exec",), 1), "toolbox": (("run",), 0), "srun": ((), 0),
    "limactl": (("shell",), 1), "lima": ((), 0), "systemd-run": ((), 0), "direnv": (("exec",), 1),
    "heroku": (("run",), 0), "railway": (("run",), 0), "foreman": (("run",), 0), "ddev": (("exec",), 0),
    "taskset": ((), 0), "ionice": ((), 0), "valgrind": ((), 0),
}  # fmt: skip
#: Programs that say with ` -- ` where the command begins.
_DASHED = set(
    "kubectl oc doppler op infisical aws-vault chamber dotenvx multipass distrobox teller watchexec envchain"
    " dotenv".split()
)
#: Programs that take a command as one text, after one of these options.
_TEXTS = {
    "nix-shell": ("--run", "--command"), "su": ("-c", "--command"), "script": ("-c", "-qc", "-qec", "-qefc"),
    "flock": ("-c",), "vagrant": ("-c", "--command"), "fly": ("-C", "--command"), "flyctl": ("-C", "--command"),
    "pwsh": ("-Command", "-c", "-command"), "powershell": ("-Command", "-c", "-command"), "cmd": ("/c", "/C"),
}  # fmt: skip
_BARE_OPTIONS = ("-NoProfile", "-NoLogo", "-NonInteractive", "-NoExit")
_NIX = ("-c", "--command")


def words_of(head: str, words: "list[str]") -> "Optional[list[str]]":
    """Return the command that a program starts, as words; a text to be read by a shell is one word in quotes.

    `head` is the program's own name, `words` are all words as they are written. None where it starts nothing.
    """
    rest = words[1:]
    if head in _CONTAINERS:
        return _in_container(head, rest)
    for option, script in zip(rest, rest[1:]):
        if option in _TEXTS.get(head, ()):
            return ["sh", "-c", script if script[:1] in "'\"" else _quoted(rest[rest.index(option) + 1 :])]
    if head in ("powershell", "pwsh"):
        at = next((at for at, word in enumerate(rest) if word.lower() in ("-file", "-f")), None)
        if at is not None:
            return rest[at + 1 :] or None
    if head == "powershell":  # takes a command without an option, too
        text = next((word for word in rest if word not in _BARE_OPTIONS), "")
        return ["sh", "-c", text] if text[:1] in ("'", '"') else None
    if head in _DASHED:
        return rest[rest.index("--") + 1 :] or None if "--" in rest else None
    if head == "nix":
        at = next((at for at, word in enumerate(rest) if word in _NIX), None)
        return None if at is None else rest[at + 1 :] or None
    if head == "eval":
        return ["sh", "-c", _quoted(rest)] if rest else None
    if head not in _STARTS:
        return None
    verbs, n_names = _STARTS[head]
    rest = _skipped(head, rest)
    if verbs:
        if rest[:1] == [] or rest[0] not in verbs:
            return None
        rest = _skipped(head, rest[1:])
    return _skipped(head, rest[n_names:]) or None


def _in_container(head: str, words: "list[str]") -> "Optional[list[str]]":
    """Return what follows `exec NAME` and `run IMAGE`, of compose, too."""
    words = _skipped("docker", words)
    if words[:1] == ["compose"] or words[:1] == ["container"]:
        words = _skipped("docker", words[1:])
    if words[:1] not in (["exec"], ["run"]):
        return None
    command = _skipped("docker", words[1:])[1:]
    return command if command and not command[0].startswith("-") else None


def _skipped(head: str, words: "list[str]") -> "list[str]":
    """Leave out leading options and their values, and what ends them."""
    rest = operands(words, valued=_VALUED.get(head, "").split())
    return rest[1:] if rest[:1] == ["--"] else rest


def _quoted(words: "list[str]") -> str:
    """Return words as one text in quotes; what is in quotes as a whole is what a shell reads anew."""
    if len(words) == 1 and words[0][:1] in "'\"":
        return words[0]
    return '"' + " ".join(words) + '"'
