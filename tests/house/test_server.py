"""Servers: one that lasts until make down, and those that vanish with whoever started them."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.support.database import ROOT, wait_for

HOLDER = """
import signal, sys
# Whoever was started in the background may have inherited that it is ignored.
signal.signal(signal.SIGINT, signal.default_int_handler)
from tools.throwaway import Throwaway
made = Throwaway()
print(made.folder, made.server_pid, flush=True)
sys.stdin.read()
"""


def alive(pid: int) -> bool:
    """Whether the process runs; one that has ended and waits to be collected does not."""
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True)
    return bool(state.stdout.strip()) and not state.stdout.startswith("Z")


@pytest.fixture
def state() -> Iterator[dict[str, str]]:
    """An environment with a state folder of this test's own, short and open to all."""
    folder = tempfile.mkdtemp(dir="/tmp", prefix="hg-state-")
    os.chmod(folder, 0o755)
    environment = os.environ | {"HG_STATE_DIR": folder, "PYTHONPATH": str(ROOT)}
    yield environment
    tool(environment, "tools.server", "down")
    shutil.rmtree(folder)


def tool(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", *arguments],
        env=environment,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
    )


def url_of(environment: dict[str, str]) -> str:
    done = tool(environment, "tools.database", "url")
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def data_folder(environment: dict[str, str]) -> Path:
    return next(Path(environment["HG_STATE_DIR"]).glob("*/*/data"))


def server_pid(environment: dict[str, str]) -> int:
    return int((data_folder(environment) / "postmaster.pid").read_text().split()[0])


# --- Thrown away ---------------------------------------------------------------------------


def start_holder() -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-c", HOLDER],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_throwaway_server_goes_with_its_maker(how: signal.Signals) -> None:
    holder = start_holder()
    folder, pid = holder.stdout.readline().split()
    assert alive(int(pid))
    holder.send_signal(how)
    holder.wait(60)
    holder.stdin.close()
    holder.stdout.close()
    wait_for(lambda: not alive(int(pid)))
    wait_for(lambda: not Path(folder).exists())


@pytest.mark.parametrize("moment", [0.0, 0.1, 0.2, 0.3])
def test_a_maker_killed_while_the_server_is_made_leaves_nothing(
    moment: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    with tempfile.TemporaryDirectory(dir="/tmp", prefix="hg-t-") as folder:
        os.chmod(folder, 0o1777)
        monkeypatch.setenv("TMPDIR", folder)
        holder = start_holder()
        wait_for(lambda: os.listdir(folder) or holder.poll() is not None)
        with pytest.raises(subprocess.TimeoutExpired):
            holder.wait(moment)
        holder.kill()
        holder.wait()
        holder.stdin.close()
        holder.stdout.close()
        wait_for(lambda: not os.listdir(folder))


# --- Lasting -------------------------------------------------------------------------------


def test_the_server_lasts_until_down_and_its_data_until_clean(state: dict[str, str]) -> None:
    with psycopg.connect(url_of(state)) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS one")
    pid = server_pid(state)
    assert url_of(state)
    assert server_pid(state) == pid
    assert "stopped" in tool(state, "tools.server", "down").stdout
    assert not alive(pid)
    assert "no server of this checkout was running" in tool(state, "tools.server", "down").stdout
    with psycopg.connect(url_of(state)) as connection:
        assert connection.execute("SELECT one FROM kept").fetchone() == (1,)
    assert tool(state, "tools.server", "clean").returncode == 0
    assert list(Path(state["HG_STATE_DIR"]).glob("*")) == []
    assert tool(state, "tools.server", "clean").returncode == 0


def test_nobody_else_can_enter(state: dict[str, str]) -> None:
    url_of(state)
    data = data_folder(state)
    for folder in (data, data.parent, data.parent / "socket"):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    with psycopg.connect(url_of(state)) as connection:
        settings = "SELECT current_setting('listen_addresses'), current_setting('fsync')"
        assert connection.execute(settings).fetchone() == ("", "on")


def test_four_at_once_start_one_server(state: dict[str, str]) -> None:
    command = [sys.executable, "-m", "tools.database", "url"]
    makers = [
        subprocess.Popen(command, env=state, stdout=subprocess.PIPE, text=True) for _ in range(4)
    ]
    urls = {maker.communicate(timeout=120)[0] for maker in makers}
    assert [maker.returncode for maker in makers] == [0] * 4
    assert len(urls) == 1


def test_a_killed_server_starts_again(state: dict[str, str]) -> None:
    with psycopg.connect(url_of(state), autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS one")
    pid = server_pid(state)
    os.kill(pid, signal.SIGKILL)
    wait_for(lambda: not alive(pid))
    with psycopg.connect(url_of(state)) as connection:
        assert connection.execute("SELECT one FROM kept").fetchone() == (1,)


@pytest.mark.parametrize("moment", [0.2, 0.35, 0.5, 0.65, 0.8, 1.0])
def test_killed_while_it_makes_the_data(state: dict[str, str], moment: float) -> None:
    maker = subprocess.Popen(
        [sys.executable, "-m", "tools.database", "url"], env=state, stdout=subprocess.DEVNULL
    )
    try:
        maker.wait(moment)
    except subprocess.TimeoutExpired:
        maker.kill()
        maker.wait()
    with psycopg.connect(url_of(state)) as connection:
        assert connection.execute("SELECT current_database()").fetchone() == ("app",)


def test_a_process_that_got_the_id_is_left_alone(state: dict[str, str]) -> None:
    url_of(state)
    assert tool(state, "tools.server", "down").returncode == 0
    with subprocess.Popen(["sleep", "600"]) as other:
        try:
            (data_folder(state) / "postmaster.pid").write_text(f"{other.pid}\n")
            assert "no server" in tool(state, "tools.server", "down").stdout
            assert url_of(state)
            assert server_pid(state) != other.pid
            assert other.poll() is None
        finally:
            other.kill()


def test_a_folder_somebody_else_may_write_is_refused(state: dict[str, str]) -> None:
    url_of(state)
    tool(state, "tools.server", "down")
    data_folder(state).parents[1].chmod(0o777)
    done = tool(state, "tools.database", "url")
    assert done.returncode == 1
    assert "is not this account's own folder" in done.stderr
    data_folder(state).parents[1].chmod(0o711)


def test_a_state_folder_too_long_for_a_socket_is_refused(tmp_path: Path) -> None:
    long = tmp_path / ("long" * 20)
    long.mkdir()
    environment = os.environ | {"HG_STATE_DIR": str(long), "PYTHONPATH": str(ROOT)}
    done = tool(environment, "tools.database", "url")
    assert done.returncode == 1
    assert "is too long for a socket: set HG_STATE_DIR shorter" in done.stderr


def test_no_server_at_all_is_said(tmp_path: Path) -> None:
    environment = os.environ | {"PG_BINDIR": str(tmp_path), "PYTHONPATH": str(ROOT)}
    done = tool(environment, "tools.database", "url")
    assert done.returncode == 1
    assert "no PostgreSQL server found" in done.stderr
    assert f"PG_BINDIR: no server in {tmp_path}" in done.stderr


def test_psql_opens_the_database(state: dict[str, str]) -> None:
    done = tool(state, "tools.database", "psql", "-Atc", "SELECT current_database()")
    assert (done.returncode, done.stdout) == (0, "app\n"), done.stderr
