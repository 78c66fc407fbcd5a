"""What a program that only starts another one starts: the words of that one, or nothing."""

import re

from claudesess_collector.command_elsewhere import words_of
from tables import each_row

#: A command, and the words that are started.
STARTED = [
    ("docker exec w a b", "a|b"), ("docker exec -it -e A=b w a b", "a|b"), ("docker exec -- w a", "a"), ("docker run w a", "a"),
    ("docker run w", None), ("docker run w -x", None), ("docker exec w", None), ("docker -H h exec w a", "a"), ("docker compose exec w a", "a"),
    ("docker compose -f x run -T w a", "a"), ("docker container exec w a", "a"), ("docker container compose exec w a", None),
    ("docker compose container exec w a", None), ("docker ps", None), ("docker", None), ("docker compose", None),
    ("docker-compose exec w a", "a"), ("docker-compose -p x exec w a b", "a|b"), ("podman exec w a", "a"), ("kubectl exec p -- a b", "a|b"),
    ("kubectl exec p a", None), ("kubectl exec p --", None), ("doppler run -- a", "a"), ("op run -- a -- b", "a|--|b"),
    ("nix develop -c a b", "a|b"), ("nix develop --command a", "a"), ("nix develop", None), ("nix -c", None),
    ("nix-shell --run 'a; b'", "sh|-c|'a; b'"), ("nix-shell --run a b", "sh|-c|\"a b\""), ("nix-shell --command 'a'", "sh|-c|'a'"),
    ("nix-shell -p x", None), ("su -c 'a' b", "sh|-c|'a'"), ("su - b", None), ("su -c a b", "sh|-c|\"a b\""),
    ("script -qec 'a' /dev/null", "sh|-c|'a'"), ("flock -c 'a' x", "sh|-c|'a'"), ("flock -w 5 x a b", "a|b"), ("flock x", None),
    ("flock x -c 'a'", "sh|-c|'a'"), ("vagrant ssh -c 'a'", "sh|-c|'a'"), ("fly ssh console -C 'a'", "sh|-c|'a'"),
    ("pwsh -Command 'a'", "sh|-c|'a'"), ("powershell -Command a b", "sh|-c|\"a b\""), ("powershell -NoProfile 'a'", "sh|-c|'a'"),
    ("powershell -NoProfile a", None), ("powershell \"a\"", "sh|-c|\"a\""), ("powershell", None), ("cmd /c a b", "sh|-c|\"a b\""),
    ("cmd /C \"a b\"", "sh|-c|\"a b\""), ("cmd x", None), ("eval 'a b'", "sh|-c|'a b'"), ("eval a b", "sh|-c|\"a b\""), ("eval", None),
    ("nvm exec 20 a", "a"), ("nvm use 20", None), ("nvm run 20 a", "a"), ("nvm", None), ("nvm exec 20", None), ("fnm exec a", "a"),
    ("fnm exec -- a", "a"), ("asdf exec a", "a"), ("volta run --node 20 a", "a"), ("rbenv exec a", "a"), ("unbuffer a b", "a|b"),
    ("unbuffer", None), ("strace -f a", "a"), ("strace -f -- a", "a"), ("chroot /x a", "a"), ("chroot --userspec=a:b /x a", "a"),
    ("chroot --groups g /x a", "a"), ("apptainer exec --bind /a x.sif a", "a"), ("apptainer run x.sif a", None), ("toolbox run a", "a"),
    ("limactl shell d a", "a"), ("limactl list", None), ("lima a", "a"), ("srun -n 2 a", "a"), ("srun --mem 3 -- a", "a"),
    ("systemd-run --user -u x a", "a"), ("wsl -d U -- a", "a"), ("wsl --cd / a", "a"), ("devcontainer exec --workspace-folder . a", "a"),
    ("devcontainer up", None), ("chroot -- /x -- a", "a"),
    ("direnv exec . a b", "a|b"), ("direnv allow", None), ("dotenv -f .env -- a", "a"), ("dotenv list", None), ("heroku run -a x a", "a"),
    ("heroku logs", None), ("railway run a", "a"), ("foreman run a", "a"), ("ddev exec -s db a", "a"), ("ddev start", None),
    ("taskset -c 0 a", "a"), ("ionice -c3 a", "a"), ("ionice -c 3 a", "a"), ("valgrind --leak-check=full a b", "a|b"),
]  # fmt: skip


@each_row(("command", "started"), STARTED)
def test_what_is_started_elsewhere(command, started):
    words = re.findall(r"'[^']*'|\"[^\"]*\"|\S+", command)
    assert words_of(words[0], words) == (started if started is None else started.split("|"))
