"""bin/run's heart, with real engines and small commands in the place of the app."""

import http.client
import os
import pwd
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.waiting import wait_until

from .conftest import Build
from .house import CHECKOUT, PLAIN_WEB, House, socket_folder

GRANIAN = (
    "web: granian --interface wsgi --working-dir . stub:app --host $HOST --port $PORT --workers 2 "
    "--respawn-failed-workers --workers-kill-timeout 10 --no-ws"
)
NAMED = max(entry.pw_uid for entry in pwd.getpwall() if entry.pw_uid < 60_000)
NAMELESS = 64_711
STUBBORN = "worker: python stubborn.py"


def with_granian(house: House) -> House:
    """Adds a page, and a worker that ignores SIGTERM and whose child leads its own group, as RQ's does."""
    (house.folder / "stub.py").write_text(
        "def app(environ, start_response):\n    start_response('200 OK', [])\n    return [b'ready']\n"
    )
    (house.folder / "stubborn.py").write_text(
        "import os, signal, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "if os.fork() == 0:\n    os.setpgrp()\n"
        "time.sleep(600)\n"
    )
    return house


def test_engines_are_ready_before_the_release_and_the_release_is_done_before_the_rest(build: Build) -> None:
    house = build(
        "release: python release.py", "web: cat released && python3 -m http.server $PORT --bind $HOST"
    )
    (house.folder / "release.py").write_text(
        "import os, psycopg2, redis, time\n"
        "url = os.environ['DATABASE_URL'].replace('+psycopg2', '')\n"
        "psycopg2.connect(url).cursor().execute('SELECT 1')\n"
        "redis.from_url(os.environ['REDIS_URL']).ping()\n"
        "time.sleep(0.3)\n"
        "print('all is there', file=open('released', 'w'))\n"
    )
    house.open()
    assert "web      | all is there" in house.said


def test_the_address_and_the_greeting_are_printed_once_the_pages_answer(build: Build) -> None:
    house = build().open("--greet", "echo 'ann@example.com / secret'")
    line = http.client.HTTPConnection("127.0.0.1", house.port, timeout=5)
    line.request("GET", "/readyz")
    assert line.getresponse().read() == b"ready"
    line.close()
    assert f"Daybook is open at http://localhost:{house.port}/\nann@example.com / secret\n" in house.said


def test_one_more_command_runs_beside_those_of_the_procfile(build: Build) -> None:
    house = build().open("--also", "guest: echo hello $PORT; sleep 600")
    house.wait_for(f"guest    | hello {house.port}")
    assert house.stop() == 0


def test_one_more_command_that_is_none_is_refused(build: Build) -> None:
    house = build()
    house.begin("--also", "nonsense")
    house.wait_for("What is to run beside it is not of the form 'name: command'.")


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_asked_to_stop_it_ends_everything_and_calls_it_no_failure(build: Build, how: signal.Signals) -> None:
    house = build().open()
    sockets = socket_folder(house.data)
    assert house.find("postgres -D")
    assert house.find("valkey-server")
    assert house.find("http.server")
    assert sockets.stat().st_mode & 0o077 == 0
    assert house.stop(how) == 0
    assert house.processes() == {}
    assert not sockets.exists()
    assert "was shut down" in control_data(house)


def control_data(house: House) -> str:
    """What PostgreSQL noted about its last end: 'shut down' or 'in production'."""
    from app.core.engines.binaries import postgres_trees

    tool = postgres_trees()[0].tool("pg_controldata")
    said = subprocess.run([tool, "-D", house.data / "postgres"], capture_output=True, text=True).stdout
    return said.replace("Database cluster state:               shut down", "was shut down")


def test_services_may_finish_while_the_engines_are_still_there(build: Build) -> None:
    house = build(PLAIN_WEB, "worker: python polite.py", "clock: python polite.py")
    (house.folder / "polite.py").write_text(
        "import os, psycopg2, signal, sys, time\n"
        "def leave(*_):\n"
        "    time.sleep(0.3)\n"
        "    psycopg2.connect(os.environ['DATABASE_URL'].replace('+psycopg2', ''))\n"
        "    sys.exit(print('leaves'))\n"
        "signal.signal(signal.SIGTERM, leave)\n"
        "print('works')\n"
        "time.sleep(600)\n"
    )
    house.open()
    wait_until(lambda: house.said.count("works") == 2)
    assert house.stop() == 0
    assert "worker   | leaves" in house.said
    assert "clock    | leaves" in house.said
    assert house.said.index("Stopping.") < house.said.index("leaves") < house.said.index("has stopped")


