"""A whole city on this machine: the real server over HTTPS, real kiosks, all as processes of their own that a test may kill.

Nothing is reached but loopback; everything lives in one folder; only what was started here is ever ended.
"""

import contextlib
import http.client
import json
import os
import signal
import socket
import sqlite3
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any, TypeVar

from tests.commands import run

ROOT = Path(__file__).resolve().parents[1]
T = TypeVar("T")

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--disable-quic", "--autoplay-policy=no-user-gesture-required", "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
]  # fmt: skip
"""Chromium for tests; `--headless=new` is playwright's to say."""


def until(what: str, ask: Callable[[], T | None], seconds: float = 60.0) -> T:
    """Return the first true answer; a bounded wait for a condition, never a sleep for luck."""
    end = time.monotonic() + seconds
    while True:
        if answer := ask():
            return answer
        if time.monotonic() > end:
            raise AssertionError(f"{what}: not within {seconds:g} s")
        time.sleep(0.05)


def free_port() -> int:
    """Return a port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Process:
    """One of our programs; its output goes to a file a failing test can show."""

    def __init__(self, name: str, arguments: list[str], log: Path) -> None:
        self.name, self.arguments, self.log = name, arguments, log
        self._running: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """Of the process that runs now."""
        assert self._running is not None
        return self._running.pid

    def start(self) -> None:
        """Start it (again)."""
        with self.log.open("ab") as out:
            self._running = subprocess.Popen(
                [sys.executable, *self.arguments], cwd=ROOT, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                env=os.environ | {"PYTHONUNBUFFERED": "1"},
            )  # fmt: skip

    def kill(self) -> None:
        """kill -9, and wait until it is gone."""
        assert self._running is not None
        self._running.kill()
        self._running.wait()

    def stop(self) -> None:
        """Ask it to end; kill it if it does not."""
        if self._running is None or self._running.poll() is not None:
            return
        self._running.send_signal(signal.SIGTERM)
        try:
            self._running.wait(10)
        except subprocess.TimeoutExpired:
            self.kill()

    @property
    def code(self) -> int | None:
        """How it ended; None while it runs."""
        assert self._running is not None
        return self._running.poll()

    def check(self) -> None:
        """Fail the test, with the end of its log, when it is not running."""
        assert self._running is not None
        if self._running.poll() is not None:
            raise AssertionError(
                f"{self.name} ended with {self._running.returncode}:\n{self.log.read_text()[-3000:]}"
            )


class City:
    """The server, its people and its address."""

    ADMINISTRATOR = ("admin", "a-long-password-1")

    def __init__(self, folder: Path, *, tls: bool = True) -> None:
        self.folder, self.home, self.port = folder, folder / "server", free_port()
        hosts = ["--host", "127.0.0.1", "--host", "localhost"] if tls else []
        run(
            "server",
            "init",
            str(self.home),
            "--port",
            str(self.port),
            "--account",
            self.ADMINISTRATOR[0],
            *hosts,
        )
        self.config = self.home / "server.toml"
        self.ca = self.home / "ca.pem" if tls else None
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}"
        run(
            "server", "--config", str(self.config), "staff", "password", self.ADMINISTRATOR[0], "--password-stdin",
            words=self.ADMINISTRATOR[1],
        )  # fmt: skip
        self._open_always()
        self.server = Process(
            "server", ["-m", "server", "run", "--config", str(self.config)], folder / "server.log"
        )

    @property
    def database(self) -> Path:
        """The file that holds everything."""
        return self.home / "data" / "komado.db"

    def start(self) -> None:
        """Start the server and wait until it answers."""
        self.server.start()

        def answers() -> bool:
            self.server.check()
            with contextlib.suppress(OSError, http.client.HTTPException):
                return self.request("GET", "/healthz")[0] == 200
            return False

        until("the server answers", answers)

    def add_staff(
        self,
        account: str,
        name: str,
        department: str,
        *roles: str,
        password: str,
        skills: tuple[str, ...] = (),
    ) -> None:
        """Register somebody who can sign in."""
        given = [part for role in roles for part in ("--role", role)]
        given += [part for skill in skills for part in ("--skill", skill)]
        run(
            "server", "--config", str(self.config), "staff", "add", "--account", account, "--name", name,
            "--department", department, *given, "--password-stdin", words=password,
        )  # fmt: skip

    def request(self, method: str, path: str, body: object = None, cookie: str = "") -> tuple[int, Any, str]:
        """Ask the server; return status, decoded answer, and the cookie it set."""
        if self.ca is None:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        else:
            connection = http.client.HTTPSConnection(
                "127.0.0.1", self.port, timeout=10, context=ssl.create_default_context(cafile=str(self.ca))
            )
        headers = {"Origin": self.url, "Content-Type": "application/json", "Cookie": cookie}
        try:
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            answer = connection.getresponse()
            content = answer.read()
            cookie = (answer.getheader("Set-Cookie") or "").split(";")[0]
            is_json = "json" in (answer.getheader("Content-Type") or "")
            return answer.status, json.loads(content) if is_json else content, cookie
        finally:
            connection.close()

    def sign_in(self, account: str, password: str) -> str:
        """Return the session's cookie."""
        status, answer, cookie = self.request(
            "POST", "/api/sign-in", {"account": account, "password": password}
        )
        assert status in (200, 204), answer
        return cookie

    def events(self) -> list[dict[str, Any]]:
        """Return the whole journal."""
        with contextlib.closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as journal:
            return [json.loads(body) for (body,) in journal.execute("SELECT body FROM event ORDER BY seq")]

    def happened(self, kind: str) -> list[dict[str, Any]]:
        """Return the events of one kind."""
        return [event for event in self.events() if event["type"] == kind]

    def _open_always(self) -> None:
        city = self.home / "city.toml"
        lines: list[str] = []
        keep = True
        for line in city.read_text("utf-8").splitlines():
            keep = not line.startswith("[hours]") if line.startswith("[") else keep
            if keep:
                lines.append(line)
        city.write_text("\n".join(lines) + "\n", "utf-8")


