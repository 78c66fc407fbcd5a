"""What an explorer reads first: step by step, stopped and taken up again, with what went wrong."""

import threading

import pytest

from claudesess.lab.reading import Reading


def steps(done, *names):
    return [(name, lambda name=name: done.append(name)) for name in names]


def test_steps_are_done_once_and_told():
    done = []
    reading = Reading(steps(done, "the sessions", "their calls"))
    assert not reading.is_done
    reading.wait()
    reading.wait()
    assert (done, reading.is_done, reading.is_at_work) == (["the sessions", "their calls"], True, False)


def test_it_ends_behind_the_step_in_which_it_is_stopped_and_goes_on_there():
    done = []
    reading = Reading(
        [
            ("first", lambda: (done.append(reading.in_words("2 databases")), reading.stop())),
            *steps(done, "second"),
        ]
    )
    reading.read()
    assert "Reading 2 databases: first (0 of 2 steps done, 0 s)" in done[0]
    assert reading.in_words("2 databases") == "Stopped after 1 of 2 steps. Nothing is asked yet."
    reading.read()
    assert done[1:] == ["second"]


def test_what_cannot_be_read_is_told_to_whoever_looks_and_raised_for_whoever_waits():
    reading = Reading([("first", lambda: 1 / 0)])
    reading.read()
    assert reading.in_words("1 database") == "<b>Could not be read:</b> division by zero"
    with pytest.raises(ZeroDivisionError):
        reading.wait()


def test_whoever_waits_waits_for_the_other_and_nothing_is_read_twice():
    done, may_end = [], threading.Event()
    reading = Reading([("first", lambda: may_end.wait(20) and done.append("first")), *steps(done, "second")])
    beside = threading.Thread(target=reading.read)
    beside.start()
    threading.Timer(0.05, may_end.set).start()
    reading.wait()
    beside.join()
    assert done == ["first", "second"]
