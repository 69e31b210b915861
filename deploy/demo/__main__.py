"""`make demo`: a city, a clerk, a kiosk and a page with both sides, on this machine only.

Everything is the product itself: the server's own set-up, a real enrolment, the real agent; only the devices are simulated.
"""

import argparse
import asyncio
import contextlib
import os
import re
import secrets
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
from aiohttp import web
from cryptography.hazmat.primitives.serialization import Encoding

from deploy.demo.progress import reached
from hardware.card.virtual import pki

ROOT = Path(__file__).resolve().parents[2]
PAGE = Path(__file__).parent / "page"
DATA = ROOT / "demo-data"
HOST = "127.0.0.1"
ADMINISTRATOR = ("kanri", "komado-kanri")
CLERK = ("sato", "komado-demo")


def say(text: str) -> None:
    """Tell the person at the terminal."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


class Demo:
    """The processes of one demo and the folder they live in."""

    def __init__(self, data: Path, first_port: int, card: str) -> None:
        self.data, self.card = data, card
        self.page, self.server, self.screen, self.control = (first_port + n for n in range(4))
        self.token = secrets.token_urlsafe(16)
        self._processes: list[asyncio.subprocess.Process] = []

    async def prepare(self) -> None:
        """Set the city up, once; later starts find it as it was left."""
        home = self.data / "server"
        if not (home / "server.toml").exists():
            shutil.rmtree(self.data, ignore_errors=True)
            await self._finish(
                "server", "init", str(home), "--port", str(self.server), "--account", ADMINISTRATOR[0]
            )
            staff = ("server", "--config", str(home / "server.toml"), "staff")
            await self._finish(
                *staff, "password", ADMINISTRATOR[0], "--password-stdin", words=ADMINISTRATOR[1]
            )
            await self._finish(
                *staff, "add", "--account", CLERK[0], "--name", "佐藤 恵", "--department", "窓口課",
                "--role", "clerk", "--role", "supervisor", "--password-stdin", words=CLERK[1],
            )  # fmt: skip
            city = home / "city.toml"
            city.write_text(
                re.sub(r"(?ms)^\[hours\].*?(?=^\[)", "", city.read_text("utf-8"), count=1), "utf-8"
            )  # always open
        file = home / "server.toml"
        text = re.sub(r"(?m)^port = \d+$", f"port = {self.server}", file.read_text("utf-8"))
        text = re.sub(r"\n\[pages\][^\[]*", "", text)
        file.write_text(f'{text}\n[pages]\nframe_ancestors = ["http://{HOST}:{self.page}"]\n', "utf-8")
        self._write_identity(home)
        self._write_kiosk()

    def _write_identity(self, home: Path) -> None:
        """Trust the virtual cards' authorities, with revocation lists of this start."""
        folder, city = home / "virtual-ca", home / "city.toml"
        folder.mkdir(exist_ok=True)
        for generation, anchor in zip(pki.TRUSTED, pki.anchors("auth"), strict=True):
            (folder / f"auth-{generation}.pem").write_bytes(anchor.public_bytes(Encoding.PEM))
            revoked = pki.crl("auth", generation, datetime.now(UTC))
            (folder / f"auth-{generation}.crl").write_bytes(revoked.public_bytes(Encoding.PEM))
        text = city.read_text("utf-8")
        if not re.search(r"(?m)^\[identity", text):
            anchors, lists = (
                [f"virtual-ca/auth-{generation}.{kind}" for generation in pki.TRUSTED]
                for kind in ("pem", "crl")
            )
            trusted = f'\n[identity.auth]\nanchors = {anchors}\npolicies = ["{pki.POLICY["auth"]}"]\n'
            checked = f'\n[identity]\nrevocation = "crl"\n[identity.crl]\nfiles = {lists}\n'
            city.write_text(text + checked + trusted, "utf-8")

    def _write_kiosk(self) -> None:
        home = self.data / "kiosk"
        home.mkdir(parents=True, exist_ok=True)
        (home / "kiosk.toml").write_text(
            f"""data = "data"
[server]
url = "http://{HOST}:{self.server}"
[screen]
port = {self.screen}
framed_by = "http://{HOST}:{self.page}"
[devices.card]
driver = "{"pcsc" if self.card == "vpcd" else "simulated"}"
[devices.printer]
driver = "simulated"
[devices.panel]
driver = "simulated"
[devices.face]
driver = "simulated"
[devices.document]
driver = "simulated"
""",
            "utf-8",
        )

    async def start(self) -> None:
        """Start the server, enrol the kiosk if it is new, start the kiosk."""
        await self._run(
            "server", "run", "--config", str(self.data / "server" / "server.toml"), log="server.log"
        )
        await self._answers(f"http://{HOST}:{self.server}/healthz")
        kiosk = str(self.data / "kiosk" / "kiosk.toml")
        if not list((self.data / "kiosk" / "data").glob("*.json")):
            code = await self._enrolment_code()
            await self._finish(
                "kiosk",
                "--config",
                kiosk,
                "enrol",
                "--server",
                f"http://{HOST}:{self.server}",
                "--code",
                code,
            )
        await self._run(
            "deploy.demo.kiosk", "--config", kiosk, "--token", self.token, "--control-port", str(self.control),
            log="kiosk.log",
        )  # fmt: skip
        await self._answers(f"http://{HOST}:{self.control}/state?t={self.token}")

    async def show(self) -> web.AppRunner:
        """Serve the page with both seats."""
        app = web.Application()
        app.add_routes(
            [
                web.get("/", lambda _: _file("index.html")),
                web.get("/setup.json", self._setup),
                web.get("/progress.json", self._progress),
                web.get("/{name:[a-z]+\\.(?:css|js|svg)}", lambda request: _file(request.match_info["name"])),
            ]
        )
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await runner.setup()
        await web.TCPSite(runner, HOST, self.page).start()
        return runner

    async def wait(self) -> str:
        """Wait until one of the processes ends; return which log tells why."""
        names = ("server.log", "kiosk.log")
        waiting = [asyncio.create_task(p.wait(), name=n) for p, n in zip(self._processes, names, strict=True)]
        done, _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        return done.pop().get_name()

    async def stop(self) -> None:
        """End what was started here, and only that."""
        for process in reversed(self._processes):
            if process.returncode is None:
                process.terminate()
        for process in self._processes:
            try:
                await asyncio.wait_for(process.wait(), 8)
            except TimeoutError:
                process.kill()

    @property
    def addresses(self) -> dict[str, str]:
        """Where a person can go."""
        return {
            "両方の席": f"http://{HOST}:{self.page}/",
            "住民の画面": f"http://{HOST}:{self.screen}/?synthetic#{self.token}",
            "職員の画面": f"http://{HOST}:{self.server}/console/?synthetic",
            "端末の見守り": f"http://{HOST}:{self.server}/dashboard/",
        }

    async def _setup(self, _request: web.Request) -> web.Response:
        return web.json_response(
            {
                "kiosk": self.addresses["住民の画面"],
                "console": self.addresses["職員の画面"],
                "control": f"http://{HOST}:{self.control}",
                "token": self.token,
                "account": CLERK[0],
                "password": CLERK[1],
            }
        )

    async def _progress(self, _request: web.Request) -> web.Response:
        return web.json_response({"progress": await asyncio.to_thread(self._reached)})

    def _reached(self) -> int:
        """How far the newest visit has come, read from the journal: it knows what really happened."""
        with contextlib.closing(
            sqlite3.connect(f"file:{self.data / 'server' / 'data' / 'komado.db'}?mode=ro", uri=True)
        ) as journal:
            return reached(journal)

    async def _enrolment_code(self) -> str:
        base = f"http://{HOST}:{self.server}"
        jar = aiohttp.CookieJar(unsafe=True)
        async with aiohttp.ClientSession(cookie_jar=jar, headers={"Origin": base}) as session:
            account, password = ADMINISTRATOR
            async with session.post(
                f"{base}/api/sign-in", json={"account": account, "password": password}
            ) as answer:
                answer.raise_for_status()
            async with session.get(f"{base}/api/sites") as answer:
                sites = await answer.json()
            first = (sites["sites"] if isinstance(sites, dict) else sites)[0]["id"]
            async with session.post(
                f"{base}/api/enrolments", json={"site": first, "name": "1号機"}
            ) as answer:
                answer.raise_for_status()
                return str((await answer.json())["code"])

    async def _run(self, module: str, *words: str, log: str) -> None:
        with (self.data / log).open("ab") as file:
            self._processes.append(
                await asyncio.create_subprocess_exec(
                    sys.executable, "-m", module, *words, cwd=ROOT, stdout=file, stderr=file, stdin=subprocess.DEVNULL,
                    start_new_session=True,  # Ctrl+C is ours to hand on, in order
                )
            )  # fmt: skip

    async def _finish(self, module: str, *arguments: str, words: str = "") -> None:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            module,
            *arguments,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
        )
        await process.communicate(words.encode())
        if process.returncode != 0:
            raise SystemExit(f"{module} {' '.join(arguments[:3])} が うまくいきませんでした")

    async def _answers(self, url: str) -> None:
        async with aiohttp.ClientSession() as session:
            for _ in range(200):
                for process in self._processes:
                    if process.returncode is not None:
                        raise SystemExit(f"始められませんでした。わけは {self.data}/*.log にあります")
                try:
                    async with session.get(url) as answer:
                        if answer.status < 500:
                            return
                except aiohttp.ClientError:
                    pass  # not listening yet
                await asyncio.sleep(0.1)
        raise SystemExit(f"20秒 待っても 返事がありません。わけは {self.data}/*.log にあります")