def test_a_second_ctrl_c_does_not_wait_for_anybody(build: Build) -> None:
    house = with_granian(build(PLAIN_WEB, STUBBORN)).open()
    wait_until(lambda: len(house.find("stubborn.py")) == 2)
    house.process.send_signal(signal.SIGINT)
    house.wait_for("Stopping.")
    began = time.monotonic()
    assert house.stop(signal.SIGINT) == 0
    assert time.monotonic() - began < 5
    assert house.processes() == {}


def test_a_second_start_finds_its_data(build: Build) -> None:
    house = build().open()
    house.sql("CREATE TABLE kept AS SELECT 7 AS number")
    house.stop()
    house.open()
    assert house.sql("SELECT number FROM kept") == [(7,)]
    assert (
        house.sql("SELECT datlocprovider, datlocale, pg_encoding_to_char(encoding) FROM pg_database")
        == [("b", "C.UTF-8", "UTF8")] * 4
    )
    assert house.sql("SHOW fsync") == [("on",)]
    assert house.sql("SHOW listen_addresses") == [("",)]


def test_kill_minus_nine_leaves_no_process_and_loses_no_commit(build: Build) -> None:
    house = with_granian(build(GRANIAN, STUBBORN, "clock: sleep 600")).open()
    wait_until(lambda: len(house.find("granian")) == 3 and len(house.find("stubborn.py")) == 2)
    house.sql("CREATE TABLE kept AS SELECT 7 AS number")
    sockets = socket_folder(house.data)
    house.kill()
    wait_until(lambda: house.processes() == {}, 12)
    wait_until(lambda: not sockets.exists(), 2)
    house.open()
    assert house.sql("SELECT number FROM kept") == [(7,)]


def test_a_start_right_after_kill_minus_nine_waits_for_the_cleaning(build: Build) -> None:
    house = with_granian(build(PLAIN_WEB, STUBBORN)).open()
    (guard,) = house.find("guard.py")
    house.kill()
    house.open()
    wait_until(lambda: guard not in house.processes())
    assert house.sql("SELECT 1") == [(1,)]
    assert house.process.poll() is None


def test_even_with_its_guard_killed_too_nothing_is_left(build: Build) -> None:
    house = with_granian(build(GRANIAN, "clock: sleep 600")).open()
    (guard,) = house.find("guard.py")
    os.kill(guard, signal.SIGKILL)
    house.kill()
    wait_until(lambda: house.processes() == {}, 12)


def test_a_first_start_killed_in_the_middle_is_repaired(build: Build) -> None:
    house = build(new=True)
    house.begin()
    wait_until(lambda: (house.data / "postgres.new" / "base").exists())
    house.kill()
    assert not (house.data / "postgres").exists()
    house.open()
    assert house.sql("SELECT 1") == [(1,)]
    assert [path.name for path in house.data.iterdir() if "new" in path.name] == []


def test_two_checkouts_run_side_by_side(build: Build) -> None:
    here, there = build(), build()
    here.begin()
    there.open()
    here.wait_for("Daybook is open at")
    here.sql("CREATE TABLE mine AS SELECT 1 AS number")
    assert there.sql("SELECT to_regclass('mine')") == [(None,)]
    assert here.stop() == 0
    assert there.sql("SELECT 1") == [(1,)]


def test_a_second_supervisor_on_the_same_data_says_so_and_touches_nothing(build: Build) -> None:
    house = build().open()
    second = house.call("run", "--procfile", str(house.procfile))
    assert second.returncode == 1
    assert second.stderr.startswith(f"Daybook already runs with the data in {house.data}.")
    assert house.sql("SELECT 1") == [(1,)]


