"""Enrolment: the key stays here, the code goes there, and every failure is a sentence for the technician."""

import base64
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from kiosk.enrol import EnrolmentFailed, enrol
from kiosk.identity import load, public_bytes


class Office:
    """A server that answers enrolments as scripted."""

    def __init__(self) -> None:
        self.status, self.answer = (
            200,
            '{"kiosk": "k7", "city": "見本市", "site": "南支所", "municipality": "m"}',
        )
        self.bodies: list[dict[str, str]] = []
        self.origins: list[str | None] = []
        self.address = ""

    async def enrol(self, request: web.Request) -> web.Response:
        self.bodies.append(await request.json())
        self.origins.append(request.headers.get("Origin"))
        return web.Response(status=self.status, text=self.answer, content_type="application/json")


@pytest.fixture
async def office() -> AsyncIterator[Office]:
    made = Office()
    app = web.Application()
    app.router.add_post("/api/enrol", made.enrol)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield made
    await runner.cleanup()


async def test_a_code_makes_this_machine_a_kiosk(office: Office, tmp_path: Path):
    named = await enrol(office.address + "/", " abcd-2345 ", tmp_path / "data", None)
    assert (named.kiosk, named.site) == ("k7", "南支所")
    (body,) = office.bodies
    identity = load(tmp_path / "data")
    assert body["code"] == "ABCD2345"
    assert base64.b64decode(body["public_key"]) == public_bytes(identity.key)
    assert body["machine"] == identity.machine
    assert office.origins == [office.address]
    Ed25519PublicKey.from_public_bytes(base64.b64decode(body["public_key"]))
    assert "PRIVATE" not in str(body)


async def test_the_servers_own_sentence_is_shown(office: Office, tmp_path: Path):
    office.status, office.answer = 403, '{"error": "expired", "message": "登録コードの期限が切れています。"}'
    with pytest.raises(EnrolmentFailed, match="期限が切れています"):
        await enrol(office.address, "ABCD2345", tmp_path, None)


@pytest.mark.parametrize(("status", "answer"), [(500, "<html>"), (403, "{}"), (200, "{}"), (200, "[]")])
async def test_any_other_answer_is_a_sentence_too(office: Office, tmp_path: Path, status: int, answer: str):
    office.status, office.answer = status, answer
    with pytest.raises(EnrolmentFailed, match="。"):
        await enrol(office.address, "ABCD2345", tmp_path, None)


async def test_a_server_that_is_not_there_is_a_sentence(tmp_path: Path):
    with pytest.raises(EnrolmentFailed, match="つながりません"):
        await enrol("http://127.0.0.1:1", "ABCD2345", tmp_path, None)


async def test_an_unencrypted_server_elsewhere_is_refused_before_anything_is_made(tmp_path: Path):
    with pytest.raises(ValueError, match="https"):
        await enrol("http://window.example.lg.jp", "ABCD2345", tmp_path / "data", None)
    assert not (tmp_path / "data").exists()
