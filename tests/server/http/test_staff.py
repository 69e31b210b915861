"""A whole visit by text, through the sockets of a real server."""

import asyncio
import logging
import sqlite3
from pathlib import Path

import aiohttp
import pytest
from msgspec.structs import replace

from server.http.auth import digest
from server.protocol import messages as m
from server.protocol.values import FourBasicData, SlipContent, StaffId
from tests.server.http.rig import CITY, PASSWORD, House, Line, house

pytestmark = pytest.mark.slow


async def in_call(at: House) -> tuple[Line, Line, str, int]:
    """Bring a kiosk and a clerk into a conversation: (kiosk, console, ticket, generation)."""
    clerk = await at.signed_in("sato")
    console = await clerk.console(session_key=b"k" * 32)
    kiosk_device = await at.kiosk()
    kiosk = await kiosk_device.connect()
    await kiosk.until(m.KioskWelcome)
    assert (await console.ask(m.SetReady)).refused is None
    assert (await kiosk.ask(m.TakeTicket, purpose="talk", wants_text=True)).refused is None
    offer = await console.shows(m.StaffView, lambda view: view.mine is not None)
    assert offer.mine is not None
    ticket, generation = offer.mine.ticket.id, offer.mine.ticket.generation
    assert (await console.ask(m.Accept, ticket=ticket, generation=generation)).refused is None
    view = await kiosk.shows(m.KioskView, lambda v: v.ticket is not None and v.ticket.state == "connecting")
    assert view.ticket is not None
    assert view.ticket.staff_key == b"k" * 32
    assert (await kiosk.ask(m.MediaIsUp, ticket=ticket, generation=generation)).refused is None
    await console.shows(m.StaffView, lambda v: v.mine is not None and v.mine.ticket.state == "serving")
    return kiosk, console, ticket, generation


