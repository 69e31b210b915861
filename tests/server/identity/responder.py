"""A verifier on loopback: each question is answered by a real `openssl ocsp` process; faults are in the line, not in it.

openssl's own `-port` listens on every interface, so the socket is ours and the process gets the bytes.
"""

import asyncio
import contextlib
import tempfile
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from aiohttp import web
from cryptography.hazmat.primitives import serialization

from hardware.card.virtual.pki import Generation, Use, authority, write

Fault = Literal["none", "silent", "garbage", "replay", "error", "elsewhere", "endless"]


class Responder:
    """One authority's verifier. `args` go to openssl; `fault` is what the line does to answers."""

    def __init__(self, folder: Path, use: Use, generation: Generation) -> None:
        self.folder = folder
        self.place = folder / "ocsp" / f"{use}-{generation}"
        self.args: list[str] = ["-nmin", "5"]
        self.signer = (self.place / "signer.pem", self.place / "signer.key")
        self.fault: Fault = "none"
        self.asked: list[bytes] = []
        self.url = ""
        self._last = b""
        self._end = asyncio.Event()

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer one question, or do what the fault says."""
        question = await request.read()
        self.asked.append(question)
        match self.fault:
            case "silent":
                await self._end.wait()  # until the test is over; the asker must not wait for that
            case "error":
                return web.Response(status=500)
            case "garbage":
                return web.Response(body=b"\x30\x03\x0a\x01\x00garbage")
            case "elsewhere":
                return web.Response(status=302, headers={"Location": self.url})
            case "endless":
                return web.Response(body=bytes(200_000))
            case "replay":
                return web.Response(body=self._last)
            case "none":
                self._last = await self.openssl(question)
        return web.Response(body=self._last)

    async def openssl(self, question: bytes) -> bytes:
        """Return what the process answers."""
        with tempfile.TemporaryDirectory(dir=self.folder) as place:
            asked, said = Path(place) / "request", Path(place) / "response"
            await asyncio.to_thread(asked.write_bytes, question)
            certificate, key = self.signer
            process = await asyncio.create_subprocess_exec(
                "openssl", "ocsp", "-index", self.place / "index.txt", "-CA", self.place / "ca.pem",
                "-rsigner", certificate, "-rkey", key, "-reqin", asked, "-respout", said, *self.args,
                stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
            )  # fmt: skip
            _, complaint = await process.communicate()
            assert process.returncode == 0, complaint.decode()
            return await asyncio.to_thread(said.read_bytes)

    def close(self) -> None:
        """Let go of whoever was kept waiting."""
        self._end.set()


@contextlib.asynccontextmanager
async def responder(
    folder: Path, use: Use = "auth", generation: Generation = "2"
) -> AsyncIterator[Responder]:
    """Run a verifier for one authority until the block ends."""
    if not (folder / "ocsp").exists():
        write(folder, datetime.now(UTC))
    one = Responder(folder, use, generation)
    app = web.Application()
    app.router.add_post("/", one.answer)
    runner = web.AppRunner(app, shutdown_timeout=1.0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    one.url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
    try:
        yield one
    finally:
        one.close()
        await runner.cleanup()


def own_signer(folder: Path, generation: Generation, use: Use = "auth") -> tuple[Path, Path]:
    """Write an authority itself as a signer of answers: all have the right name, one the right key."""
    one = authority(use, generation)
    certificate, key = folder / f"{generation}.pem", folder / f"{generation}.key"
    certificate.write_bytes(one.certificate.public_bytes(serialization.Encoding.PEM))
    key.write_bytes(
        one.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return certificate, key
