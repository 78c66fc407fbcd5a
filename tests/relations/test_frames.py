"""Every raw table as a typed frame, value by value; the derived relations are in test_relations.py."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from handmade import lines, shown, store_of
from tables import each_row

import claudesess
from claudesess import ClaudesessError, Store, frames
from claudesess.contracts import ESTIMATES, RAW, RELATIONS

AT = "2026-05-04 09:00:00"

TABLES = {
    "project_state": (
        f"('language', 'python', '{AT}'), ('framework', NULL, NULL)",
        """
        db,key,value,updated_at
        made,language,python,2026-05-04 09:00:00+00:00
        made,framework,,
        """,
    ),
    "agent_registry": (
        f"""('a1', 's', 'Explore', 'Look', '{AT}', '2026-05-04 09:01:00', 'completed', '["/w/a.py"]'),
        ('a2', 's', NULL, NULL, NULL, NULL, 'running', 'a.py, b.py')""",
        """
        db,id,session_id,agent_type,task_description,spawn_time,end_time,status,files_changed
        made,a1,s,Explore,Look,2026-05-04 09:00:00+00:00,2026-05-04 09:01:00+00:00,completed,['/w/a.py']
        made,a2,s,,,,,running,
        """,
    ),
    "file_claims": (
        f"(1, 's', 'a1', '/w/a.py', 'Edit', '{AT}'), (2, 's', '', '/w/b.py', 'Scribble', NULL)",
        """
        db,id,session_id,agent_id,file_path,operation,timestamp
        made,1,s,a1,/w/a.py,Edit,2026-05-04 09:00:00+00:00
        made,2,s,,/w/b.py,Scribble,
        """,
    ),
    "session_metrics": (
        f"(4, 's', 'prompt', 'human', 'p1', '{AT}')",
        """
        db,id,session_id,event_type,key,value,timestamp
        made,4,s,prompt,human,p1,2026-05-04 09:00:00+00:00
        """,
    ),
    "failed_paths": (
        f"""(1, 's', '{AT}', '/w/a.py', 'Edit a.py: x', 'pytest: E', '{{"attempt": 2}}', 1),
        (2, 's', '{AT}', NULL, NULL, NULL, '[2]', 0), (3, 's', '{AT}', NULL, NULL, NULL, NULL, NULL)""",
        """
        db,id,session_id,timestamp,file_path,approach,reason_failed,context,still_relevant
        made,1,s,2026-05-04 09:00:00+00:00,/w/a.py,Edit a.py: x,pytest: E,{'attempt': 2},True
        made,2,s,2026-05-04 09:00:00+00:00,,,,,False
        made,3,s,2026-05-04 09:00:00+00:00,,,,,
        """,
    ),
    "error_log": (
        f"(3, 's', '{AT}', 't1', 'a1', '/w/a.py', 'security', '$ make', 2, 'auto_fixed')",
        """
        db,id,session_id,timestamp,task_id,agent_id,file_path,error_category,error_message,attempt_number,resolution
        made,3,s,2026-05-04 09:00:00+00:00,t1,a1,/w/a.py,security,$ make,2,auto_fixed
        """,
    ),
    "context_snapshots": (
        f"""(1, 's', '{AT}', 'pre_compact', '{{"v": 1}}'), (2, 's', '{AT}', 'odd', '{{"v":')""",
        """
        db,id,session_id,timestamp,snapshot_type,content
        made,1,s,2026-05-04 09:00:00+00:00,pre_compact,{'v': 1}
        made,2,s,2026-05-04 09:00:00+00:00,odd,
        """,
    ),
    "hook_events": (
        f"""(1, 's', '{AT}', 'stop', 'stop', '{{"bytes": 7}}', 0, 31),
        (2, NULL, NULL, NULL, NULL, '{{"prompt": "fix the', 1, NULL)""",
        """
        db,id,session_id,timestamp,event_type,dispatcher,payload_summary,exit_code,duration_ms
        made,1,s,2026-05-04 09:00:00+00:00,stop,stop,{'bytes': 7},0,31
        made,2,,,,,,1,
        """,
    ),
    "llm_verdicts": (
        f"""(1, 's', '{AT}', 'Stop', 't1', '{{"ok": false}}', 'block', 'tests fail')""",
        """
        db,id,session_id,timestamp,hook_event,task_id,verdict_json,decision,reason
        made,1,s,2026-05-04 09:00:00+00:00,Stop,t1,"{""ok"": false}",block,tests fail
        """,
    ),
}


@each_row("name", TABLES)
def test_raw_tables_value_by_value(tmp_path: Path, name: str) -> None:
    values, expected = TABLES[name]
    with store_of(tmp_path, f"INSERT INTO {name} VALUES {values};") as store:
        frame = getattr(frames, name)(store)
    assert shown(frame) == lines(expected)
    assert frame.dtypes.astype(str).tolist() == [column.dtype for column in RELATIONS[name].columns]


def test_every_table_is_held_above() -> None:
    assert list(TABLES) == list(RAW)


@pytest.fixture(scope="module")
def nothing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with store_of(tmp_path_factory.mktemp("nothing"), "") as store:
        yield store


@each_row("name", RELATIONS)
def test_a_store_without_rows_has_every_frame(nothing: Store, name: str) -> None:
    pd.testing.assert_frame_equal(getattr(frames, name)(nothing), RELATIONS[name].empty())


def test_missing_objects_are_none(tmp_path: Path) -> None:
    with store_of(
        tmp_path, "INSERT INTO hook_events (payload_summary) VALUES (NULL), ('[1]'), ('x');"
    ) as store:
        assert frames.hook_events(store)["payload_summary"].tolist() == [None, None, None]


def test_load_knows_the_relations(tmp_path: Path) -> None:
    with (
        store_of(tmp_path, "") as store,
        pytest.raises(ClaudesessError, match=r"no relation '_hook_facts'.*sess"),
    ):
        frames.load(store, "_hook_facts")


def test_describe_is_the_dictionary() -> None:
    dictionary = frames.describe()
    columns = dictionary[dictionary["key"].isna()]
    assert len(columns) == sum(len(contract.columns) for contract in RELATIONS.values())
    assert shown(
        columns.query("relation == 'tool_calls' and column in ['db', 'tool', 'duration_ms']")
    ) == lines("""
        relation,column,key,type,unit,meaning,values,nullable,source,read_by
        tool_calls,db,,string,,"Label of the file: its folder's name, or its own, longer where two would be equal",,False,path,
        tool_calls,tool,,string,,Name of the tool,,True,,
        tool_calls,duration_ms,,Int64,ms,"Time the tool took, by the client; of an imported call tools or permission, from the call to its result",,True,tool_ms,
    """)
    assert set(dictionary.query("type == 'object'").unit) == {"list", "dict"}
    assert dictionary.query("column == 'decision'")["values"].tolist() == ["allow, block"]


def test_describe_of_one_relation_has_its_columns_in_order_then_its_keys() -> None:
    one = claudesess.describe("llm_verdicts")
    assert one["column"].tolist() == RELATIONS["llm_verdicts"].names
    assert one["relation"].unique().tolist() == ["llm_verdicts"]
    facts = claudesess.describe("session_metrics")
    assert facts["key"].isna().sum() == len(RELATIONS["session_metrics"].columns) < len(facts)
    assert claudesess.describe("estimates")["column"].tolist() == ESTIMATES.names
    with pytest.raises(ClaudesessError, match=r"no relation 'nothing'. There are: project_state.*estimates"):
        claudesess.describe("nothing")


def test_describe_lists_keys_and_families_with_who_reads_them() -> None:
    keys = frames.describe().dropna(subset=["key"])
    assert not keys.duplicated(["relation", "column", "key"]).any()
    wanted = ["commit", "prompt", "tokens.output", "files.path", "tool_ms", "by"]
    assert shown(keys[keys["key"].isin(wanted)], "relation,column,key,read_by,meaning") == lines("""
        relation,column,key,read_by,meaning
        session_metrics,event_type,prompt,"session_events, sessions, on_sessions",key: human or machine: who wrote it; value: prompt_id
        session_metrics,event_type,commit,session_events,key: sha; value: branch
        session_metrics,value,tokens.output,"model_answers, importing.verify_rows",tokens written
        failed_paths,context,by,,hand: somebody wrote the row
        context_snapshots,content,files.path,compactions,the file
        hook_events,payload_summary,tool_ms,_hook_facts,"time that the tool took, by the client"
    """)
