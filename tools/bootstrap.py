"""Make the virtualenv when it is needed, then run a command in it.

    python3 tools/bootstrap.py -m tools.migrate up
    python3 tools/bootstrap.py --plain -m tools.server down     with this Python, no virtualenv
    python3 tools/bootstrap.py --clean                          remove virtualenv and caches

The only file that runs outside the virtualenv: the standard library alone, and syntax that an
old Python can still read far enough to be told that it is too old.
"""

import fcntl
import hashlib
import json
import os
import pathlib
import platform
import shutil
import subprocess
import sys
import sysconfig

ROOT = pathlib.Path(__file__).resolve().parent.parent
FLOOR = (3, 11)
# The mark tells our own folder from one somebody else made; the stamp is written last, so that
# an interrupted install has none.
MARK = ".made-by-hidden-grade-asset"
STAMP = ".installed"


class Unusable(Exception):
    """Something the person at the keyboard has to change; the text says what."""


def newer_python():
    """Find a Python that is new enough when the one that runs is not."""
    for minor in range(20, FLOOR[1] - 1, -1):
        found = shutil.which("python3.%d" % minor)  # noqa: UP031 (read by old Pythons)
        if found:
            return found
    raise Unusable(
        f"Python 3.11 or newer is needed; this is {platform.python_version()}. Install one "
        "(Debian, Ubuntu: apt-get install python3.11 python3.11-venv) or say "
        "make PYTHON=/path/to/python3.11"
    )


def pins():
    """Every pin of pyproject.toml, less what this platform cannot have."""
    import tomllib

    with open(ROOT / "pyproject.toml", "rb") as file:
        project = tomllib.load(file)
    groups = dict(project["dependency-groups"])
    if "musl" in (sysconfig.get_config_var("HOST_GNU_TYPE") or ""):
        # No wheel of the embedded server exists there: tools.server takes the system's.
        del groups["server"]
    wanted = list(project["project"]["dependencies"])
    for names in groups.values():
        wanted += names
    return sorted(wanted)


def fingerprint(wanted):
    """What the stamp holds: other pins make another. Which Python runs this is no part of it:
    accounts that share a checkout may have different ones, and each can use what is there."""
    facts = [wanted, platform.machine()]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


def candidates():
    """Where the virtualenv may be: $HG_VENV alone, else the checkout, else this account's cache."""
    if os.environ.get("HG_VENV"):
        return [pathlib.Path(os.environ["HG_VENV"]).absolute()]
    name = hashlib.sha256(os.fsencode(ROOT)).hexdigest()[:12]
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    places = [ROOT / ".venv"]
    if os.path.isabs(cache):
        places.append(pathlib.Path(cache, "hidden-grade-asset", name, "venv"))
    # An account without a home of its own still may have a folder here.
    places.append(pathlib.Path("/var/tmp", f"hidden-grade-asset-venv-{os.getuid()}-{name}", "venv"))
    return places


def python_of(place):
    return place / "bin" / "python"


def is_ready(place, stamp):
    """Whether the virtualenv is finished, for these pins, and runs for this account."""
    try:
        return (place / STAMP).read_text() == stamp and runs(place)
    except OSError:
        return False


