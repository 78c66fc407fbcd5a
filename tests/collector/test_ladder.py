"""Small sessions of what was left, asked about and handed over, held against what careful readers would say.

Each story is a list of steps; beside it what became of each failed try: its resolution, and the chains left on the way.
"""

import json

from claudesess_collector import output_findings, words
from tables import each_row

FAILING = "Exit code 1\nE   assert mean([1]) == 2\nFAILED test_calc.py::test_mean\n1 failed in 0.10s"
TEST = "python3 -m pytest -q test_calc.py"


def fails(command=TEST, message=FAILING, **more):
    return lambda project: project.fails(command, message, **more)


def passes(command=TEST, output="", **more):
    return lambda project: project.passes(command, output, **more)


def stops(words=None, **more):
    said = {} if words is None else {"last_assistant_message": words}
    return lambda project: project.feed("Stop", **said, **more)


def human(text="Go on."):
    return lambda project: project.feed("UserPromptSubmit", prompt=text)


def notice():
    return lambda project: project.feed(
        "UserPromptSubmit", prompt="<task-notification>\n<task-id>x</task-id>"
    )


def uses(tool, given, **more):
    return lambda project: project.tool(tool, given, {}, **more)


def starts(source):
    return lambda project: project.feed("SessionStart", source=source)


def ends(**more):
    return lambda project: project.feed("SessionEnd", reason="other", **more)


def silence():
    """A day on, another session begins."""
    return lambda project: project.feed("SessionStart", after=86_401, session="other", source="startup")


