"""bin/run's heart: engines, release, then web, worker and clock; watches them; stops all in reverse order."""

import http.client
import os
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from . import engines, folders, guard, procfile
from .borrow import command_env
from .children import Child, Household
from .errors import EngineError, StopAsked
from .leash import Guard, new_leash
from .settings import Settings, check_port_is_free

WEB = "web"
SERVICES_GET = 20.0  # seconds to finish a request or a job; a job cut short is claimed again
WEB_ANSWERS_WITHIN = 120.0  # seconds
SLOWEST_RESTART = 30.0  # seconds between two tries
HEALTHY_AFTER = 60.0  # seconds of life, then the next restart is immediate again


@dataclass
class Service:
    """A command of the Procfile that should always run."""

    name: str
    command: str
    child: Child | None = None
    started_at: float = 0.0  # of the monotonic clock, like restart_at
    restart_at: float | None = None
    pause: float = 1.0  # seconds before the next restart


def run(settings: Settings, procfile_path: Path, greet: str | None = None, also: str | None = None) -> int:
    """Until Ctrl-C, SIGTERM or a death. Returns 0 after a stop that was asked for, 1 otherwise.

    `greet` is a command that runs after the release; what it prints is shown under the address. `also` is one more
    line, as of a Procfile. Raises EngineError for what is known before anything starts.
    """
    commands = procfile.read(procfile_path)
    commands |= [procfile.entry(also, "What is to run beside it")] if also else []
    folders.make_data_folder(settings.data)
    leash = new_leash(os.environ.get(guard.LEASH))
    with folders.locked(settings.data) as lock:
        check_port_is_free(settings)
        lookout = Guard(leash, lock)
        household = Household(lookout, leash, sys.stdout, ["postgres", "valkey", *commands])
        try:
            with engines.running(settings, household, lookout) as found:
                env = service_env(settings, found.urls)
                House(settings, household, found, commands, env, procfile_path.parent, greet).live()
            code = 0
        except StopAsked:
            code = 0
        except EngineError as error:
            household.say(str(error))
            code = 1
        finally:
            lookout.goodbye()
        household.say("Daybook has stopped.")
    return code


def service_env(settings: Settings, urls: Mapping[str, str]) -> dict[str, str]:
    """What every command of the Procfile finds in its environment."""
    words = {"HOST": settings.host, "PORT": str(settings.port), "PYTHONUNBUFFERED": "1"}
    return {**command_env(settings.data, dict(urls)), **words}


class House:
    """Everything above the engines."""

    def __init__(
        self,
        settings: Settings,
        household: Household,
        found: engines.Engines,
        commands: Mapping[str, str],
        env: Mapping[str, str],
        folder: Path,
        greet: str | None,
    ) -> None:
        self._settings = settings
        self._household = household
        self._engines = found
        self._release = commands.get(procfile.RELEASE)
        self._services = [Service(*each) for each in commands.items() if each[0] != procfile.RELEASE]
        self._env = env
        self._folder = folder
        self._greet = greet

    def live(self) -> None:
        """Raises StopAsked when it should end and EngineError when it must; the services are stopped by then."""
        if self._release:
            self._run_to_end(procfile.RELEASE, self._release)
        greeting = self._greeting()
        try:
            for service in self._services:
                self._start(service)
            self._wait_for_web()
            self._household.say(f"\nDaybook is open at {self._settings.address}")
            self._household.say(f"{greeting}Press Ctrl-C to stop it.\n")
            while True:
                self._household.check_stop()
                self._household.pump(0.5)
                self._look_after()
        except StopAsked:
            self._household.say("Stopping.")
            raise
        finally:
            self._stop()

    def _run_to_end(self, name: str, command: str) -> None:
        child = self._spawn(name, command)
        try:
            code = self._household.wait(child)
        except StopAsked:
            self._household.stop([child], SERVICES_GET)
            raise
        if code != 0:
            raise EngineError(f"'{command}' failed with exit code {code}, so nothing was started.")

    def _greeting(self) -> str:
        if not self._greet:
            return ""
        # Whoever starts it for the first time waits for what the greeting sets up.
        self._household.say("Getting everything ready.")
        path = self._settings.data / "greeting.txt"
        try:
            with open(path, "wb") as said:
                child = self._household.start(
                    "greet", procfile.shell(self._greet), env=self._env, cwd=self._folder, log=said
                )
                code = self._household.wait(child)
            words = path.read_text(errors="replace").strip()
        finally:
            path.unlink(missing_ok=True)
        if code != 0:
            raise EngineError(
                f"{words}\n'{self._greet}' failed with exit code {code}, so nothing was started."
            )
        return f"{words}\n" if words else ""

    def _spawn(self, name: str, command: str) -> Child:
        return self._household.start(name, procfile.shell(command), env=self._env, cwd=self._folder)

    def _start(self, service: Service) -> None:
        service.child = self._spawn(service.name, service.command)
        service.started_at = time.monotonic()
        service.restart_at = None

    def _wait_for_web(self) -> None:
        if not any(service.name == WEB for service in self._services):
            return

        def is_open() -> bool:
            self._look_after()
            return self._web_is_ready()

        if not self._household.until(is_open, WEB_ANSWERS_WITHIN):
            raise EngineError(
                f"The web pages did not answer within {WEB_ANSWERS_WITHIN:.0f} s, so Daybook stops."
            )

    def _web_is_ready(self) -> bool:
        """Whoever names TRUSTED_HOSTS may leave out this machine, so a refusal counts too."""
        line = http.client.HTTPConnection(self._settings.door, self._settings.port, timeout=2)
        try:
            line.request("GET", "/readyz", headers={"Host": "localhost"})
            return line.getresponse().status < 500
        except (OSError, http.client.HTTPException):
            return False
        finally:
            line.close()

    def _look_after(self) -> None:
        """Raises EngineError if an engine or the web is gone; anything else is started again, slower each time."""
        for engine in self._engines.children:
            if not engine.is_alive:
                self._household.explain(engine)
                raise EngineError(f"{engine.name} ended unexpectedly ({_how(engine)}), so Daybook stops.")
        now = time.monotonic()
        for service in self._services:
            if service.restart_at is not None:
                if now >= service.restart_at:
                    self._start(service)
            elif service.child is not None and not service.child.is_alive:
                self._household.check_stop()
                self._household.buried(service.child)
                if service.name == WEB:
                    raise EngineError(f"web ended unexpectedly ({_how(service.child)}), so Daybook stops.")
                self._plan_restart(service, now)

    def _plan_restart(self, service: Service, now: float) -> None:
        if now - service.started_at > HEALTHY_AFTER:
            service.pause = 1.0
        how = _how(service.child) if service.child else "not started"
        self._household.say(
            f"{service.name} ended unexpectedly ({how}); it starts again in {service.pause:.0f} s."
        )
        service.restart_at = now + service.pause
        service.pause = min(service.pause * 2, SLOWEST_RESTART)

    def _stop(self) -> None:
        """All at once, asked in reverse order; the engines come after, when nobody needs them any more."""
        children = [service.child for service in reversed(self._services) if service.child]
        self._household.stop(children, SERVICES_GET)


def _how(child: Child) -> str:
    code = child.popen.returncode
    return f"exit code {code}" if code >= 0 else f"signal {-code}"
