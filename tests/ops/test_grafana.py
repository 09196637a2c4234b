"""The dashboard for Grafana: its form, and that every question it asks has an answer."""

import json
import re

import psycopg
import pytest

from tests.ops.support import execute_as_monitor, school
from tests.support.database import ROOT

FILE = ROOT / "examples" / "grafana" / "dashboard.json"
DASHBOARD = json.loads(FILE.read_text("utf-8"))
PANELS = DASHBOARD["panels"]
KINDS = {"stat", "table", "timeseries", "barchart"}


def substituted(query: str) -> str:
    """The query with Grafana's macros as its PostgreSQL data source replaces them."""
    query = re.sub(
        r"\$__timeFilter\(((?:[^()]|\([^()]*\))*)\)",
        r"\1 BETWEEN now() - interval '7 days' AND now() + interval '1 day'",
        query,
    )
    assert "$" not in query, query
    return query


def test_its_form() -> None:
    assert DASHBOARD["schemaVersion"] >= 36
    assert DASHBOARD["refresh"] == "1m"
    assert "id" not in DASHBOARD, "it is given by who imports it"
    (variable,) = DASHBOARD["templating"]["list"]
    assert (variable["type"], variable["name"]) == ("datasource", "datasource")
    assert variable["query"] == "grafana-postgresql-datasource"
    assert FILE.read_text("utf-8") == json.dumps(DASHBOARD, indent=2) + "\n"


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel["title"])
def test_the_form_of_a_panel(panel: dict) -> None:
    assert panel["type"] in KINDS
    place = panel["gridPos"]
    assert place["x"] + place["w"] <= 24 and place["w"] > 0 and place["h"] > 0
    (target,) = panel["targets"]
    for asked in (panel["datasource"], target["datasource"]):
        assert asked == {"type": "grafana-postgresql-datasource", "uid": "${datasource}"}
    assert target["rawQuery"] is True
    assert target["format"] == ("time_series" if panel["type"] == "timeseries" else "table")
    assert re.findall(r"\bFROM (\w+)", target["rawSql"])[0].startswith("hg_v_")


def test_panels_do_not_overlap_and_have_a_number_each() -> None:
    taken: dict[tuple[int, int], str] = {}
    for panel in PANELS:
        place = panel["gridPos"]
        for x in range(place["x"], place["x"] + place["w"]):
            for y in range(place["y"], place["y"] + place["h"]):
                assert taken.setdefault((x, y), panel["title"]) == panel["title"]
    assert sorted(panel["id"] for panel in PANELS) == list(range(1, len(PANELS) + 1))


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel["title"])
def test_every_question_has_an_answer(db: psycopg.Connection, panel: dict) -> None:
    """Asked by a role with the grants of docs/operating.md."""
    school(db)
    db.execute("SELECT hg_refresh_leaderboard()")
    rows = execute_as_monitor(db, substituted(panel["targets"][0]["rawSql"]))
    assert rows
    figures = [value for row in rows for value in row.values()]
    if panel["type"] == "timeseries":
        assert all(row["time"].date() for row in rows)
        assert [row["time"] for row in rows] == sorted(row["time"] for row in rows)
        assert len(rows) == 2
    if panel["title"] != "HOT updates of users":
        assert any(value is not None for value in figures)


def test_every_view_is_shown() -> None:
    shown = {
        view for panel in PANELS for view in re.findall(r"hg_v_\w+", panel["targets"][0]["rawSql"])
    }
    files = {path.stem for path in (ROOT / "sql" / "views").glob("hg_v_*.sql")}
    assert shown == files