def test_a_port_in_use_is_said_in_one_sentence_before_anything_starts(build: Build) -> None:
    house = build(new=True)
    with socket.socket() as other:
        other.bind(("127.0.0.1", house.port))
        other.listen()
        tried = house.call("run", "--procfile", str(house.procfile))
    assert tried.returncode == 1
    assert f"Port {house.port} on 127.0.0.1 is already in use." in tried.stderr
    assert tried.stdout == ""
    assert "Traceback" not in tried.stderr
    assert not (house.data / "postgres").exists()


@pytest.mark.parametrize("number", ["http", "0", "70000", "²"])
def test_a_port_that_is_no_port_is_refused(build: Build, number: str) -> None:
    tried = build(new=True).call("run", PORT=number)
    assert (tried.returncode, tried.stderr) == (
        1,
        f"PORT must be a number between 1 and 65535, not {number!r}.\n",
    )


def test_a_release_that_fails_starts_nothing(build: Build) -> None:
    house = build("release: echo no table; exit 3", "web: touch started")
    house.begin()
    assert house.process.wait(30) == 1
    assert "release  | no table" in house.said
    assert "'echo no table; exit 3' failed with exit code 3, so nothing was started." in house.said
    assert not (house.folder / "started").exists()
    assert house.processes() == {}


def test_a_worker_that_dies_starts_again(build: Build) -> None:
    house = build(PLAIN_WEB, "worker: sleep 600").open()
    (first,) = house.find("sleep 600")
    os.kill(first, signal.SIGKILL)
    house.wait_for("worker ended unexpectedly (signal 9); it starts again in 1 s.")
    wait_until(lambda: house.find("sleep 600") not in ([], [first]))
    assert house.process.poll() is None


def test_a_web_that_dies_ends_the_house_with_a_failure(build: Build) -> None:
    house = with_granian(build(GRANIAN, "clock: sleep 600")).open()
    os.kill(min(house.find("granian")), signal.SIGKILL)
    assert house.process.wait(30) == 1
    assert "web ended unexpectedly (signal 9), so Daybook stops." in house.said
    assert house.processes() == {}


@pytest.mark.parametrize("engine", ["postgres -D", "valkey-server"])
def test_an_engine_that_dies_ends_the_house_with_a_failure(build: Build, engine: str) -> None:
    house = build().open()
    os.kill(house.find(engine)[0], signal.SIGKILL)
    assert house.process.wait(30) == 1
    assert f"{engine[:6]}" in house.said
    assert "ended unexpectedly (signal 9), so Daybook stops." in house.said
    wait_until(lambda: house.processes() == {})
    assert house.open().sql("SELECT 1") == [(1,)]


def test_a_pid_file_that_names_a_stranger_is_no_obstacle(build: Build) -> None:
    house = build().open()
    house.kill()
    wait_until(lambda: house.processes() == {})
    (house.data / "postgres" / "postmaster.pid").write_text(f"{os.getpid()}\n{house.data}/postgres\n")
    house.open()
    assert house.sql("SELECT 1") == [(1,)]


def test_an_orphaned_server_on_the_same_data_is_shut_down_first(build: Build) -> None:
    """Where the kernel cannot tie children to their parent, a kill -9 of guard and supervisor leaves one."""
    from app.core.engines import binaries, identity

    house = build().open()
    house.stop()
    server = binaries.postgres_trees()[0].tool("postgres")
    who = identity.choose(server, house.data)
    orphan = subprocess.Popen(
        [server, "-D", house.data / "postgres", "-k", house.data, "-c", "listen_addresses="],
        preexec_fn=who.become,
        stderr=subprocess.DEVNULL,
        cwd=house.data,
    )
    wait_until((house.data / ".s.PGSQL.5432").exists)
    house.open()
    assert orphan.wait(5) == 0
    assert house.sql("SELECT 1") == [(1,)]


def test_data_of_a_version_that_is_not_installed_is_left_alone(build: Build) -> None:
    house = build(new=True)
    (house.data / "postgres").mkdir(parents=True)
    (house.data / "postgres" / "PG_VERSION").write_text("15\n")
    house.begin()
    assert house.process.wait(20) == 1
    assert "The data was written by PostgreSQL 15" in house.said
    assert "bin/upgrade-data" in house.said
    assert [path.name for path in (house.data / "postgres").iterdir()] == ["PG_VERSION"]


