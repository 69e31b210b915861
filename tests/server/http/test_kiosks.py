"""A kiosk at the door, and on its line."""

import asyncio
import socket
from pathlib import Path

import aiohttp
import pytest

from server.protocol import messages as m
from server.protocol.values import Health, SlipContent
from tests.server.http.rig import CITY, house, running
from tests.server.http.test_staff import in_call

pytestmark = pytest.mark.slow


async def test_a_kiosk_is_welcomed_with_its_names_and_its_view(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        line = await (await at.kiosk()).connect()
        welcome = await line.until(m.KioskWelcome)
        assert (welcome.city, welcome.site, welcome.telephone) == ("見本市", "北公民館", "0000-00-0000")
        assert (welcome.purposes, welcome.more_purposes) == (
            ("tennyu",),
            ("nenkin",),
        )  # "talk" stands above them by itself
        view = await line.until(m.KioskView)
        assert (view.open, view.closed_reason) == (False, "no_staff")


async def test_who_cannot_prove_to_be_an_enrolled_kiosk_is_turned_away_by_name(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        kiosk = await at.kiosk()
        assert await (await kiosk.connect(kiosk="k-nobody")).ended() == "unknown_device"
        assert await (await kiosk.connect(signature=bytes(64))).ended() == "bad_signature"
        line = await kiosk.connect(kiosk="k-nobody")
        await line.ended()
        assert line.socket.close_code == 4000  # + the position of "unknown_device"


async def test_a_copied_key_is_turned_away_and_raises_an_alarm_without_touching_the_true_kiosk(
    tmp_path: Path,
) -> None:
    async with house(tmp_path) as at:
        kiosk = await at.kiosk()
        line = await kiosk.connect()
        await line.until(m.KioskView)
        fleet = await (await at.signed_in("ito", "field_it")).open("/ws/fleet")
        await fleet.shows(m.FleetView, lambda view: view.kiosks[0].state == "ok")
        assert await (await kiosk.connect(machine="f" * 32)).ended() == "copied_key"
        alarm = await fleet.shows(m.FleetView, lambda view: view.kiosks[0].state == "copied_key")
        assert alarm.kiosks[0].connected
        assert alarm.version
        boss = await (await at.signed_in("boss", "supervisor")).console()
        await boss.shows(m.StaffView, lambda view: view.kiosks_with_trouble == 1)
        assert (await fleet.ask(m.ClearKeyAlarm, kiosk=kiosk.id)).refused is None
        await fleet.shows(m.FleetView, lambda view: view.kiosks[0].state == "ok")
        assert (await line.ask(m.ReportHealth, health=Health(version="2"))).refused is None


async def test_a_kiosk_that_closes_as_after_a_visit_is_not_missed_and_a_lost_line_is(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        kiosk = await at.kiosk()
        fleet = await (await at.signed_in("ito", "field_it")).open("/ws/fleet")
        line = await kiosk.connect()
        await fleet.shows(m.FleetView, lambda view: view.kiosks[0].connected)
        await line.socket.close()
        gone = await fleet.shows(m.FleetView, lambda view: not view.kiosks[0].connected)
        assert (gone.kiosks[0].state, gone.kiosks[0].reason) == ("ok", "coming_back")
        line = await kiosk.connect()
        await fleet.shows(m.FleetView, lambda view: view.kiosks[0].connected)
        transport = line.socket.get_extra_info("socket")
        transport.shutdown(socket.SHUT_RDWR)
        gone = await fleet.shows(m.FleetView, lambda view: not view.kiosks[0].connected)
        assert (gone.kiosks[0].state, gone.kiosks[0].reason) == ("attention", "offline")


async def test_a_second_line_of_the_same_kiosk_replaces_the_first_and_keeps_the_visit(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await (await at.signed_in("sato")).console()
        kiosk = await at.kiosk()
        first = await kiosk.connect()
        await first.shows(m.KioskView, lambda view: view.open)
        assert (await first.ask(m.TakeTicket, purpose="talk")).refused is None
        view = await first.shows(m.KioskView, lambda view: view.ticket is not None)
        assert view.ticket is not None
        second = await kiosk.connect(ticket=view.ticket.id)
        assert await first.ended() == "replaced"
        again = await second.until(m.KioskView)
        assert again.ticket is not None
        assert again.ticket.id == view.ticket.id
        assert (await second.ask(m.CancelTicket, ticket=view.ticket.id)).refused is None


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("{", "not JSON"),
        ('{"type":"nope"}', "$.type"),
        ('{"type":"accept","id":"a","ticket":"t1","generation":1}', "$.type"),
        ('{"type":"take_ticket","id":"a","purpose":"山田花子"}', "$.purpose"),
        ('{"type":"hang_up","id":"' + "x" * 70_000 + '"}', "too long"),
    ],
)
async def test_what_is_no_message_ends_the_line_and_says_where(
    tmp_path: Path, text: str, detail: str
) -> None:
    async with house(tmp_path) as at:
        line = await (await at.kiosk()).connect()
        await line.until(m.KioskView)
        await line.socket.send_str(text)
        assert await line.ended() == "bad_message"
        assert line.goodbye is not None
        assert line.goodbye.detail == detail


async def test_a_first_word_that_is_no_hello_ends_the_line(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        kiosk = await at.kiosk()
        socket = await kiosk.session.ws_connect(f"{at.server.url}/ws/kiosk")
        await socket.receive()
        await socket.send_str('{"type":"take_ticket","id":"a","purpose":"talk"}')
        assert '"bad_message"' in (await socket.receive()).data


async def test_a_page_of_somebody_else_cannot_open_a_kiosks_line(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        kiosk = await at.kiosk()
        with pytest.raises(Exception, match="403"):
            await kiosk.session.ws_connect(
                f"{at.server.url}/ws/kiosk", headers={"Origin": "https://evil.example"}
            )


async def test_commands_beyond_the_bucket_are_refused_with_the_time_to_wait(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        line = await (await at.kiosk()).connect()
        await line.until(m.KioskView)
        for number in range(130):
            await line.say(m.HangUp(id=f"h{number}", ticket="t999", generation=1))
        refused = await line.until(m.Reply, lambda reply: reply.refused == "too_many")
        assert refused.retry_after is not None
        assert 0 < refused.retry_after <= 0.05
        assert sum(isinstance(one, m.Reply) for one in line.seen) > 60


async def test_a_peer_that_does_not_stop_is_cut_off(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        line = await (await at.kiosk()).connect()
        await line.until(m.KioskView)

        async def flood() -> None:
            for number in range(20_000):
                await line.say(m.RelayToStaff(generation=number, body=m.CallSnapshot(screen="call")))

        flooding = asyncio.create_task(flood())
        assert await line.ended() == "too_much"
        flooding.cancel()
        await asyncio.gather(flooding, return_exceptions=True)


async def test_tickets_are_given_three_a_minute_and_a_repetition_costs_nothing(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await (await at.signed_in("sato")).console()
        kiosk = await at.kiosk()
        line = await kiosk.connect()
        await line.shows(m.KioskView, lambda view: view.open)
        for number in range(3):
            for _ in range(3):
                assert (await line.ask(m.TakeTicket, id=f"take{number}", purpose="talk")).refused is None
            view = await line.shows(m.KioskView, lambda view: view.ticket is not None)
            assert view.ticket is not None
            assert (await line.ask(m.CancelTicket, ticket=view.ticket.id)).refused is None
            await line.shows(m.KioskView, lambda view: view.ticket is None)
        reply = await line.ask(m.TakeTicket, id="take3", purpose="talk")
        assert reply.refused == "too_many"
        assert reply.retry_after is not None
        at.server.clock.ahead += reply.retry_after + 1
        assert (await line.ask(m.TakeTicket, id="take3", purpose="talk")).refused is None


async def test_a_paper_is_sent_again_after_a_reconnect_until_it_is_settled(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        kiosk, console, ticket, generation = await in_call(at)
        content = SlipContent(done=("転入の届け",))
        body = {"ticket": ticket, "generation": generation, "content": content}
        assert (await console.ask(m.PrintSlip, id="slip1", **body)).refused is None
        first = await kiosk.until(m.Paper)
        await kiosk.socket.close()
        again = await at.kiosks[-1].connect(ticket=ticket, generation=generation)
        repeated = await again.until(m.Paper)
        assert (repeated.order, repeated.index, repeated.rows) == ("slip1", 0, first.rows)
        assert (await again.ask(m.OrderSettled, order="slip1", outcome="printed")).refused is None
        await again.shows(m.KioskView, lambda view: not view.orders)
        third = await at.kiosks[-1].connect(ticket=ticket, generation=generation)
        await third.until(m.KioskView)
        await third.ask(m.ReportHealth, health=Health(version="2"))
        assert not any(isinstance(one, m.Paper) for one in third.seen)


async def test_the_same_print_command_with_other_content_prints_the_first(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        kiosk, console, ticket, generation = await in_call(at)
        body = {"ticket": ticket, "generation": generation}
        first = await console.ask(m.PrintSlip, id="slip1", content=SlipContent(note="一"), **body)
        other = await console.ask(m.PrintSlip, id="slip1", content=SlipContent(note="二"), **body)
        assert (first.refused, other.refused) == (None, "different_body")
        paper = await kiosk.until(m.Paper)
        await kiosk.socket.close()
        again = await at.kiosks[-1].connect(ticket=ticket, generation=generation)
        assert (await again.until(m.Paper)).rows == paper.rows


async def test_a_paper_whose_content_is_gone_is_settled_and_never_blocks(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        kiosk, console, ticket, generation = await in_call(at)
        await kiosk.socket.close()
        content = SlipContent(note="一")
        reply = await console.ask(
            m.PrintSlip, id="slip1", ticket=ticket, generation=generation, content=content
        )
        assert reply.refused is None
        await at.server.forget_cases()
        again = await at.kiosks[-1].connect(ticket=ticket, generation=generation)
        await again.shows(m.KioskView, lambda view: bool(view.orders))
        settled = await console.until(
            m.StaffView, lambda view: view.mine is not None and view.mine.orders[0].outcome is not None
        )
        assert settled.mine is not None
        assert settled.mine.orders[0].outcome == "failed"


async def test_a_test_page_is_printed_at_an_idle_kiosk(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        kiosk = await at.kiosk()
        line = await kiosk.connect()
        await line.until(m.KioskView)
        fleet = await (await at.signed_in("ito", "field_it")).open("/ws/fleet")
        assert (await fleet.ask(m.OrderTestPrint, id="test1", kiosk=kiosk.id)).refused is None
        assert (await line.until(m.Paper)).order == "test1"


async def test_a_kiosk_of_another_city_is_unknown_here(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        kiosk = await at.kiosk()
    async with running(tmp_path, city=CITY.replace('"mihon"', '"tonari"')) as other:
        kiosk.server = other
        async with aiohttp.ClientSession() as session:
            kiosk.session = session
            assert await (await kiosk.connect()).ended() == "unknown_device"
