"""Databases in a bucket: s3fs asks a server on this machine that speaks as S3 does."""

import shutil
import sqlite3
from contextlib import closing

import pytest
from click.testing import CliRunner

from claudesess import fleet, samples
from claudesess.cli import main

boto3 = pytest.importorskip(
    "boto3", reason="moto and s3fs could not be installed: no package index within reach?"
)
server = pytest.importorskip(
    "moto.server", reason="moto could not be installed: no package index within reach?"
)
pytest.importorskip("s3fs", reason="s3fs could not be installed: no package index within reach?")

FAILURES = "retry_escalation.failures"
SHOP, WEB = samples.sample_path("retry"), samples.sample_path("compaction")


@pytest.fixture(scope="module")
def bucket(tmp_path_factory):
    """A bucket `team` with two databases, one of them with a log, and a file that is none."""
    home = tmp_path_factory.mktemp("home")
    there = server.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    there.start()
    _, port = there.get_host_and_port()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(home))
        patch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{port}")
        patch.setenv("AWS_ACCESS_KEY_ID", "nobody")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "nothing")
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        client = boto3.client("s3")
        client.create_bucket(Bucket="team")

        def put(key, content):
            client.put_object(Bucket="team", Key=key, Body=content)

        live = home / "live.db"
        shutil.copyfile(SHOP, live)
        with closing(sqlite3.connect(live, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            new = "INSERT INTO session_metrics (session_id, event_type, key, value) VALUES ('new', 'prompt', 'human', 'p')"
            connection.execute(new)
            put("sessions/shop/.claude-session.db", live.read_bytes())
            put("sessions/shop/.claude-session.db-wal", (home / "live.db-wal").read_bytes())
        put("sessions/web/.claude-session.db", WEB.read_bytes())
        put("backups/old.db", b"no database" * 100)
        yield put
    there.stop()


def numbers(found):
    return found.answers[FAILURES].estimates[["n_events", "n_sessions"]].values.tolist()


@pytest.mark.parametrize("url", ["s3://team/sessions", "s3://team/sessions/*/.claude-session.db"])
def test_a_folder_and_a_pattern_are_asked_like_files(bucket, url):
    found, here = fleet(url, FAILURES), fleet([SHOP, WEB], FAILURES)
    assert [place.db for place in found.places] == ["shop", "web"]
    assert (found.n_asked, found.n_sessions) == (2, here.n_sessions + 1)  # one is in the log alone
    assert [events for events, _ in numbers(found)] == [events for events, _ in numbers(here)]
    assert found.skew.empty


def test_what_is_not_there_or_no_database_is_named_and_left_out(bucket):
    found = fleet(
        ["s3://team/sessions/web/.claude-session.db", "s3://team/backups/old.db", "s3://team/no.db"], FAILURES
    )
    assert numbers(found) == numbers(fleet(WEB, FAILURES))
    assert [reason.split(". ")[0] for reason in found.left_out["reason"]] == [
        "s3://team/backups/old.db is not a SQLite database",
        "s3://team/no.db does not exist",
    ]


def test_a_bucket_that_is_not_there_is_a_sentence(bucket):
    done = CliRunner().invoke(main, ["fleet", "s3://nobody/sessions", "--measure", FAILURES])
    assert done.exit_code == 1
    assert "s3://nobody/sessions" in done.output
    assert "Traceback" not in done.output


def test_the_command_takes_buckets_and_files_at_once(bucket):
    done = CliRunner().invoke(
        main, ["fleet", "s3://team/sessions", str(samples.sample_path("mixed")), "--measure", FAILURES]
    )
    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines()[0].startswith("3 databases, ")
