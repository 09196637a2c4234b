"""make: what it lists, how it makes its virtualenv, and that it runs wherever the checkout is."""

import os
import pwd
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.database import ROOT, wait_for
from tests.support.project import change
from tools import bootstrap

ACCOUNTS = ["the same", "nobody"] if os.getuid() == 0 else ["the same"]


def make(folder: Path, *arguments: str, **options: object) -> subprocess.CompletedProcess:
    return subprocess.run(
        ["make", *arguments],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        **options,
    )


def test_make_alone_lists_every_target() -> None:
    listed = re.findall(r"^make ([a-z0-9-]+) +\S", make(ROOT).stdout, re.MULTILINE)
    text = (ROOT / "Makefile").read_text()
    targets = re.findall(r"^([a-z][a-z0-9-]*):", text, re.MULTILINE)
    phony = re.search(r"^\.PHONY: (.*?)\n\n", text, re.MULTILINE | re.DOTALL)[1]
    assert listed == targets
    assert sorted(targets) == sorted(phony.replace("\\", "").split())


# --- The virtualenv ------------------------------------------------------------------------

PROJECT = '[project]\ndependencies = ["{}"]\n[dependency-groups]\nserver = []\n'


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout of which only the bootstrap is left; pip itself is the one thing to install."""
    root = tmp_path / "check out"
    change(root, "tools/bootstrap.py", (ROOT / "tools" / "bootstrap.py").read_text())
    change(root, "pyproject.toml", PROJECT.format("pip"))
    return root


def environment(checkout: Path, **extra: str) -> dict[str, str]:
    home = checkout.parent / "home"
    home.mkdir(exist_ok=True)
    kept = {name: value for name, value in os.environ.items() if name != "HG_VENV"}
    return kept | {"HOME": str(home), "XDG_CACHE_HOME": str(home / "cache")} | extra


def bootstrapped(checkout: Path, **extra: str) -> subprocess.CompletedProcess:
    """Run a command by the bootstrap: it tells which virtualenv it is in."""
    return subprocess.run(
        [base_python(), "tools/bootstrap.py", "-c", "import sys; print(sys.prefix)"],
        cwd=checkout,
        env=environment(checkout, **extra),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
    )


def base_python() -> str:
    """The Python that this virtualenv was made with."""
    return os.path.realpath(sys.executable)


def test_installs_once_and_again_when_the_pins_change(checkout: Path) -> None:
    first = bootstrapped(checkout)
    assert first.stdout.strip() == str(checkout / ".venv"), first.stderr
    assert "installing 1 pinned tools" in first.stderr
    second = bootstrapped(checkout)
    assert (second.stdout, second.stderr) == (first.stdout, "")
    change(checkout, "pyproject.toml", PROJECT.format("pip>0"))
    assert "installing 1 pinned tools" in bootstrapped(checkout).stderr
    change(checkout, "pyproject.toml", PROJECT.format("pip>0") + "# a comment\n")
    assert bootstrapped(checkout).stderr == ""


def test_a_copy_needs_no_install(checkout: Path) -> None:
    bootstrapped(checkout)
    copy = checkout.with_name("copy")
    shutil.copytree(checkout, copy, symlinks=True)
    done = bootstrapped(copy)
    assert (done.stdout.strip(), done.stderr) == (str(copy / ".venv"), "")


def test_an_interrupted_install_starts_from_nothing(checkout: Path) -> None:
    bootstrapped(checkout)
    (checkout / ".venv" / bootstrap.STAMP).unlink()
    half = checkout / ".venv" / "half-written"
    half.touch()
    assert "installing" in bootstrapped(checkout).stderr
    assert not half.exists()


def test_killed_at_any_moment_it_is_made_by_the_next(checkout: Path) -> None:
    command = [base_python(), "tools/bootstrap.py", "-c", ""]
    process = subprocess.Popen(
        command, cwd=checkout, env=environment(checkout), stderr=subprocess.DEVNULL
    )
    wait_for((checkout / ".venv" / "pyvenv.cfg").exists)
    process.kill()
    process.wait()
    done = bootstrapped(checkout)
    assert done.stdout.strip() == str(checkout / ".venv"), done.stderr


def test_two_at_once_install_once(checkout: Path) -> None:
    command = [base_python(), "tools/bootstrap.py", "-c", ""]
    processes = [
        subprocess.Popen(
            command, cwd=checkout, env=environment(checkout), stderr=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    told = [process.communicate(timeout=300)[1] for process in processes]
    assert [process.returncode for process in processes] == [0, 0], told
    assert sum("installing 1 pinned tools" in text for text in told) == 1


def test_a_python_that_is_gone_is_replaced(checkout: Path) -> None:
    bootstrapped(checkout)
    python = checkout / ".venv" / "bin" / "python"
    python.unlink()
    python.symlink_to("/nonexistent/python")
    assert "installing" in bootstrapped(checkout).stderr
    assert bootstrapped(checkout).stderr == ""


def test_somebody_elses_venv_is_left_alone(checkout: Path) -> None:
    change(checkout, ".venv/bin/activate", "mine")
    done = bootstrapped(checkout)
    assert Path(done.stdout.strip()).is_relative_to(checkout.parent / "home"), done.stderr
    assert (checkout / ".venv/bin/activate").read_text() == "mine"


def test_hg_venv_says_where(checkout: Path) -> None:
    place = checkout.parent / "else where"
    done = bootstrapped(checkout, HG_VENV=str(place))
    assert done.stdout.strip() == str(place), done.stderr


def test_python_without_venv_is_told_what_to_install(checkout: Path) -> None:
    broken = checkout.parent / "broken"
    change(broken, "ensurepip.py", "raise ImportError('ensurepip')\n")
    done = bootstrapped(checkout, PYTHONPATH=str(broken))
    assert done.returncode == 1
    assert "apt-get install python3-venv" in done.stderr
    assert "Traceback" not in done.stderr
    assert bootstrapped(checkout).returncode == 0


def test_clean_removes_only_what_make_made(checkout: Path) -> None:
    bootstrapped(checkout)
    change(checkout, "tools/__pycache__/x.pyc", "")
    command = [base_python(), "tools/bootstrap.py", "--clean"]
    for _ in range(2):
        subprocess.run(command, cwd=checkout, env=environment(checkout), check=True)
        assert sorted(os.listdir(checkout)) == ["pyproject.toml", "tools"]
        assert os.listdir(checkout / "tools") == ["bootstrap.py"]
    change(checkout, ".venv/bin/activate", "mine")
    subprocess.run(command, cwd=checkout, env=environment(checkout), check=True)
    assert (checkout / ".venv/bin/activate").exists()


# --- Wherever the checkout is, whoever runs it ---------------------------------------------


@pytest.fixture
def elsewhere() -> Iterator[Path]:
    """A copy of this checkout in a folder with a long name with spaces."""
    base = Path(tempfile.mkdtemp(dir="/tmp", prefix="hg-elsewhere-"))
    base.chmod(0o755)
    root = base / ("a folder with spaces " * 6).strip() / "check out"
    for name in ("tools", "functions", "triggers", "sql", "migrations"):
        shutil.copytree(
            ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__", "*.pyc")
        )
    for name in ("Makefile", "pyproject.toml"):
        shutil.copy(ROOT / name, root / name)
    yield root
    shutil.rmtree(base)


@pytest.mark.parametrize("account", ACCOUNTS)
def test_from_migrate_to_clean(elsewhere: Path, account: str) -> None:
    options: dict = {}
    state = elsewhere.parents[1] / "s"
    state.mkdir()
    if account != "the same":
        entry = pwd.getpwnam(account)
        options = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
        os.chown(state, entry.pw_uid, entry.pw_gid)
    else:
        # Only this account may enter the checkout; as root the server's account may not.
        elsewhere.parent.chmod(0o700)
    venv = sys.prefix if account == "the same" else str(state.with_name("v"))
    if account != "the same":
        Path(venv).mkdir()
        os.chown(venv, entry.pw_uid, entry.pw_gid)
    options["env"] = os.environ | {"HG_VENV": venv, "HG_STATE_DIR": str(state)}
    for target, told in [
        ("status", "not installed"),
        ("migrate", "is installed in schema public"),
        ("migrate", "nothing to apply"),
        ("status", "state"),
        ("rollback-schema", "the installation is undone"),
        ("rollback-schema", "nothing to undo"),
        ("migrate", "is installed in schema public"),
        ("down", "stopped"),
        ("down", "no server of this checkout was running"),
        ("clean", "removed"),
        ("clean", "removed"),
    ]:
        done = make(elsewhere, target, **options)
        assert done.returncode == 0, (target, done.stdout, done.stderr)
        assert told in done.stdout, (target, done.stdout, done.stderr)
    assert os.listdir(state) == []