async def test_a_resident_is_answered_talks_gets_a_slip_and_is_done(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        kiosk, console, ticket, generation = await in_call(at)

        say = m.RelayToKiosk(generation=generation, body=m.Say(id="line1", text="こんにちは"))
        await console.say(say)
        assert await kiosk.until(m.RelayToKiosk) == say
        shown = m.RelayToStaff(generation=generation, body=m.CallSnapshot(screen="call", wants_text=True))
        await kiosk.say(shown)
        assert await console.until(m.RelayToStaff) == shown

        content = SlipContent(done=("転入の届け",), note="あしたから使えます")
        reply = await console.ask(
            m.PrintSlip, id="slip1", ticket=ticket, generation=generation, content=content
        )
        assert reply.refused is None
        view = await kiosk.shows(m.KioskView, lambda v: bool(v.orders))
        assert [order.order for order in view.orders] == ["slip1"]
        first = await kiosk.until(m.Paper)
        papers = [first, *[await kiosk.until(m.Paper) for _ in range(first.count - 1)]]
        assert [paper.index for paper in papers] == list(range(first.count))
        assert first.width == 576
        assert (await kiosk.ask(m.OrderSettled, order="slip1", outcome="printed")).refused is None

        assert (await console.ask(m.EndCall, ticket=ticket, generation=generation)).refused is None
        finish = await console.ask(m.FinishWrapup, ticket=ticket, generation=generation, result="done")
        assert finish.refused is None
        await kiosk.shows(m.KioskView, lambda v: v.ticket is None)
        done = await console.shows(m.StaffView, lambda v: v.mine is None and v.served_today == 1)
        assert done.state == "ready"


async def test_without_a_session_or_the_role_a_page_is_signed_out(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        nobody = await at.browser()
        assert await (await nobody.open()).ended() == "signed_out"
        it = await at.signed_in("ito", "field_it")
        line = await it.open("/ws/staff")
        assert await line.ended() == "signed_out"
        assert line.goodbye is not None
        assert line.goodbye.detail == "forbidden"
        clerk = await at.signed_in("sato", "clerk")
        assert await (await clerk.open("/ws/fleet")).ended() == "signed_out"


async def test_a_socket_from_somebody_elses_page_is_not_opened(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        clerk = await at.signed_in("sato")
        for headers in ({"Origin": "https://evil.example"}, {}):
            with pytest.raises(aiohttp.WSServerHandshakeError, match="403"):
                await clerk.session.ws_connect(f"{at.server.url}/ws/staff", headers=headers)


async def test_a_session_that_was_not_used_for_long_is_over_at_the_next_command(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        console = await (await at.signed_in("sato")).console()
        assert (await console.ask(m.SetReady)).refused is None
        at.server.clock.ahead += 31 * 60.0
        await console.say(m.Pause(id="p1", reason="break"))
        assert await console.ended() == "signed_out"


async def test_who_is_disabled_at_the_command_line_loses_the_open_page_at_once(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        staff = await at.server.staff("sato")
        browser = await at.browser()
        await browser.sign_in("sato")
        console = await browser.console()
        await at.server.registry.set_enabled(staff, False)
        assert await console.ended() == "signed_out"
        assert (await browser.sign_in("sato"))[0] == 401


async def test_a_second_console_of_the_same_person_replaces_the_first(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        browser = await at.signed_in("sato")
        first = await browser.console()
        second = await browser.console()
        assert await first.ended() == "replaced"
        assert (await second.ask(m.SetReady)).refused is None
        assert (await second.shows(m.StaffView, lambda view: view.state == "ready")).mine is None


async def test_a_command_repeated_over_a_reconnection_gets_its_first_answer(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        browser = await at.signed_in("sato")
        console = await browser.console()
        assert (await console.ask(m.SetReady, id="once")).refused is None
        assert (await console.ask(m.Pause, reason="break")).refused is None
        await console.socket.close()
        again = await browser.console()
        assert (await again.ask(m.SetReady, id="once")).refused is None
        assert (await again.ask(m.Pause, id="once", reason="lunch")).refused == "different_body"
        view = await again.shows(m.StaffView)
        assert (view.state, view.pause_reason) == ("paused", "break")


async def test_an_old_generation_and_a_stranger_are_not_relayed(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        kiosk, console, _, generation = await in_call(at)
        stranger = await (await at.signed_in("tanaka")).console()
        for line, stale in ((console, generation + 1), (stranger, generation), (console, 0)):
            await line.say(m.RelayToKiosk(generation=stale, body=m.Typing(on=True)))
            assert (await line.ask(m.SetReady)).refused in {
                None,
                "not_now",
            }  # the relay was taken before this
        await console.say(m.RelayToKiosk(generation=generation, body=m.Typing(on=False)))
        assert await kiosk.until(m.RelayToKiosk) == m.RelayToKiosk(
            generation=generation, body=m.Typing(on=False)
        )


async def test_a_clerks_line_that_breaks_comes_back_to_the_same_call(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        kiosk, console, ticket, generation = await in_call(at)
        await console.socket.close()
        browser = await at.browser()
        await browser.sign_in("sato")
        again = await browser.console(session_key=b"n" * 32)
        view = await again.shows(m.StaffView, lambda view: view.mine is not None)
        assert view.mine is not None
        assert (view.mine.ticket.id, view.mine.ticket.generation) == (ticket, generation)
        await kiosk.shows(m.KioskView, lambda v: v.ticket is not None and v.ticket.staff_key == b"n" * 32)
        assert (await again.ask(m.EndCall, ticket=ticket, generation=generation)).refused is None


async def test_with_turn_both_ends_get_credentials_of_their_own_call(tmp_path: Path) -> None:
    extra = '[turn]\nurls = ["turn:mado.example:3478"]\nsecret_file = "secrets/turn"'
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "turn").write_text("s3cret\n")
    (tmp_path / "secrets" / "turn").chmod(0o600)
    async with house(tmp_path, extra=extra) as at:
        kiosk, console, ticket, _ = await in_call(at)
        for line, kind in ((kiosk, m.KioskWelcome), (console, m.StaffWelcome)):
            welcome = next(one for one in reversed(line.seen) if isinstance(one, kind))
            username = welcome.ice_servers[0].username
            assert username is not None
            assert username.endswith(f":{ticket}")


@pytest.mark.parametrize("bells", [1, 200])
async def test_of_two_hundred_who_accept_one_ticket_exactly_one_has_it(tmp_path: Path, bells: int) -> None:
    # Several bells: it rings at everybody, and everybody says yes with a claim of their own.
    several = f'[[lanes]]\noffers = "ring_all"\nring_at_most = {bells}\n'
    city = CITY.replace("[[lanes]]\n", several) if bells > 1 else CITY
    async with house(tmp_path, city=city) as at:
        await at.signed_in("first")
        account = await at.server.registry.account("first")
        assert account is not None
        consoles: list[Line] = []
        session = await at.stack.enter_async_context(
            aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        )
        for number in range(200):
            person = replace(account.person, id=StaffId(f"s{number}"))
            await at.server.registry.add_staff(replace(account, account=f"a{number}", person=person))
            token = f"token-{number}"
            await at.server.registry.open_session(digest(token), person.id, at.server.clock.wall())
        it = await at.signed_in("ito", "field_it")  # signing in makes the server look at the registry again
        assert (await it.get("/api/me"))[0] == 200
        for number in range(200):
            headers = {"Origin": at.server.url, "Cookie": f"komado=token-{number}"}
            socket = await session.ws_connect(f"{at.server.url}/ws/staff", headers=headers)
            consoles.append(Line(socket, m.ToStaff))
            await consoles[-1].say(m.StaffHello())
        await asyncio.gather(*[line.ask(m.SetReady) for line in consoles])
        kiosk = await (await at.kiosk()).connect()
        await kiosk.shows(m.KioskView, lambda view: view.open)
        assert (await kiosk.ask(m.TakeTicket, purpose="talk")).refused is None
        view = await kiosk.shows(m.KioskView, lambda view: view.ticket is not None)
        assert view.ticket is not None
        ticket = view.ticket.id
        claims = [max(1, view.ticket.generation)] * len(consoles)
        if bells > 1:
            rung = [await line.shows(m.StaffView, lambda one: one.mine is not None) for line in consoles]
            claims = [one.mine.ticket.generation for one in rung if one.mine is not None]
            assert len(set(claims)) == bells
        replies = await asyncio.gather(
            *[
                line.ask(m.Accept, ticket=ticket, generation=claim)
                for line, claim in zip(consoles, claims, strict=True)
            ]
        )
        assert [reply.refused for reply in replies].count(None) == 1
        assert {reply.refused for reply in replies} <= {None, "stale"}
        await kiosk.shows(m.KioskView, lambda v: v.ticket is not None and v.ticket.state == "connecting")
        if bells > 1:  # whoever was slower is told at once, and free
            lost = [line for line, reply in zip(consoles, replies, strict=True) if reply.refused]
            for line in lost[:20]:
                await line.shows(m.StaffView, lambda one: one.mine is None and one.state == "ready")


async def test_no_log_line_of_a_visit_holds_a_name_or_a_word_that_was_said(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with house(tmp_path) as at:
        kiosk, console, ticket, generation = await in_call(at)
        four = FourBasicData(name="山田花子", address="見本市北町", birth_date="19440503", sex="2")
        snapshot = m.CallSnapshot(screen="call", attributes=four)
        await kiosk.say(m.RelayToStaff(generation=generation, body=snapshot))
        await console.until(m.RelayToStaff)
        await console.say(m.RelayToKiosk(generation=generation, body=m.Say(id="l1", text="山田花子さま")))
        await kiosk.until(m.RelayToKiosk)
        content = SlipContent(note="山田花子さま")
        body = {"ticket": ticket, "generation": generation}
        assert (await console.ask(m.PrintSlip, content=content, **body)).refused is None
        await kiosk.until(m.Paper)
        await kiosk.socket.send_str('{"type":"relay_to_staff","generation":1,"body":"山田花子"}')
        assert await kiosk.ended() == "bad_message"
    assert f"ticket {ticket}" in caplog.text
    for canary in ("山田", "花子", "北町", "19440503", "恵", PASSWORD):
        assert canary not in caplog.text


async def test_what_could_not_be_made_durable_is_refused_and_succeeds_when_repeated(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        kiosk, console, ticket, generation = await in_call(at)
        blocker = sqlite3.connect(tmp_path / "data" / "komado.db", isolation_level=None)
        blocker.execute("BEGIN IMMEDIATE")  # somebody holds the file longer than the store waits
        body = {"ticket": ticket, "generation": generation, "content": SlipContent(note="一")}
        refused = await console.ask(m.PrintSlip, id="slip1", **body)
        assert refused.refused == "store"
        blocker.execute("ROLLBACK")
        blocker.close()
        assert (await console.ask(m.PrintSlip, id="slip1", **body)).refused is None
        assert (await kiosk.until(m.Paper)).order == "slip1"
