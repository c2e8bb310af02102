"""One command with engines: what bin/test, bench and lint stand on."""

import contextlib
import fcntl
import os
import pty
import signal
import subprocess
import termios
from pathlib import Path

from tests.waiting import wait_until

from .conftest import Build
from .house import CHECKOUT, House

SHOW = 'echo "$DAYBOOK_DATA $DATABASE_URL $REDIS_URL"'


def test_the_command_finds_throw_away_engines_and_its_exit_code_comes_back(build: Build) -> None:
    house = build(new=True)
    done = house.call(
        "with",
        "--throw-away",
        "--",
        "sh",
        "-c",
        f"{SHOW}; exit 7",
        DATABASE_URL="postgresql://live.example/day",
    )
    assert done.returncode == 7
    data, database, redis = done.stdout.split()
    assert database.startswith("postgresql+psycopg2://daybook@/daybook?host=/")
    assert redis.startswith("unix:///")
    assert not os.path.exists(data)
    assert not os.path.exists(database.partition("host=")[2])
    assert not house.data.exists()
    assert house.processes() == {}


def test_throw_away_engines_do_not_disturb_a_running_house(build: Build) -> None:
    house = build().open()
    done = house.call("with", "--throw-away", "--", "sh", "-c", SHOW)
    assert done.returncode == 0
    assert house.url.replace("postgresql", "") not in done.stdout.replace("+psycopg2", "")
    assert house.sql("SELECT 1") == [(1,)]
    assert house.process.poll() is None


def test_the_engines_of_a_running_house_are_lent(build: Build) -> None:
    house = build().open()
    done = house.call("with", "--", "sh", "-c", SHOW)
    assert house.url in done.stdout.replace("+psycopg2", "")
    assert house.sql("SELECT 1") == [(1,)]


def flask(house: House, *words: str) -> str:
    """What bin/flask prints."""
    command = [CHECKOUT / "bin" / "flask", *words]
    done = subprocess.run(command, cwd="/", env=house.env(), capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_commands_run_beside_an_open_house_and_while_it_is_closed(build: Build) -> None:
    house = build().open()
    flask(house, "db", "upgrade")
    flask(house, "user", "create", "maya@example.com", "--name", "Maya Lindqvist")
    assert house.sql("SELECT email FROM users") == [("maya@example.com",)]
    assert house.process.poll() is None
    house.stop()
    assert "Maya Lindqvist" in flask(house, "user", "list")
    assert house.processes() == {}


def begin(house: House, *words: str) -> "subprocess.Popen[bytes]":
    """Starts `with` and waits until its command runs."""
    house.popen = subprocess.Popen(
        house.command("with", "--throw-away", "--", *words),
        cwd=CHECKOUT,
        env=house.env(),
        stdin=subprocess.DEVNULL,
    )
    wait_until(lambda: "sleep 600 " in house.processes().values())
    return house.popen


def test_a_signal_reaches_the_command_and_then_the_engines_stop(build: Build) -> None:
    house = build(new=True)
    begin(house, "sleep", "600").send_signal(signal.SIGTERM)
    assert house.process.wait(20) == 128 + signal.SIGTERM
    assert house.processes() == {}


def test_kill_minus_nine_leaves_neither_command_nor_engines_nor_data(build: Build) -> None:
    house = build(new=True)
    begin(house, "sh", "-c", "setsid sleep 600 & sleep 600")
    (guard,) = house.find("guard.py")
    (data,) = {
        word.partition(b"=")[2].decode()
        for pid in house.find("sleep 600")
        for word in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
        if word.startswith(b"DAYBOOK_DATA=") and pid not in (house.process.pid, guard)
    }
    assert os.path.exists(data)
    house.kill()
    wait_until(lambda: house.processes() == {}, 12)
    wait_until(lambda: not os.path.exists(data), 3)


def test_ctrl_c_on_a_terminal_reaches_the_command_once(build: Build) -> None:
    house = build(new=True)
    ours, theirs = pty.openpty()
    code = (
        "import signal, time\n"
        "signal.signal(signal.SIGINT, lambda *_: print('interrupted', flush=True))\n"
        "print('listening', flush=True)\n"
        "for _ in range(20): time.sleep(0.05)\n"
    )
    house.popen = subprocess.Popen(
        house.command("with", "--throw-away", "--", "python3", "-c", code),
        cwd=CHECKOUT,
        env=house.env(),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
    )
    os.close(theirs)
    said = b""
    while b"listening" not in said:
        said += os.read(ours, 1000)
    os.write(ours, b"\x03")
    assert house.process.wait(20) == 0
    with contextlib.suppress(OSError):
        said += os.read(ours, 1000)
    os.close(ours)
    assert said.count(b"interrupted") == 1
    assert house.processes() == {}
