"""The JSON API of a real server: who may do what, and how it says no."""

import asyncio
import base64
import os
import zlib
from pathlib import Path

import aiohttp
import pytest

from server.protocol import messages as m
from server.protocol.values import SlipContent
from tests.server.http.rig import PASSWORD, Kiosk, house
from tests.server.http.test_staff import in_call

pytestmark = pytest.mark.slow


async def test_a_wrong_password_and_an_unknown_account_get_the_same_answer(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await at.server.staff("sato")
        browser = await at.browser()
        wrong = await browser.sign_in("sato", "wrong")
        assert wrong == await browser.sign_in("nobody", "wrong")
        assert wrong[0] == 401
        assert wrong[1]["error"] == "sign_in_failed"
        assert (await browser.get("/api/me"))[0] == 401


async def test_signing_in_gives_a_session_and_signing_out_takes_it(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        browser = await at.signed_in("sato", "clerk")
        status, me = await browser.get("/api/me")
        assert (status, me["name"], me["roles"], me["city"]) == (200, "sato 恵", ["clerk"], "見本市")
        console = await browser.console()
        assert (await browser.post("/api/sign-out", {}))[0] == 200
        assert await console.ended() == "signed_out"
        assert (await browser.get("/api/me"))[0] == 401


async def test_the_cookie_on_loopback_is_http_only_and_strict_and_its_token_is_stored_nowhere(
    tmp_path: Path,
) -> None:
    async with house(tmp_path) as at:
        await at.server.staff("sato")
        body = {"account": "sato", "password": PASSWORD}
        async with (
            aiohttp.ClientSession() as session,
            session.post(
                f"{at.server.url}/api/sign-in", json=body, headers={"Origin": at.server.url}
            ) as answer,
        ):
            cookie = answer.cookies["komado"]
        assert cookie["httponly"]
        assert cookie["samesite"] == "Strict"
        assert len(base64.urlsafe_b64decode(cookie.value + "=")) == 32
        for file in (tmp_path / "data").iterdir():
            if file.is_file():
                assert cookie.value.encode() not in file.read_bytes()


async def test_signing_in_again_ends_the_old_session(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        browser = await at.signed_in("sato")
        console = await browser.console()
        assert (await browser.sign_in("sato"))[0] == 200
        assert await console.ended() == "signed_out"
        assert (await browser.get("/api/me"))[0] == 200


async def test_after_some_wrong_passwords_an_account_has_to_wait_even_with_the_right_one(
    tmp_path: Path,
) -> None:
    async with house(tmp_path) as at:
        await at.server.staff("sato")
        browser = await at.browser()
        tries = await asyncio.gather(*[browser.sign_in("sato", "wrong") for _ in range(12)])
        statuses = sorted(status for status, _ in tries)
        assert statuses.count(401) <= 5  # also when they all come at once
        status, body = await browser.sign_in("sato")
        assert (status, body["error"]) == (429, "wait")
        assert body["retry_after"] >= 1
        at.server.clock.ahead += 400.0
        assert (await browser.sign_in("sato"))[0] == 200


async def test_what_changes_something_must_come_from_our_own_page_as_json(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        browser = await at.signed_in("sato", "field_it")
        wish = {"site": "kita", "name": "北1"}
        for origin in ("https://evil.example", "null", at.server.url.replace("127.0.0.1", "localhost")):
            status, body = await browser.post("/api/enrolments", wish, Origin=origin)
            assert (status, body["error"]) == (403, "wrong_origin")
        async with browser.session.post(f"{at.server.url}/api/enrolments", json=wish) as answer:
            assert answer.status == 403  # no Origin at all
        async with browser.session.post(
            f"{at.server.url}/api/enrolments", data=b"{}", headers=browser.headers
        ) as answer:
            assert answer.status == 415
        assert (await browser.post("/api/enrolments", {"site": "kita"}))[0] == 400
        status, body = await browser.post("/api/enrolments", {"site": "kita", "name": "x" * 70_000})
        assert (status, body["error"]) == (413, "too_large")
        assert (await browser.get("/api/nothing"))[1]["error"] == "not_found"


async def test_a_page_at_a_further_address_of_ours_is_let_in(tmp_path: Path) -> None:
    async with house(tmp_path, extra='origins = ["https://mado.example"]') as at:
        await at.server.staff("sato")
        browser = await at.browser()
        body = {"account": "sato", "password": PASSWORD}
        assert (await browser.post("/api/sign-in", body, Origin="https://mado.example"))[0] == 200


async def test_only_field_it_enrols_and_revokes(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        clerk = await at.signed_in("sato", "clerk")
        wish = {"site": "kita", "name": "北1"}
        for status, body in (
            await clerk.post("/api/enrolments", wish),
            await clerk.post("/api/kiosks/k-1/revoke", {}),
            await clerk.get("/api/sites"),
            await clerk.get("/api/orders/o1/logs"),
        ):
            assert (status, body["error"]) == (403, "forbidden")
        it = await at.signed_in("ito", "field_it")
        assert (await it.get("/api/sites"))[1] == {"sites": [{"id": "kita", "name": "北公民館"}]}
        assert (await it.post("/api/enrolments", {"site": "minami", "name": "x"}))[1][
            "error"
        ] == "unknown_site"
        assert (await it.post("/api/kiosks/k-1/revoke", {}))[1]["error"] == "unknown_kiosk"


async def test_a_code_enrols_one_kiosk_and_repeats_its_answer_to_that_one(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        it = await at.signed_in("ito", "field_it")
        _, made = await it.post("/api/enrolments", {"site": "kita", "name": "北1"})
        async with aiohttp.ClientSession() as session:
            first, second = Kiosk(at.server, session), Kiosk(at.server, session)
            status, body = await first.enrol(f"{made['code'][:4].lower()} {made['code'][4:]}")
            assert status == 200
            assert (body["city"], body["site"], body["municipality"]) == ("見本市", "北公民館", "mihon")
            assert await first.enrol(made["code"]) == (200, body)
            assert (await second.enrol(made["code"]))[1]["error"] == "bad_code"
            _, other = await it.post("/api/enrolments", {"site": "kita", "name": "北2"})
            assert (await first.enrol(other["code"]))[1]["error"] == "already_enrolled"


async def test_guessing_codes_has_to_wait(tmp_path: Path) -> None:
    async with house(tmp_path) as at, aiohttp.ClientSession() as session:
        kiosk = Kiosk(at.server, session)
        answers = [await kiosk.enrol("A" * 8) for _ in range(8)]
        assert [body["error"] for _, body in answers[:5]] == ["bad_code"] * 5
        assert answers[-1][0] == 429


async def test_revoking_closes_the_kiosks_line_and_keeps_it_out(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        kiosk = await at.kiosk()
        line = await kiosk.connect()
        await line.until(m.KioskView)
        it = await at.signed_in("ito", "field_it")
        assert (await it.post(f"/api/kiosks/{kiosk.id}/revoke", {}))[0] == 200
        async with asyncio.timeout(1):
            assert await line.ended() == "revoked"
        assert await (await kiosk.connect()).ended() == "revoked"


async def test_a_slip_is_previewed_for_the_own_call_only(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        _, _, ticket, generation = await in_call(at)
        content = {"done": ["転入の届け"], "next_steps": [{"what": "国保の手続き"}], "note": ""}
        other = await at.signed_in("tanaka")
        wish = {"ticket": ticket, "generation": generation, "content": content}
        assert (await other.post("/api/slip/preview", wish))[1]["error"] == "not_your_call"
        clerk = await at.browser()
        await clerk.sign_in("sato")
        stale = await clerk.post("/api/slip/preview", {**wish, "generation": generation + 1})
        assert stale[1]["error"] == "not_your_call"
        status, picture = await clerk.post("/api/slip/preview", wish)
        assert status == 200
        assert picture.startswith(b"\x89PNG")
        too_many = {**content, "done": ["x"] * 9}
        assert (await clerk.post("/api/slip/preview", {**wish, "content": too_many}))[0] == 400


async def test_field_it_fetches_the_logs_a_kiosk_has_sent(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        kiosk = await at.kiosk()
        line = await kiosk.connect()
        it = await at.signed_in("ito", "field_it")
        fleet = await it.open("/ws/fleet")
        assert (await fleet.ask(m.OrderDevice, id="logs1", kiosk=kiosk.id, action="logs")).refused is None
        await line.shows(m.KioskView, lambda view: bool(view.orders))
        assert (await it.get("/api/orders/logs1/logs"))[1]["error"] == "no_logs"
        text = os.urandom(30_000).hex().encode()
        packed = zlib.compress(text)
        parts = [packed[i : i + 20_000] for i in range(0, len(packed), 20_000)]
        for index, data in enumerate(parts):
            await line.say(m.LogBundle(order="logs1", index=index, count=len(parts), data=data))
            await line.say(
                m.LogBundle(order="never", index=0, count=1, data=packed[:100])
            )  # not owed: dropped
        assert (await line.ask(m.OrderSettled, order="logs1", outcome="done")).refused is None
        assert await it.get("/api/orders/logs1/logs") == (200, text)
        assert (await it.get("/api/orders/never/logs"))[0] == 404


async def test_pages_come_with_strict_headers_and_nothing_else_comes_at_all(tmp_path: Path) -> None:
    async with house(tmp_path) as at, aiohttp.ClientSession() as session:
        async with session.get(f"{at.server.url}/") as answer:
            assert answer.url.path == "/console/"
            policy = answer.headers["Content-Security-Policy"]
            assert "default-src 'self'" in policy
            assert "frame-ancestors 'none'" in policy
            assert "unsafe" not in policy
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["Server"] == "komado"
            tag = answer.headers["ETag"]
        headers = {"If-None-Match": tag}
        async with session.get(f"{at.server.url}/console/", headers=headers) as answer:
            assert answer.status == 304
        for path in (
            "/console/../../config.py",
            "/console/%2e%2e/%2e%2e/config.py",
            "/protocol/..%2fmessages.py",
            "/protocol/messages.d.ts",
            "/vendor/lit.LICENSE",
            "/console",
            "/screen/index.html",
            "/screen/theme.css",
            "/etc/passwd",
        ):
            async with session.get(f"{at.server.url}{path}", allow_redirects=False) as answer:
                assert answer.status == 404, path
        async with session.get(f"{at.server.url}/healthz") as answer:
            assert await answer.json() == {"ok": True}


async def test_only_named_pages_may_frame_ours(tmp_path: Path) -> None:
    extra = '[pages]\nframe_ancestors = ["http://127.0.0.1:8080"]'
    async with (
        house(tmp_path, extra=extra) as at,
        aiohttp.ClientSession() as session,
        session.get(f"{at.server.url}/console/") as answer,
    ):
        assert "frame-ancestors http://127.0.0.1:8080" in answer.headers["Content-Security-Policy"]


async def test_a_slip_no_longer_than_its_type_is_all_the_case_ever_sees(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        kiosk, console, ticket, generation = await in_call(at)
        content = SlipContent(note="山田花子さま")
        reply = await console.ask(m.PrintSlip, ticket=ticket, generation=generation, content=content)
        assert reply.refused is None
        await kiosk.until(m.Paper)
        for file in (tmp_path / "data").rglob("*"):
            if file.is_file():
                assert "山田花子".encode() not in file.read_bytes()