def test_servers_that_are_named_are_used_and_not_started(build: Build) -> None:
    house = build("release: echo $DATABASE_URL $REDIS_URL", PLAIN_WEB)
    house.open(DATABASE_URL="postgresql://db.example/day", REDIS_URL="redis://cache.example")
    assert "release  | postgresql://db.example/day redis://cache.example" in house.said
    assert house.find("postgres") == []
    assert house.find("valkey") == []


def test_either_server_may_be_named_alone(build: Build) -> None:
    house = build("release: echo $DATABASE_URL $REDIS_URL", PLAIN_WEB)
    house.open(DATABASE_URL="postgresql://db.example/day")
    assert "release  | postgresql://db.example/day unix:///" in house.said
    assert house.find("postgres") == []
    assert house.find("valkey-server") != []
    house.stop()
    house.open(REDIS_URL="redis://cache.example")
    assert "daybook@/daybook?host=/" in house.said
    assert house.said.count(" redis://cache.example") == 1
    assert house.find("postgres -D") != []
    assert house.find("valkey") == []


def test_a_reader_who_goes_away_stops_the_house_cleanly(build: Build) -> None:
    house = build(PLAIN_WEB, "worker: while :; do echo tick; sleep 0.1; done")
    reading, writing = os.pipe()
    house.popen = subprocess.Popen(
        house.command("run", "--procfile", str(house.procfile)), cwd=CHECKOUT, env=house.env(), stdout=writing
    )
    os.close(writing)
    with os.fdopen(reading) as terminal:
        while "Daybook is open at" not in terminal.readline():
            pass
    assert house.process.wait(20) == 0
    assert house.processes() == {}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
@pytest.mark.parametrize("stranger", [NAMED, NAMELESS], ids=["named", "nameless"])
def test_an_ordinary_user_needs_nothing_special(build: Build, stranger: int) -> None:
    house = build(new=True)
    for path in (house.folder, house.procfile, house.folder / "readyz"):
        os.chown(path, stranger, stranger)
    packages = os.pathsep.join(path for path in sys.path if path.endswith("site-packages"))
    env = {"PYTHONPATH": packages, "PATH": "/usr/local/bin:/usr/bin:/bin"}
    if not (python := python_for(stranger, house, env)):
        pytest.skip("an ordinary user cannot enter this checkout or has no Python that fits it")
    house.python = python
    house.begin(user=stranger, **env)
    house.wait_for("Daybook is open at")
    assert {Path(f"/proc/{pid}").stat().st_uid for pid in house.processes()} == {stranger}
    house.kill()
    wait_until(lambda: house.processes() == {}, 12)


def python_for(user: int, house: House, env: dict[str, str]) -> str | None:
    """The environment's Python may lie in root's home; then the machine's own will do, with our packages."""
    for python in (sys.executable, "/usr/bin/python3"):
        try:
            tried = subprocess.run(
                [python, "-c", "import app.core.engines.database"],
                cwd=CHECKOUT,
                env=house.env(**env),
                user=user,
                group=user,
                extra_groups=[],
                capture_output=True,
            )
        except OSError:
            continue
        if tried.returncode == 0:
            return python
    return None


@pytest.mark.skipif(os.geteuid() != 0, reason="only root must become somebody else")
def test_root_becomes_nobody_where_the_kernel_refuses_namespaces(build: Build) -> None:
    from app.core.engines import folders

    house = build(new=True)
    house.data.mkdir()
    home = folders.home_of_nobody(house.data)
    programs_were_there = (folders.NOBODYS_HOME / "programs").exists()
    try:
        house.begin(before=[sys.executable, str(Path(__file__).parent / "without_namespaces.py")])
        house.wait_for("Daybook is open at")
        assert (home / "postgres" / "PG_VERSION").exists()
        assert home.owner() == "nobody"
        house.sql("CREATE TABLE kept AS SELECT 7 AS number")
        supervisor = min(house.find("app.core.engines run"))
        os.kill(supervisor, signal.SIGKILL)
        wait_until(lambda: house.processes() == {}, 12)
    finally:
        folders.remove_tree(home)
        if not programs_were_there:
            folders.remove_tree(folders.NOBODYS_HOME / "programs")
            folders.NOBODYS_HOME.rmdir()