STORIES = {
    "told and waited for": ([fails(), stops("The test for mean still fails."), human()], ["escalated_user"]),
    "told, and fixed in the next turn": (
        [fails(), stops("Both approaches failed."), human(), passes()], ["escalated_user"]
    ),
    "a hook lets it go on": ([fails(), stops("mean fails."), passes(), stops("Done.")], ["auto_fixed"]),
    "a hook lets it go on, and it asks": (
        [fails(), stops("mean fails."), passes("git status"),
         uses("AskUserQuestion", {"questions": [{"question": "mean fails with an AssertionError: what should mean return?"}]}),
         passes()],
        ["escalated_user"],
    ),
    "left, and a hook lets it go on": ([fails(), stops("I updated the README."), notice(), human()], [None]),
    "told after it was left": ([fails(), stops("I updated the README."), stops("mean fails."), notice(), human()], [None]),
    "a second stop says otherwise": (
        [fails(), stops("mean fails."), stops("All is done.", stop_hook_active=True)], [None]
    ),
    "a notice lets it go on": ([fails(), stops("Blocked by test_mean."), notice(), passes()], ["auto_fixed"]),
    "told, and the session is taken up again": (
        [fails(), stops("Blocked by test_mean."), starts("resume"), passes()], ["escalated_user"]
    ),
    "a compaction takes nothing up": (
        [fails(), stops("Blocked by test_mean."), starts("compact"), passes()], ["auto_fixed"]
    ),
    "left without a word": ([fails(), stops("I updated the README."), human(), ends()], ["abandoned"]),
    "left, and fixed when asked for": (
        [fails(), stops("I wrote the other script."), human(), passes()], ["auto_fixed"]
    ),
    "no closing words, two prompts": ([fails(), stops(), human(), human("And on.")], ["abandoned"]),
    "no closing words, one prompt": ([fails(), stops(), human(), passes()], ["auto_fixed"]),
    "the end of the session": ([fails(), ends()], ["abandoned"]),
    "all is well is no admission": (
        [fails(), stops("12 tests pass with 0 failures; the docs are done."), human(), ends()], ["abandoned"]
    ),
    "the last word is a question": ([fails(), stops("mean([1]) is 1. Is that what you want?"), human()], ["escalated_user"]),
    "in any language": ([fails(), stops("Das Ergebnis ist 1. Soll das so sein?"), human()], ["escalated_user"]),
    "a look that found nothing, and work went on": (
        [fails("cat notes.md", "cat: notes.md: No such file"), passes("ls", "a"), stops("The build is blocked.")],
        [None],
    ),
    "a look that found nothing, at the end": (
        [fails("cat notes.md", "cat: notes.md: No such file"), stops("There is no notes.md, it is missing.")],
        ["escalated_user"],
    ),
    "a run that failed, and the work went on without it": (
        [fails("python3 tool.py", "Exit code 1\nno data"), passes("python3 other.py", "x"), stops("Shall I push?")],
        [None],
    ),
    "only the list of tasks was kept after it": (
        [fails("python3 tool.py", "Exit code 1\nno data"), uses("TaskUpdate", {"taskId": "1", "status": "pending"}),
         stops("Left open.")],
        ["escalated_user"],
    ),
    "a gate gone round": (
        [fails("git commit -m x", "husky - pre-commit hook\nFAILED test_calc.py::test_mean\n1 failed in 0.10s"),
         passes("git commit --no-verify -m x", "[main 1] x"), passes("git commit -m y", "[main 2] y")],
        ["abandoned"],
    ),
    "a check left out of the gate": (
        [fails("git commit -m x", "mypy....Failed\na.py:1: error: x [misc]\nFound 1 error in 1 file"),
         passes("SKIP=mypy git commit -m x", "[main 1] x")],
        ["abandoned"],
    ),
    "a commit that git refused, made without hooks": (
        [fails("git commit -m x", "nothing to commit, working tree clean"), passes("git commit -n -am x", "[main 1] x")],
        ["auto_fixed"],
    ),
    "a rebase taken back is none": (
        [fails("git rebase main", "CONFLICT (content): Merge conflict in a.py"), passes("git rebase --abort", "")],
        [None],
    ),
    "what a block of code shows is not said": (
        [fails(), stops("It prints what you wanted, as the README says in its new part:\n```\nFAILED test_mean\n```\nI"
                        " tried it on both of the machines."), human(), ends()],
        ["abandoned"],
    ),
    "a report all in a block is said": (
        [fails(), stops("```\nSummary\n  README: new\n  test_mean still fails\n```\nDone."), human()], ["escalated_user"]
    ),
    "a question about something else, long after a check failed": (
        [fails(), *[passes("ls", "a")] * 4, stops("Which colour should the button have?"), human(), ends()],
        ["abandoned"],
    ),
    "what the work does is no admission, long after a check failed": (
        [fails(), *[passes("ls", "a")] * 4, stops("It tries again when the upload fails, and cannot hang."), human(), ends()],
        ["abandoned"],
    ),
    "failures of this kind of check, named long after": (
        [fails(), *[passes("ls", "a")] * 4, stops("The pre-existing test failures are none of ours."), human()],
        ["escalated_user"],
    ),
    "a name of it beside a word that tells of many things, long after": (
        [fails(), *[passes("ls", "a")] * 4, stops("It shows the mean, not the sum: the issue is closed."), human(), ends()],
        ["abandoned"],
    ),
    "a name of it beside a word that tells of many things, soon after": (
        [fails(), passes("ls", "a"), stops("The mean is still not what was asked for."), human()], ["escalated_user"]
    ),
    "a name of it beside a word of failure, long after": (
        [fails(), *[passes("ls", "a")] * 4, stops("All is written; test_mean was skipped."), human()], ["escalated_user"]
    ),
    "errors as what the work is about": (
        [fails(), *[passes("ls", "a")] * 4, stops("There are tests for all error cases."), human(), ends()], ["abandoned"]
    ),
    "the API broke the turn off, the user says go on": (
        [fails(), lambda project: project.feed("StopFailure", error="rate_limit"), human("continue"), passes("ls", "a"),
         human(), passes()],
        ["auto_fixed"],
    ),
    "a prompt whose turn the API broke off counts for none": (
        [fails(), human(), lambda project: project.feed("StopFailure", error="rate_limit"), human("continue")], [None]
    ),
    "two prompts without another try": ([fails(), human(), human("And on.")], ["abandoned"]),
    "another file in the same folder is no name of it": (
        [fails("python3 src/shop/tool.py", "Exit code 1\nno data"), *[passes("ls", "a")] * 4,
         stops("src/shop/colours.py is missing."), human(), ends()],
        ["abandoned"],
    ),
    "what git refused, long before files were edited": (
        [fails("git push", "error: failed to push some refs"), uses("Edit", {"file_path": "/home/dev/app/a.py",
         "old_string": "a", "new_string": "b"}), *[passes("ls", "a")] * 3, stops("I can't tell which colour you want."), human(), ends()],
        ["abandoned"],
    ),
    "one word shared with research is there by chance": (
        [fails(), uses("Agent", {"prompt": "Read the shop's prices of March, April and June from the archive, take"
         " the mean of each week, draw a table with columns for country, currency, season and supplier"}),
         passes()],
        ["auto_fixed"],
    ),
    "a question long after a run that failed": (
        [fails("python3 tool.py", "Exit code 1\nno data"), *[passes("ls", "a")] * 4, stops("Which colour is it to be?"),
         human(), ends()],
        ["abandoned"],
    ),
    "a question soon after a run that failed": (
        [fails("python3 tool.py", "Exit code 1\nno data"), passes("ls", "a"), stops("Which data is it to be?"), human()],
        ["escalated_user"],
    ),
    "git refuses, is looked into, and the user is asked": (
        [fails("git status", "Exit code 128\nfatal: unable to read abc"), *[passes("ls", "a")] * 4,
         stops("Shall I build the index anew?"), human()],
        ["escalated_user"],
    ),
    "a push that was refused, and no files were edited": (
        [fails("git push", "error: failed to push some refs"), *[passes("ls", "a")] * 4, stops("Shall I pull first?"),
         human()],
        ["escalated_user"],
    ),
    "git was asked in a wrong way": (
        [fails("git gc --dry-run", "Exit code 129\nerror: unknown option `dry-run'\nusage: git gc [<options>]"),
         *[passes("ls", "a")] * 4, stops("Shall I build the index anew?"), human(), ends()],
        ["abandoned"],
    ),
    "errors of this kind of check are named": (
        [fails("swift build", "Exit code 1\nerror: emit-module command failed"),
         stops("The docs are written (the package has compilation errors of its own)."), human(), ends()],
        ["escalated_user"],
    ),
    "errors of another kind of check are named": (
        [fails("swift build", "Exit code 1\nerror: emit-module command failed"),
         stops("The docs are written (the package has lint errors of its own)."), human(), ends()],
        ["abandoned"],
    ),
    "no errors of this kind of check": (
        [fails("swift build", "Exit code 1\nerror: emit-module command failed"),
         stops("The docs are written, without any compilation errors."), human(), ends()],
        ["abandoned"],
    ),
    "the user is asked to look": ([fails(), stops("Could you check the data?"), human()], ["escalated_user"]),
    "asked about it": (
        [fails(), uses("AskUserQuestion", {"questions": [{"question": "Should test_mean expect 2?"}]}), passes()],
        ["escalated_user"],
    ),
    "asked about something else": (
        [fails(), uses("AskUserQuestion", {"questions": [{"question": "Which colour for the logo?"}]}), passes()],
        ["auto_fixed"],
    ),
    "research about it": (
        [fails(), uses("WebSearch", {"query": "pytest mean assertion"}), fails(), passes()],
        ["escalated_research", "auto_fixed"],
    ),
    "research about the file that it stands in": (
        [lambda project: project.edits("orders.py", "x = 1"),
         fails("python3 -m app.nightly", 'Exit code 1\n  File "/home/dev/app/orders.py", line 3\nValueError: empty'),
         uses("WebSearch", {"query": "orders.py"})],
        ["escalated_research"],
    ),
    "an agent launched for something else": (
        [fails(), uses("Agent", {"description": "Draw the logo", "prompt": "a blue one"}), passes()], ["auto_fixed"]
    ),
    "an agent sent to find out": (
        [fails(), uses("Agent", {"description": "Look at mean", "prompt": "Why does test_mean fail? Read calc.py."})],
        ["escalated_research"],
    ),
    "an agent sent at once, without a word of trouble": (
        [fails(), passes("cat calc.py", "def mean"),
         uses("Agent", {"description": "Read calc", "prompt": "List the functions that test_calc.py covers."})],
        ["escalated_research"],
    ),
    "an agent sent later, without a word of trouble": (
        [fails(), passes("git switch -c docs"),
         uses("Agent", {"description": "Read calc", "prompt": "List the functions that test_calc.py covers."})],
        [None],
    ),
    "an agent sent later to mend it": (
        [fails(), passes("git switch -c docs"),
         uses("Agent", {"description": "Mend mean", "prompt": "Fix mean in calc.py until test_calc.py is green."})],
        ["escalated_research"],
    ),
    "an agent sent later to mend failing checks of its kind": (
        [fails(), passes("git switch -c docs"), uses("Agent", {"description": "Mend", "prompt": "Fix the test failures."})],
        ["escalated_research"],
    ),
    "an agent sent later to mend failing checks of another kind": (
        [fails(), passes("git switch -c docs"), uses("Agent", {"description": "Mend", "prompt": "Fix the lint errors."})],
        [None],
    ),
    "an agent's own work does not count as the parent's": (
        [fails(), passes("git switch -c docs", agent_id="a1"),
         uses("Agent", {"description": "Read calc", "prompt": "List the functions that test_calc.py covers."})],
        ["escalated_research"],
    ),
    "an agent told to run": (
        [fails(), uses("Agent", {"description": "Run the tests", "subagent_type": "runner",
         "prompt": "Run `pytest --deselect test_calc.py::test_mean` and report. Do NOT fix anything."})],
        [None],
    ),
    "an agent told to run, and to find out": (
        [fails(), uses("Agent", {"description": "Run the tests", "prompt": "Run test_calc.py and find out why it fails"})],
        ["escalated_research"],
    ),
    "a page that could not be fetched is searched for": (
        [lambda project: project.feed("PostToolUseFailure", tool_name="WebFetch", error="Request failed: 403",
         tool_input={"url": "https://example.org/zebra"}, tool_use_id="toolu_1"),
         uses("WebSearch", {"query": "zebra"})],
        [None],
    ),
    "research in a later turn": (
        [fails(), stops(), human(), uses("WebSearch", {"query": "pytest mean"}), passes()], ["auto_fixed"]
    ),
    "another's research": (
        [fails(), uses("WebSearch", {"query": "pytest mean"}, agent_id="a1"), passes()], ["auto_fixed"]
    ),
    "one told, one left": (
        [fails(), fails("npx eslint src/app.js", "Exit code 1\n✖ 1 problem (1 error, 0 warnings)"),
         stops("eslint still complains."), human(), ends()],
        ["abandoned", "escalated_user"],
    ),
    "an agent's end": (
        [fails(agent_id="a1"), lambda project: project.feed("SubagentStart", agent_id="a1", agent_type="x"),
         lambda project: project.feed("SubagentStop", agent_id="a1", agent_type="x"), passes(cwd="/home/dev/app")],
        ["auto_fixed"],
    ),
    "the record ends, and other work had followed": (
        [fails("git stash", "Exit code 1\nerror: could not write index"), passes("git switch -c x"), silence()],
        ["abandoned"],
    ),
    "the record ends with a look at it": (
        [fails("git stash", "Exit code 1\nerror: could not write index"), passes("df -h", "91%"), silence()], [None]
    ),
    "the record ends with an edit that may mend it": (
        [fails("python3 tool.py", "Exit code 1\nno data"), uses("Edit", {"file_path": "/home/dev/app/tool.py",
         "old_string": "a", "new_string": "b"}), silence()],
        [None],
    ),
    "the record ends, and the code as it was before had failed, too": (
        [passes(f"git stash && {TEST} 2>&1 | tail -3; git stash pop", "1 failed in 0.10s"), silence()], ["abandoned"]
    ),
    "git is asked for its status, and the closing words admit it": (
        [fails("curl -sf http://localhost:8080/health", "Exit code 22"), passes("git status --short", ""),
         stops("I could not reach it."), human()],
        ["escalated_user"],
    ),
    "git did other work, and the closing words name nothing": (
        [fails("curl -sf http://localhost:8080/health", "Exit code 22"), passes("git switch -c docs", ""),
         stops("I could not finish the page."), human()],
        ["abandoned"],
    ),
    "the record ends in the middle of a check": ([fails(), passes("git commit -m x", "[main 1] x"), silence()], [None]),
    "told in Japanese": ([fails(), *[passes("ls", "a")] * 4, stops("実装しました。test_mean は失敗しています。"), human()], ["escalated_user"]),
    "told in Korean, a row of a table": (
        [fails(), *[passes("ls", "a")] * 4, stops("| 단계 | 상태 |\n|---|---|\n| mean | 오류 |"), human()], ["escalated_user"]
    ),
    "told in Chinese": ([fails(), *[passes("ls", "a")] * 4, stops("页面已完成，但 test_mean 无法通过。"), human()], ["escalated_user"]),
    "a build that fails, by its English name in Chinese": (
        [fails("npm run build", "Exit code 1"), *[passes("ls", "a")] * 4,
         stops("頁面寫完了，但 build 卡在環境問題。請你決定怎麼做。"), human()],
        ["escalated_user"],
    ),
    "a build that fails, in traditional Chinese": (
        [fails("npm run build", "Exit code 1"), *[passes("ls", "a")] * 4, stops("頁面寫完了，但無法編譯。"), human()],
        ["escalated_user"],
    ),
    "a build that was mended, in Chinese": (
        [fails("npm run build", "Exit code 1"), *[passes("ls", "a")] * 4, stops("已修复 build 卡在环境问题，现在一切正常。"), human()],
        ["abandoned"],
    ),
    "a build that passes in the sentence of what fails, in Chinese": (
        [fails("npm run build", "Exit code 1"), *[passes("ls", "a")] * 4, stops("build 已完成，上傳失敗。"), human()],
        ["abandoned"],
    ),
    "what the program says of failures, in Spanish": (
        [fails("npm run build", "Exit code 1"), *[passes("ls", "a")] * 4, stops("Si el build falla se muestra un aviso útil."), human()],
        ["abandoned"],
    ),
    "a build that passes, beside something that fails, in Chinese": (
        [fails("npm run build", "Exit code 1"), *[passes("ls", "a")] * 4, stops("建置已成功。上傳失敗。"), human()],
        ["abandoned"],
    ),
    "told in German": (
        [fails(), *[passes("ls", "a")] * 4, stops("Die Seite ist fertig – test_mean ist fehlgeschlagen."), human()],
        ["escalated_user"],
    ),
    "told in French": (
        [fails(), *[passes("ls", "a")] * 4, stops("La page est prête, mais test_mean ne passe pas (échec)."), human()],
        ["escalated_user"],
    ),
    "told in Spanish, by its kind": (
        [fails(), *[passes("ls", "a")] * 4, stops("La página está lista. Dos pruebas fallan todavía."), human()],
        ["escalated_user"],
    ),
    "told in Russian, by its kind": (
        [fails(), *[passes("ls", "a")] * 4, stops("Страница готова. Тесты не проходят."), human()], ["escalated_user"]
    ),
    "told in Vietnamese": (
        [fails(), *[passes("ls", "a")] * 4, stops("Trang đã xong, nhưng test_mean thất bại."), human()], ["escalated_user"]
    ),
    "told in Turkish": (
        [fails(), *[passes("ls", "a")] * 4, stops("Sayfa hazır, ancak test_mean başarısız oldu."), human()],
        ["escalated_user"],
    ),
    "told in Polish": (
        [fails(), *[passes("ls", "a")] * 4, stops("Strona gotowa, ale test_mean nie działa – błąd."), human()],
        ["escalated_user"],
    ),
    "told in Ukrainian": (
        [fails(), *[passes("ls", "a")] * 4, stops("Сторінка готова, але test_mean не працює."), human()],
        ["escalated_user"],
    ),
    "no errors, in Vietnamese": (
        [fails(), *[passes("ls", "a")] * 4, stops("Đã xong mean, không có lỗi."), human(), ends()], ["abandoned"]
    ),
    "no errors, in Polish": (
        [fails(), *[passes("ls", "a")] * 4, stops("Gotowe: mean działa, brak błędów."), human(), ends()], ["abandoned"]
    ),
    "left out in a table, in Japanese": (
        [fails("gh pr edit 92 --add-label minor", "Exit code 1\n'minor' not found"),
         stops("| 項目 | 内容 |\n|---|---|\n| ラベル | minor ※ラベル未作成のためスキップ |"), human()],
        ["escalated_user"],
    ),
    "the command that failed is shown to the user": (
        [fails("sudo mkdir -p /mnt/disk && sudo mount /dev/sda1 /mnt/disk", "Exit code 1\nsudo: a password is required"),
         stops("Run these in your terminal:\n\n```bash\nsudo mount /dev/sda1 /mnt/disk\n```\nThen go on."), human()],
        ["escalated_user"],
    ),
    "another command is shown to the user": (
        [fails("tool mount /dev/sda1 /mnt/disk", "Exit code 1\nx"),
         stops("The page is ready:\n\n```bash\nnpm run dev -- --port 3000\n```\nEnjoy it."), human(), ends()],
        ["abandoned"],
    ),
    "crossed, soon after": ([fails(), stops("- ✅ page\n- ❌ test_mean"), human()], ["escalated_user"]),
    "crossed before, ticked off now": ([fails(), stops("| test_mean | ❌ | ✅ |"), human(), ends()], ["abandoned"]),
    "what is not to be done is crossed": (
        [fails(), *[passes("ls", "a")] * 4, stops("- ❌ do: mean of none\n- ✅ do: mean of some"), human(), ends()],
        ["abandoned"],
    ),
    "what failed was mended, in Japanese": (
        [fails(), *[passes("ls", "a")] * 4, stops("失敗していた test_mean を修正しました。"), human(), ends()], ["abandoned"]
    ),
    "errors were mended, in German": (
        [fails(), *[passes("ls", "a")] * 4, stops("Alle Fehler in mean sind behoben – fertig."), human(), ends()],
        ["abandoned"],
    ),
    "errors were mended, in Russian": (
        [fails(), *[passes("ls", "a")] * 4, stops("Исправил ошибки в mean."), human(), ends()], ["abandoned"]
    ),
    "what failed is something else that is counted": (
        [fails(), *[passes("ls", "a")] * 4, stops("Read 2 failed downloads anew."), human(), ends()], ["abandoned"]
    ),
    "ticked off, in Japanese": (
        [fails(), *[passes("ls", "a")] * 4, stops("✅ mean のエラーケースを追加"), human(), ends()], ["abandoned"]
    ),
    "no errors, in Japanese": (
        [fails(), *[passes("ls", "a")] * 4, stops("mean の型チェックはエラーなしです。"), human(), ends()], ["abandoned"]
    ),
    "the handling of errors, in Korean": (
        [fails(), *[passes("ls", "a")] * 4, stops("mean 함수에 오류 처리를 추가했습니다."), human(), ends()], ["abandoned"]
    ),
    "no errors, in French": (
        [fails(), *[passes("ls", "a")] * 4, stops("mean est compilé sans erreur, déjà."), human(), ends()], ["abandoned"]
    ),
    "what failed is named in another sentence, in Chinese": (
        [fails(), *[passes("ls", "a")] * 4, stops("下载失败。mean 的文档已写好。"), human(), ends()], ["abandoned"]
    ),
    "asked in Japanese, soon after": ([fails(), stops("データを確認してください。"), human()], ["escalated_user"]),
    "a question, and what may be answered": (
        [fails(), stops("Two ways are open.\n\nWhich is it to be? (1, 2, or 3)"), human()], ["escalated_user"]
    ),
    "a remark that is no question": ([fails(), stops("The page is written (1, 2 and 3)."), human(), ends()], ["abandoned"]),
    "fewer tests pass than there are": (
        [fails(), *[passes("ls", "a")] * 4, stops("The page is written.\n\n- Shop: 10/11 tests"), human()], ["escalated_user"]
    ),
    "fewer passed, in Korean": (
        [fails(), *[passes("ls", "a")] * 4, stops("완성!\n- 69개 통과\n- 32개 미통과"), human()], ["escalated_user"]
    ),
    "all tests pass of those that are counted": (
        [fails(), *[passes("ls", "a")] * 4, stops("Shop: 11/11 tests, before it were 10/11 tests."), human(), ends()],
        ["abandoned"],
    ),
    "a count of something else": (
        [fails(), *[passes("ls", "a")] * 4, stops("Step 2/4 is done, a page per shop."), human(), ends()], ["abandoned"]
    ),
    "fewer tests pass than there are, and it was no test": (
        [fails("npx tsc --noEmit", "Exit code 2\na.ts(1,2): error TS2304: x"), *[passes("ls", "a")] * 4,
         stops("Shop: 10/11 tests."), human(), ends()],
        ["abandoned"],
    ),
    "what is not there, and is the user's to make": (
        [fails("git push", "Exit code 128\nremote: Repository not found."),
         stops("It doesn't exist yet on the server. You need to create it first."), human()],
        ["escalated_user"],
    ),
    "how the thing is used is no failure": (
        [fails("git push", "Exit code 128\nremote: Repository not found."),
         stops("The page is written. You have to run it with the option for colours."), human(), ends()],
        ["abandoned"],
    ),
    "a page that was not fetched, and the record ends with other work": (
        [lambda project: project.feed("PostToolUseFailure", tool_name="WebFetch", error="Request failed: 303",
         tool_input={"url": "https://example.org/zebra"}, tool_use_id="toolu_1"),
         uses("Write", {"file_path": "/home/dev/app/plan.md", "content": "a"}), silence()],
        ["abandoned"],
    ),
    "broken until somebody does something": (
        [fails("go build ./...", "Exit code 1\na.go:3:4: x.GetStock undefined"),
         stops("As expected — broken until the stubs are generated. You'll need to run:\n```\nmake stubs\n```"), human()],
        ["escalated_user"],
    ),
    "what the user is to do himself, after one look": (
        [fails("git push -u origin cart", "Exit code 128\nfatal: Authentication failed"), passes("git log -1", "a"),
         stops("Everything is committed. You'll have to push it manually."), human()],
        ["escalated_user"],
    ),
    "of what works now something is said at the end of much work": (
        [fails("npm run build", "Exit code 1\nEPERM: operation not permitted"),
         stops("Summary of what was mended:\n- the cart\n- the header\n- the list\n- Button without a handler, not seen"),
         human(), ends()],
        ["abandoned"],
    ),
    "what was made does not show, or is not needed": (
        [fails("npx jest", "Exit code 1\nTests: 1 failed, 2 passed, 3 total"),
         stops("The button isn't shown twice, and a new list is not needed. Nothing is pending."), human(), ends()],
        ["abandoned"],
    ),
    "an edit since, and words of what was made": (
        [fails("npx tsc --noEmit", "Exit code 2\na.ts(1,2): error TS2304: Cannot find name 'x'."),
         uses("Edit", {"file_path": "/home/dev/app/a.ts", "old_string": "a", "new_string": "b"}),
         stops("I added the missing import; it was attached to the wrong element."), human(), ends()],
        ["abandoned"],
    ),
    "a look that failed and was told": (
        [fails("cat missing.txt", "Exit code 1\ncat: missing.txt: No such file or directory"),
         stops("There is no missing.txt here: I cannot show it."), human()],
        ["escalated_user"],
    ),
}  # fmt: skip


