"""What agents do in their time."""

from __future__ import annotations

from . import payloads, shop
from .plan import AGENT_FAILS, AGENT_TIMES, NESTED
from .threads import Fact, Running, Thread
from .work import work_on

WORKED_ON = ("test", "lint", "type", "runtime")  # an agent's shell starts in the project's root every time
TITLES = {
    "Explore": ("Find usages of {}", "Map what depends on {}"),
    "Plan": ("Plan the change of {}", "Compare ways to split {}"),
    "general-purpose": ("Work on {}", "Tidy up {}"),
    "code-reviewer": ("Review {}", "Look for races in {}"),
}


def launch(parent: Thread, agent_type: str) -> Running:
    """Send an agent out in the background, play it to its end, and say when that is."""
    chance, session = parent.chance, parent.session
    agent = f"a{chance.hex(16)}"
    about = chance.pick(tuple(shop.PYTHON)).rpartition("/")[2]
    description = chance.pick(TITLES[agent_type]).format(about)
    given = {"description": description, "prompt": f"{description}.", "subagent_type": agent_type}
    took_ms = chance.whole(8, 45)
    child = Thread(session, parent.clock_ms, agent, agent_type)
    response = payloads.launched_response(parent, agent, given)
    fact: Fact = {"id": agent, "type": agent_type, "task": description, "about": about}
    use_id = parent.call("Agent", given, response, took_ms, "agent", **fact)
    # The start fires a moment before or after the call that caused it has ended.
    child.clock_ms = parent.clock_ms + chance.whole(-30, 12)
    running = Running(agent, agent_type, description, use_id, 0, "completed")
    session.started_agents.append(running)
    play(child, running, can_fail=True)
    session.background.append(running)
    return running


def play(child: Thread, running: Running, *, can_fail: bool) -> None:
    """Play an agent from its start to its stop, or to the API error that ends it."""
    session, chance = child.session, child.chance
    start = payloads.head(child, "SubagentStart", agent=True)
    session.add(child.clock_ms, start, "agent_start", id=child.agent, type=child.agent_type)
    child.deadline_ms = child.clock_ms + int(1000 * chance.lognormal(*AGENT_TIMES[child.agent_type]))
    running.starts_ms, running.ends_ms = child.clock_ms, child.deadline_ms  # until the end is known better
    {"Explore": explore, "Plan": plan, "code-reviewer": review, "general-purpose": do_work}[child.agent_type](
        child
    )
    child.clock_ms = max(child.clock_ms + chance.whole(900, 2500), child.deadline_ms)
    running.ends_ms = child.clock_ms
    if can_fail and chance.happens(AGENT_FAILS):
        running.status = "failed"
        failure = payloads.head(child, "StopFailure", agent=True, effort=True)
        failure |= {"error": "overloaded", "last_assistant_message": "API Error: 529 Overloaded"}
        session.add(child.clock_ms, failure, "agent_stop", id=child.agent, status="failed")
    else:
        stop = payloads.agent_stop(child, session.running(child.clock_ms), "Report.")
        session.add(child.clock_ms, stop, "agent_stop", id=child.agent, status="completed")


def explore(child: Thread) -> None:
    """Read and search until the time is over."""
    while not child.is_late:
        look_around(child)


def plan(child: Thread) -> None:
    """Read, search the web, and leave a plan behind."""
    while not child.is_late:
        if child.chance.happens(0.25):
            query = "python " + child.chance.pick(
                ("money rounding", "idempotent refunds", "stock reservation")
            )
            response = {"query": query, "results": []}
            took_ms = child.chance.whole(600, 3000)
            child.call("WebSearch", {"query": query}, response, took_ms, "research", about=query)
        else:
            look_around(child)
    child.write(f"docs/plan-{child.agent[1:5]}.md", "# Plan\n")


def review(child: Thread) -> None:
    """Look at what changed, read, and lint without touching anything."""
    child.shell("git diff --stat", " shop/cart.py | 2 +-", child.chance.whole(20, 90), "See what changed")
    while not child.is_late:
        look_around(child)


def do_work(child: Thread) -> None:
    """Do pieces of work; some agents first send out one of their own and wait for it."""
    if child.chance.happens(NESTED):
        send_ahead(child)
    while not child.is_late:
        item = shop.take(child.session.free, child.chance, WORKED_ON)
        if item is None or work_on(child, item, lambda *_: None) != "fixed":
            return


def send_ahead(parent: Thread) -> None:
    """Send out an Explore agent and wait for its report."""
    chance, session = parent.chance, parent.session
    parent.think()
    agent = f"a{chance.hex(16)}"
    given = {"description": "Read ahead", "prompt": "Read ahead.", "subagent_type": "Explore"}
    child = Thread(session, parent.clock_ms + chance.whole(20, 90), agent, "Explore")
    began_ms, events = parent.clock_ms, len(session.events)
    play(child, Running(agent, "Explore", "Read ahead", "", 0, "completed"), can_fail=False)
    parent.clock_ms = child.clock_ms + chance.whole(100, 400)
    took_ms = parent.clock_ms - began_ms
    response = payloads.returned_response(agent, given, took_ms, len(session.events) - events - 2)
    done = payloads.tool_done(parent, "Agent", given, response, took_ms, session.use_id())
    session.add(parent.clock_ms, done, "agent", id=agent, type="Explore", task="Read ahead", about="")


def look_around(child: Thread) -> None:
    """Read a file or search for a word."""
    chance = child.chance
    path = chance.pick(tuple(shop.PYTHON) + shop.TYPESCRIPT)
    if chance.happens(0.65):
        child.look_at(path)
    elif chance.happens(0.5):
        given = {
            "pattern": chance.pick(("price", "total", "Order", "refund")),
            "output_mode": "files_with_matches",
        }
        found = {"mode": "files_with_matches", "filenames": [path], "numFiles": 1}
        child.call("Grep", given, found, chance.whole(8, 70))
    else:
        word = chance.pick(("price", "total", "Order", "refund"))
        child.shell(f"grep -rn {word} shop", f"{path}:3:{word}", chance.whole(10, 90), "Search")