async def _file(name: str) -> web.FileResponse:
    return web.FileResponse(PAGE / name, headers={"Cache-Control": "no-cache"})


def _free(first: int) -> None:
    for port in range(first, first + 4):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                raise SystemExit(
                    f"ポート {port} は 使われています。make demo PORT={first + 10} のように 変えてください"
                ) from None


def _pcscd() -> "subprocess.Popen[bytes] | None":
    """Start the card service if none runs; vpcd comes with it."""
    with socket.socket() as probe:
        if probe.connect_ex((HOST, 35963)) == 0:
            return None
    program = shutil.which("pcscd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if program is None:
        raise SystemExit("pcscd がありません。apt-get install pcscd vsmartcard-vpcd")
    return subprocess.Popen([program, "--foreground"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


async def run(options: argparse.Namespace) -> int:
    """Set up, start, wait for Ctrl+C or for something to break."""
    demo = Demo(options.data, options.port, options.card)
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    say("用意しています…")
    await demo.prepare()
    page: web.AppRunner | None = None
    try:
        await demo.start()
        page = await demo.show()
        width = max(len(name) for name in demo.addresses)
        say("\n小窓の体験が 始まりました。ブラウザーで 開いてください。\n")
        for name, address in demo.addresses.items():
            say(f"  {name}{'　' * (width - len(name))}  {address}")
        say(
            f"\n  職員の ID {CLERK[0]}  パスワード {CLERK[1]}　（見守り: {ADMINISTRATOR[0]} / {ADMINISTRATOR[1]}）"
        )
        say("\nおわるときは Ctrl+C\n")
        broke = asyncio.create_task(demo.wait(), name="processes")
        asked = asyncio.create_task(stopped.wait(), name="stop")
        await asyncio.wait({broke, asked}, return_when=asyncio.FIRST_COMPLETED)
        if broke.done():
            say(f"とまりました。わけは {demo.data / broke.result()} の 終わりにあります。")
            return 1
        broke.cancel()
        return 0
    finally:
        if page is not None:
            await page.cleanup()
        await demo.stop()


def main() -> int:
    """Parse the command line and run."""
    parser = argparse.ArgumentParser(prog="make demo", description="小窓を この機械の中だけで 体験します。")
    parser.add_argument(
        "--card", choices=("simulated", "vpcd"), default="simulated", help="vpcd: 本物の PC/SC を 通します"
    )
    parser.add_argument("--port", type=int, default=8700, help="最初のポート（4つ続けて使います）")
    parser.add_argument("--data", type=Path, default=DATA, help="データの場所")
    parser.add_argument("--fresh", action="store_true", help="前の体験を 消して はじめから")
    options = parser.parse_args()
    if options.fresh:
        shutil.rmtree(options.data, ignore_errors=True)
    _free(options.port)
    service = _pcscd() if options.card == "vpcd" else None
    try:
        return asyncio.run(run(options))
    finally:
        if service is not None:
            service.terminate()
            service.wait()


if __name__ == "__main__":
    sys.exit(main())