# Closing words of a turn in which a build failed and something was done about it, that are of what was made.
OF_OTHER_THINGS = (
    "Done. The config is now created when it doesn't exist.",
    "In production you'll need to set API_URL.",
    "The page shows a notice that you have to log in.",
    "The errors are now shown on the page.",
    "오류 페이지를 추가했습니다.",
    "已添加错误页面。",
    "エラー画面を追加しました。",
    "Fehler werden jetzt geloggt – fertig.",
    "Les erreurs sont affichées à l’écran.",
    "Ошибки теперь логируются.",
    "Os erros agora são exibidos na página.",
    "Gli errori sono mostrati — fatto.",
    "Ya no falla — añadido.",
    "¡Listo! ¿Qué cambió? Solo la página.",
)
# And of one in which a test failed, long before.
OF_OTHER_COUNTS = (
    "41/42 tests pass, 1 is skipped on Mac.",
    "Before: 8/10 tests passed. Now: 10/10.",
    "Wrote 3/5 tests for it.",
    "Step 2/3 passed.",
    "Docs: chapter 2/3 tests are described.",
    "错误提示文案已更新，测试全部通过。",
    "All failing tests are fixed.",
    "There's no longer a failing test, the stop hook should now pass.",
)


@each_row(
    ("failing", "n_since", "closing"),
    [
        *((fails("npm run build", "Exit code 2\na.ts(1,2): error TS2304: x"), 1, one) for one in OF_OTHER_THINGS),
        *((fails(), 5, one) for one in OF_OTHER_COUNTS),
    ],
)  # fmt: skip
def test_words_of_other_things_tell_of_no_failure(project, failing, n_since, closing):
    for step in (failing, *[passes("ls", "a")] * n_since, stops(closing), human(), ends()):
        step(project)
    assert [row for _, row in project.resolutions()] == ["abandoned"]