class KioskMachine:
    """One enrolled kiosk with its folder; devices as TOML tables."""

    def __init__(
        self, city: City, folder: Path, *, devices: str, name: str = "1号機", control: bool = False
    ) -> None:
        self.folder, self.city = folder, city
        folder.mkdir(parents=True)
        self.config, self.port = folder / "kiosk.toml", free_port()
        ca = f'ca = "{city.ca}"' if city.ca else ""
        self.config.write_text(
            f'data = "data"\n[server]\nurl = "{city.url}"\n{ca}\n'
            f'[screen]\nport = {self.port}\nurl_file = "run/url"\n{devices}',
            "utf-8",
        )
        cookie = city.sign_in(*city.ADMINISTRATOR)
        site: str = city.request("GET", "/api/sites", cookie=cookie)[1]["sites"][0]["id"]
        status, answer, _ = city.request("POST", "/api/enrolments", {"site": site, "name": name}, cookie)
        assert status in (200, 201), answer
        self.code = answer["code"]
        trust = ["--ca", str(city.ca)] if city.ca else []
        run("kiosk", "--config", str(self.config), "enrol", "--server", city.url, "--code", self.code, *trust)
        arguments = ["-m", "kiosk", "--config", str(self.config), "run"]
        if control:
            self.control, self.token = free_port(), "test-token-of-this-desk"
            arguments = [
                "-m", "deploy.demo.kiosk", "--config", str(self.config), "--token", self.token,
                "--control-port", str(self.control),
            ]  # fmt: skip
        self.agent = Process("kiosk", arguments, folder / "kiosk.log")

    def start(self) -> None:
        """Start the agent and wait for the address of its page."""
        self.agent.start()
        until("the kiosk's page is served", lambda: self.agent.check() or self.address)

    @property
    def address(self) -> str:
        """Of the resident's page, with its token; empty while there is none."""
        with contextlib.suppress(FileNotFoundError):
            url = (self.folder / "run" / "url").read_text().strip()
            return url.replace("/#", "/?synthetic#")
        return ""

    def do(self, **deed: object) -> dict[str, Any]:
        """Play the simulated devices' other side."""
        connection = http.client.HTTPConnection("127.0.0.1", self.control, timeout=10)
        try:
            connection.request("POST", f"/do?t={self.token}", json.dumps(deed))
            answer = connection.getresponse()
            assert answer.status == 200, answer.read()
            return json.loads(answer.read())
        finally:
            connection.close()


PICTURES = 10
"""A second, of simulated faces: a story looks at what is in them; thirty are measured in `make bench`."""
DEVICES = "".join(
    f'[devices.{part}]\ndriver = "simulated"\n' for part in ("card", "printer", "panel", "document", "face")
)
SIMULATED = f"{DEVICES}most_fps = {PICTURES}\n"


@contextlib.contextmanager
def stopping(*processes: Process) -> Generator[None]:
    """End these processes whatever happens."""
    try:
        yield
    finally:
        for process in processes:
            process.stop()