def runs(place):
    """Whether its Python is there, and still the version that its packages were installed for."""
    try:
        done = subprocess.run(
            [str(python_of(place)), "-c", "import pip"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    except OSError:
        return False
    return done.returncode == 0


def may_build(place):
    """Whether this account may make or replace the virtualenv here."""
    try:
        if place.is_symlink() or (place.exists() and not place.is_dir()):
            return False
        if place.exists() and not ((place / MARK).exists() or not any(place.iterdir())):
            return False
        while not place.exists():
            place = place.parent
        # Nobody else may be able to swap what this account is going to run.
        safe = place.stat().st_uid in (os.getuid(), 0)
    except PermissionError:
        return False
    return safe and os.access(place, os.W_OK | os.X_OK)


def locked(folder):
    """An exclusive lock on a folder; pip inherits it, so it outlives a killed parent."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        say("another make is installing here; waiting for it")
        fcntl.flock(handle, fcntl.LOCK_EX)
    return handle


def say(text):
    print(text, file=sys.stderr, flush=True)


def require_venv_module():
    """Debian and Ubuntu split venv and ensurepip off; say which package has them."""
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError as error:
        version = "{}.{}".format(*sys.version_info[:2])
        raise Unusable(
            f"this Python ({sys.executable}) comes without venv. Debian, Ubuntu: "
            f"apt-get install python3-venv (or python{version}-venv). Then run make again."
        ) from error


def step(command, lock):
    """Run one step of the install; its output is shown only when it fails."""
    done = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        pass_fds=[lock],
    )
    if done.returncode != 0:
        say(done.stdout)
        raise Unusable(
            "installing the tools failed, see above. Nothing is half done: run make again when "
            "the cause is gone (no network? set PIP_INDEX_URL or PIP_FIND_LINKS for a mirror)."
        )


def install(place, wanted, stamp, lock):
    """Bring the virtualenv to the pins; the stamp goes first and comes back last."""
    python = str(python_of(place))
    finished = (place / STAMP).exists() and runs(place)
    (place / STAMP).unlink(missing_ok=True)
    if not finished:
        require_venv_module()
        # What an interrupted pip leaves can look installed; start from nothing.
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True, mode=0o755, exist_ok=True)
        (place / MARK).touch()
        step([sys.executable, "-m", "venv", str(place)], lock)
    say(f"installing {len(wanted)} pinned tools into {place}")
    command = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    step([*command, "--no-input", *wanted], lock)
    new = place / (STAMP + ".new")
    new.write_text(stamp)
    new.rename(place / STAMP)


def ready_virtualenv():
    """The first usable virtualenv, made or brought up to date when there is none."""
    wanted = pins()
    stamp = fingerprint(wanted)
    places = candidates()
    for place in places:
        if is_ready(place, stamp):
            return place
    for place in places:
        if not may_build(place):
            continue
        place.parent.mkdir(parents=True, exist_ok=True)
        lock = locked(place.parent)
        try:
            if not is_ready(place, stamp):
                install(place, wanted, stamp, lock)
        finally:
            os.close(lock)
        return place
    raise Unusable(
        "no place for the virtualenv: tried {}. A .venv that make did not make is left alone: "
        "remove it, or set HG_VENV to a folder this account may write.".format(
            ", ".join(map(str, places))
        )
    )


def clean():
    """Remove what make made in this checkout and for it, and only that."""
    # A folder that somebody named is theirs.
    for place in [] if os.environ.get("HG_VENV") else candidates():
        if (place / MARK).exists() and may_build(place):
            shutil.rmtree(place)
            print(f"removed: {place}")
    caches = [ROOT / name for name in (".hypothesis", ".pytest_cache", ".ruff_cache")]
    for folder in ("tools", "tests", "bench", "examples", "docs"):
        caches += (ROOT / folder).rglob("__pycache__")
    for cache in caches:
        # What another account left is that account's to remove.
        shutil.rmtree(cache, ignore_errors=True)


def main():
    if sys.version_info < FLOOR:
        os.execv(newer_python(), ["python3", __file__, *sys.argv[1:]])
    arguments = sys.argv[1:]
    if arguments == ["--clean"]:
        clean()
        return
    os.environ["PYTHONPATH"] = str(ROOT)
    if arguments[:1] == ["--plain"]:
        python, arguments = sys.executable, arguments[1:]
    else:
        python = str(python_of(ready_virtualenv()))
    os.execv(python, [python, *arguments])


if __name__ == "__main__":
    try:
        main()
    except Unusable as unusable:
        say(f"make: {unusable}")
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