def test_a_page_that_could_not_be_had_is_the_users_to_give(project):
    page = {"url": "https://docs.example.org/api", "prompt": "read"}
    project.feed(
        "PostToolUseFailure", tool_name="WebFetch", tool_input=page, tool_use_id="w1", error="status code 403"
    )
    project.tool("Read", {"file_path": "/home/me/shop/a.md"}, {})
    stops("I could not fetch https://docs.example.org/api (403); please paste its contents.")(project)
    human()(project)
    assert [row for _, row in project.resolutions()] == ["escalated_user"]


@each_row("story", STORIES)
def test_what_readers_would_say(project, story):
    steps, resolutions = STORIES[story]
    for step in steps:
        step(project)
    found = [row for _, row in project.resolutions()]
    if story == "told, and fixed in the next turn":
        assert found == ["escalated_user"]
        return
    assert found == resolutions


def test_a_chain_that_was_left_and_taken_up_again_says_so(project):
    for step in (fails(), stops("I updated the README."), human(), passes()):
        step(project)
    summaries = [
        json.loads(text) for text in project.column("SELECT payload_summary FROM hook_events ORDER BY id")
    ]
    assert summaries[0]["chain"] == summaries[2]["leaves"][0] == summaries[3]["closes"][0]


@each_row(
    ("message", "is_found"),
    [
        ("pytest -q: all is well", False),  # a check is named, and nothing that it found
        ("eslint: 2 errors", True),
        ("pytest -q\n1 failed in 1s", True),
        ("2 errors", False),
        ("tests\n--- FAIL: TestMean (0.00s)", True),  # in the words of a tool that it does not name
        ("tests\n--- PASS: TestMean (0.00s)", False),
    ],
)
def test_findings_are_of_a_check_that_is_named(message, is_found):
    assert output_findings.has_findings(message) is is_found


def test_a_commit_closes_what_its_gate_named(project):
    from claudesess_collector import gates

    said = "Pre-commit validation failed:\n[CREDO]\n5 mods/funs, found 2 software design suggestions."
    assert gates.is_gates(said)
    assert not gates.is_gates("Exit code 1\nfound 2 issues")
    assert not gates.is_gates("fatal: not a git repository")
    assert not gates.is_gates("Permission to use Bash has been denied.")


def test_of_a_command_that_closing_words_show_no_secret_is_kept():
    secret = "hunter2pass"
    shown = words.shown(f"Run this:\n\n```bash\nexport DB_PASSWORD={secret} && psql -h db -U dev shop\n```\n")
    assert len(shown) == 1
    assert "psql -h db" in shown[0]
    assert secret not in shown[0]
