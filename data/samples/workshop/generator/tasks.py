"""The main thread's task list, and the judge that is asked when a task is called done."""

from __future__ import annotations

from . import payloads
from .plan import JUDGE_BLOCKS
from .shop import JUDGE, Item
from .threads import Thread


def create_tasks(main: Thread, work: list[Item]) -> dict[str, str]:
    """Write the work down as tasks and return their ids."""
    made = {}
    for item in work:
        main.session.tasks += 1
        task, subject = str(main.session.tasks), subject_of(item)
        given = {"subject": subject, "description": f"until {item.command} passes", "activeForm": "Working"}
        named = {"task_id": task, "task_subject": subject, "task_description": given["description"]}
        main.think(2.0)
        main.session.add(
            main.clock_ms,
            payloads.head(main, "TaskCreated") | named,
            "task",
            task=task,
            subject=subject,
            status="pending",
        )
        main.call(
            "TaskCreate",
            given,
            {"task": {"id": task, "subject": subject, "description": given["description"]}},
            20,
        )
        made[item.command] = task
    return made


def subject_of(item: Item) -> str:
    """Return how a task is called; an item taken up again is the same task once more."""
    return f"{item.category.capitalize()} work in {item.folder or 'the root'}: {item.path.rpartition('/')[2]}"


def update_task(main: Thread, task: str, item: Item, status: str) -> None:
    """Move a task on."""
    before = "pending" if status == "in_progress" else "in_progress"
    response = {
        "success": True,
        "taskId": task,
        "updatedFields": ["status"],
        "statusChange": {"from": before, "to": status},
    }
    main.call(
        "TaskUpdate",
        {"taskId": task, "status": status},
        response,
        4,
        "task",
        task=task,
        subject=subject_of(item),
        status=status,
    )


def complete_task(main: Thread, task: str, item: Item) -> None:
    """Call a task done, which the judge may refuse at first."""
    named = {
        "task_id": task,
        "task_subject": subject_of(item),
        "task_description": f"until {item.command} passes",
    }
    for is_blocked in (True, False) if main.chance.happens(JUDGE_BLOCKS) else (False,):
        main.think()
        main.session.add(
            main.clock_ms, payloads.head(main, "TaskCompleted") | named, "completing", blocked=is_blocked
        )
        main.clock_ms += main.chance.whole(800, 2500)
        if is_blocked:
            error = f"TaskCompleted hook feedback:\n[{JUDGE}]: the checks were not run after the last edit"
            response = {"success": False, "taskId": task, "updatedFields": [], "error": error}
            main.call("TaskUpdate", {"taskId": task, "status": "completed"}, response, 50)
            main.look_at(item.path)
        else:
            update_task(main, task, item, "completed")
