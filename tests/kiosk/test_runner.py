"""A whole agent: from the blue button to 「消しました」, with everything that can go wrong on the way."""

import asyncio
import logging
import zlib
from base64 import b64encode
from pathlib import Path

import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa, utils

from hardware.card import layout
from kiosk.flow.states import PinEntry
from kiosk.lives import FRESH, RESTART
from kiosk.media.binding import genuine
from server.protocol import screen as s
from server.protocol.messages import (
    CallSnapshot,
    CardNumber,
    FacePhoto,
    HangUp,
    Ice,
    KioskView,
    LogBundle,
    MediaIsUp,
    OrderSettled,
    PresentCertificate,
    PresentSignature,
    ReportHealth,
    RestartLink,
    Say,
    Sdp,
    TakeTicket,
    ToSign,
)
from server.protocol.values import CardOrder, DeviceOrder, PrintOrder
from tests.kiosk.agent_rig import SDP, agent_at, rig
from tests.kiosk.page import Page
from tests.kiosk.scripted import until

pytestmark = pytest.mark.slow

CARD = CardOrder(order="c1", ticket="t1", generation=1)
SLIP = PrintOrder(order="p1", ticket="t1", kind="slip")
PERSONAL = ("山田", "花子", "北町", "19440503", "耳が遠い", "1234")


async def test_a_visit_from_the_blue_button_to_a_clean_screen(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.INFO)
    async with rig(tmp_path) as r:
        await r.page.shows(s.Attract)
        await r.ring()
        take = await r.server.hears(TakeTicket)
        assert take.purpose == "talk"
        await r.show("waiting")
        await until(lambda: getattr(r.page.display.screen, "number", None) == 12, "the number")
        await r.show("connecting", 1)
        await r.page.shows(s.Connecting)
        assert r.page.display.voice == s.Voice(ticket="t1", generation=1, sending=True)
        assert r.panel.lamps.call == "on"

        await r.relay(r.offer())
        await until(lambda: len(r.page.signals) == 1)
        answer = Sdp(link="voice", attempt=1, kind="answer", sdp=SDP)
        await r.page.send(s.VoiceSignal(generation=1, body=answer))
        sent = await r.server.hears(Sdp)
        assert genuine(r.device_key, "t1", 1, sent)
        await r.page.send(s.VoiceState(generation=1, attempt=1, state="connected"))
        await r.server.hears(MediaIsUp)
        await r.show("serving", 1)
        await r.page.shows(s.Call)

        await r.relay(Say(id="s1", text="こんにちは"))
        await r.page.send(s.Written(id="w1", text="耳が遠いです"))
        await until(lambda: r.server.of(CallSnapshot)[-1].lines[-1:] != ())
        await until(
            lambda: [line.who for line in r.server.of(CallSnapshot)[-1].lines] == ["clerk", "resident"]
        )

        await r.show("serving", 1, CARD)
        await r.page.shows(s.CardAsk)
        await r.page.touch("card_yes")
        await r.page.shows(s.CardPlace)
        assert r.panel.lamps.card
        r.card.insert("ordinary")
        assert (await r.page.shows(s.CardPin)).tries_left == 3
        for digit in "1234":
            await r.page.key(digit)
        await r.page.key("enter")
        shown = await r.page.shows(s.CardConfirm)
        assert all(snapshot.attributes is None for snapshot in r.server.of(CallSnapshot))
        await r.page.touch("confirm_yes")
        settled = await r.server.hears(OrderSettled)
        assert (settled.order, settled.outcome) == ("c1", "shared")
        await until(lambda: r.server.of(CallSnapshot)[-1].attributes == shown.data)

        await r.show("wrapup", 1)
        assert (await r.page.shows(s.Farewell)).card_left
        assert r.page.display.voice is None
        r.card.pull()
        await until(lambda: not r.page.display.screen.card_left)  # pyright: ignore[reportAttributeAccessIssue]
        r.pass_time(60)
        await until(lambda: r.page.reloads == 1)
        async with Page(r.page._url) as fresh:  # pyright: ignore[reportPrivateUsage]
            assert (await fresh.shows(s.Farewell)).number == 12
            await until(lambda: fresh.display.screen.wiped)  # pyright: ignore[reportAttributeAccessIssue]
            r.pass_time(10)
            await fresh.shows(s.Attract)
            left_on_page = b"".join(msgspec.json.encode(display) for display in fresh.displays)
    for word in PERSONAL:
        assert word not in caplog.text
        assert word.encode() not in left_on_page
    assert "Idle -> Confirming on Button" in caplog.text
    for file in (tmp_path / "data").rglob("*"):
        if file.is_file():
            assert not any(word.encode() in file.read_bytes() for word in PERSONAL), file


async def test_pin_digits_are_nowhere_but_in_the_buffer_that_is_overwritten(tmp_path: Path):
    async with rig(tmp_path) as r:
        await r.talk()
        await r.show("serving", 1, CARD)
        await r.page.shows(s.CardAsk)
        r.card.insert("ordinary")
        await r.page.shows(s.CardPin)
        for digit in "99":
            await r.page.key(digit)
        await until(lambda: r.page.display.screen.entered == 2)  # pyright: ignore[reportAttributeAccessIssue]
        assert r.runner.kiosk.state.card.step == PinEntry(tries_left=3, entered=2)  # pyright: ignore
        secret = r.runner._pin  # pyright: ignore[reportPrivateUsage]
        assert bytes(secret._digits[:2]) == b"99"  # pyright: ignore[reportPrivateUsage]
        await r.show("serving", 1)  # the clerk takes the wish back
        await r.page.shows(s.Call)
        assert bytes(secret._digits) == bytes(16)  # pyright: ignore[reportPrivateUsage]


async def test_a_proof_walks_from_the_certificate_to_the_signature_and_leaves_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.DEBUG, "kiosk")
    async with rig(tmp_path) as r:
        await r.talk()
        await r.show("serving", 1, msgspec.structs.replace(CARD, ask="identity"))
        assert (await r.page.shows(s.CardAsk)).wish == "identity"
        r.card.insert("ordinary")
        presented = await r.server.hears(PresentCertificate)
        assert (await r.page.shows(s.CardPin)).wish == "identity"
        data = layout.SHA256_INFO + bytes(32)
        await r.server.send(ToSign(order="c1", data=data, expires_in=60.0))
        for digit in "1234":
            await r.page.key(digit)
        await r.page.key("enter")
        proof = await r.server.hears(PresentSignature)
        certificate = x509.load_der_x509_certificate(presented.certificate)
        key = certificate.public_key()
        assert isinstance(key, rsa.RSAPublicKey)
        key.verify(proof.signature, bytes(32), padding.PKCS1v15(), utils.Prehashed(hashes.SHA256()))
        await r.show("serving", 1)
        assert (await r.page.shows(s.Call)).notice == "card_checked"
        assert r.runner.kiosk.state.card is None  # pyright: ignore
        assert bytes(r.runner._pin._digits) == bytes(16)  # pyright: ignore
        for snapshot in r.server.of(CallSnapshot):
            assert certificate.serial_number.to_bytes(20).strip(b"\0") not in msgspec.json.encode(snapshot)
        assert b64encode(presented.certificate[:60]).decode() not in caplog.text


async def test_a_photo_goes_to_the_clerk_and_its_number_is_overwritten(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.DEBUG, "kiosk")
    async with rig(tmp_path) as r:
        await r.talk()
        card = r.card.insert("face_only")
        assert card.persona.pins is not None
        number = card.persona.pins.verification_b
        await r.show("serving", 1, msgspec.structs.replace(CARD, ask="photo"))
        await r.relay(CardNumber(order="c1", digits=number))
        await r.page.shows(s.CardAsk)
        await r.page.touch("card_yes")
        photo = await r.server.hears(FacePhoto)
        assert (photo.order, photo.jpeg[:2]) == ("c1", b"\xff\xd8")
        assert (await r.server.hears(OrderSettled)).outcome == "shared"
        assert (await r.page.shows(s.Call)).notice == "photo_shown"
        assert bytes(r.runner._number._digits) == bytes(16)  # pyright: ignore
        await r.relay(CardNumber(order="c9", digits=number), generation=0)
        await r.show("wrapup", 1)
        await r.page.shows(s.Farewell)
        assert bytes(r.runner._number._digits) == bytes(16)  # pyright: ignore
        shown = b"".join(msgspec.json.encode(display) for display in r.page.displays)
        assert number.encode() not in shown
        assert number not in caplog.text


async def test_a_press_on_a_screen_that_is_gone_does_nothing(tmp_path: Path):
    async with rig(tmp_path) as r:
        await r.page.shows(s.Attract)
        old = r.page.display.seq
        await r.page.touch("start")
        await r.page.shows(s.Purposes)
        await r.page.touch("purpose:tennyu")
        await r.page.shows(s.Confirm)
        await r.page.send(s.Touched(control="confirm", seq=old))
        await r.page.touch("back")
        await r.page.shows(s.Purposes)
        assert not r.server.of(TakeTicket)


async def test_an_offer_that_its_clerk_did_not_sign_never_reaches_the_page(tmp_path: Path):
    async with rig(tmp_path) as r:
        await r.talk()
        swapped = msgspec.structs.replace(r.offer(attempt=2), sdp=SDP.replace("AB:", "CD:", 1))
        await r.relay(swapped)
        report = await r.server.hears(ReportHealth)
        await until(lambda: r.server.of(ReportHealth)[-1].health.last_error == "BadSignature voice")
        assert report
        await r.relay(r.offer(attempt=3))
        await until(lambda: len(r.page.signals) == 2)
        assert [signal.body.attempt for signal in r.page.signals] == [1, 3]


async def test_an_error_in_our_log_is_the_last_fault_field_it_sees(tmp_path: Path):
    async with rig(tmp_path) as r:
        await r.page.shows(s.Attract)
        logging.getLogger("kiosk.calls").error("a name nobody may read")
        await until(lambda: any(one.health.last_error for one in r.server.of(ReportHealth)))
        health = r.server.of(ReportHealth)[-1].health
        assert health.last_error is not None
        assert health.last_error.startswith("Error at kiosk.calls:")
        assert health.last_error_at


async def test_an_offer_that_overtakes_the_view_is_kept_and_one_of_an_old_call_is_not(tmp_path: Path):
    async with rig(tmp_path) as r:
        await r.ring()
        await r.relay(r.offer(attempt=9, generation=1), generation=1)
        await r.relay(r.offer(attempt=1, generation=2), generation=2)
        await r.show("connecting", 2)
        await until(lambda: len(r.page.signals) == 1)
        assert r.page.signals[0].generation == 2
        await r.relay(Ice(link="voice", attempt=1, candidate="", mid="0"), generation=1)
        await r.relay(Ice(link="voice", attempt=1, candidate="x", mid="0"), generation=2)
        await until(lambda: len(r.page.signals) == 2)
        assert isinstance(r.page.signals[1].body, Ice)
        assert r.page.signals[1].body.candidate == "x"
        await r.page.send(s.VoiceSignal(generation=2, body=Ice(link="voice", attempt=1, candidate="y")))
        assert (await r.server.hears(Ice)).candidate == "y"


async def test_a_lost_link_does_not_end_a_conversation_and_the_next_hello_names_it(tmp_path: Path):
    async with rig(tmp_path) as r:
        await r.talk()
        before = len(r.server.of(CallSnapshot))
        await r.server.drop()
        await until(lambda: not r.page.display.link_up)
        assert isinstance(r.page.display.screen, s.Call)
        assert r.page.display.voice is not None
        await until(lambda: len(r.server.hellos) == 2 and r.runner.kiosk.link_up)
        assert (r.server.hellos[1].ticket, r.server.hellos[1].generation) == ("t1", 1)
        await until(lambda: len(r.server.of(CallSnapshot)) > before)


async def test_hanging_up_without_a_link_is_told_when_it_is_back(tmp_path: Path):
    async with rig(tmp_path) as r:
        await r.talk()
        r.server.answering = False
        await r.server.drop()
        await until(lambda: not r.page.display.link_up)
        await r.page.touch("end")
        await until(lambda: r.page.display.quitting)
        await r.page.touch("quit_yes")
        await r.page.shows(s.Farewell)
        assert (await r.server.hears(HangUp)).ticket == "t1"


async def test_a_reloaded_page_gets_the_same_screen_and_asks_for_a_new_voice(tmp_path: Path):
    async with rig(tmp_path) as r:
        await r.talk()
        async with Page(r.page._url) as fresh:  # pyright: ignore[reportPrivateUsage]
            await fresh.shows(s.Call)
            assert (await r.server.hears(RestartLink)).link == "voice"


async def test_a_slip_is_printed_once_however_often_it_is_sent(tmp_path: Path):
    async with rig(tmp_path) as r:
        await r.talk()
        await r.show("serving", 1, SLIP)
        await r.paper("p1")
        settled = await r.server.hears(OrderSettled)
        assert (settled.order, settled.outcome) == ("p1", "printed")
        assert (await r.page.shows(s.Call)).notice == "printed"
        await r.server.drop()
        await until(lambda: len(r.server.hellos) == 2 and r.runner.kiosk.link_up)
        await r.paper("p1")
        await r.show("serving", 1)
        await until(lambda: r.runner.kiosk.server is not None and r.runner.kiosk.server.orders == ())
        assert len(r.printer.pages) == 1


async def test_an_agent_that_starts_anew_answers_for_the_paper_from_its_ledger(tmp_path: Path):
    async with rig(tmp_path) as r:
        await r.talk()
        await r.show("serving", 1, SLIP)
        await r.paper("p1")
        await r.server.hears(OrderSettled)
    async with rig(tmp_path) as r:
        await r.show(None, 0, SLIP, PrintOrder(order="p2", ticket="t1", kind="slip"))
        await r.server.hears(OrderSettled, 2)
        outcomes = {settled.order: settled.outcome for settled in r.server.of(OrderSettled)}
        assert outcomes == {"p1": "printed", "p2": "failed"}
        assert r.printer.pages == []


async def test_without_paper_the_clerk_and_the_resident_learn_it(tmp_path: Path):
    async with rig(tmp_path) as r:
        r.printer.paper = "out"
        await r.talk()
        await r.show("serving", 1, SLIP)
        await r.paper("p1")
        assert (await r.server.hears(OrderSettled)).outcome == "paper_out"
        assert (await r.page.shows(s.Call)).notice == "paper_out"


async def test_a_test_print_comes_out_of_an_idle_kiosk(tmp_path: Path):
    async with rig(tmp_path) as r:
        await r.show(None, 0, PrintOrder(order="p9", ticket=None, kind="test"))
        await r.paper("p9")
        assert (await r.server.hears(OrderSettled)).outcome == "printed"
        assert len(r.printer.pages) == 1


async def test_a_restart_ends_the_process_and_is_settled_by_the_next(tmp_path: Path):
    order = DeviceOrder(order="d1", action="restart")
    async with rig(tmp_path) as r:
        await r.show(None, 0, order)
        assert await asyncio.wait_for(asyncio.shield(r.running), 30) == RESTART
        assert not r.server.of(OrderSettled)
        async with agent_at(tmp_path, r.server) as again:
            assert (await r.server.hears(OrderSettled)).outcome == "done"
            assert not again.running.done()


async def test_the_log_bundle_is_sent_in_parts_that_make_a_whole(tmp_path: Path):
    async with rig(tmp_path) as r:
        folder = tmp_path / "data" / "log"
        folder.mkdir(parents=True)
        (folder / "agent.log").write_text("kiosk.runner: Idle -> Choosing on Touch\n")
        await r.show(None, 0, DeviceOrder(order="d2", action="logs"))
        assert (await r.server.hears(OrderSettled)).outcome == "done"
        (part,) = r.server.of(LogBundle)
        assert b"Idle -> Choosing" in zlib.decompress(part.data)


async def test_after_a_conversation_the_process_ends_and_the_next_one_says_that_all_is_gone(tmp_path: Path):
    async with rig(tmp_path, may_end=True) as r:
        await r.talk()
        await r.page.touch("end")
        await until(lambda: r.page.display.quitting)
        await r.page.touch("quit_yes")
        await r.page.shows(s.Farewell)
        await r.page.touch("done")
        await until(lambda: r.page.reloads == 1)
        async with Page(r.page._url):  # pyright: ignore[reportPrivateUsage]
            assert await asyncio.wait_for(asyncio.shield(r.running), 30) == FRESH
        assert r.server.of(HangUp)
        async with agent_at(tmp_path, r.server, may_end=True) as fresh:
            bye = await fresh.page.shows(s.Farewell)
            assert (bye.number, bye.wiped) == (12, True)
            fresh.pass_time(10)
            await fresh.page.shows(s.Attract)


async def test_health_is_told_when_a_device_changes(tmp_path: Path):
    async with rig(tmp_path) as r:
        await until(lambda: "card" in {device.name for device in r.runner.kiosk.devices})
        r.card.unplug()
        await until(
            lambda: any(
                device.name == "card" and device.state == "missing"
                for report in r.server.of(ReportHealth)
                for device in report.health.devices
            )
        )


async def test_a_revoked_kiosk_says_so_and_comes_back_when_it_is_welcome(tmp_path: Path):
    async with rig(tmp_path) as r:
        r.server.turn_away = "revoked"
        await r.server.drop()
        assert (await r.page.shows(s.OutOfOrder)).reason == "revoked"
        r.server.turn_away = None
        await r.page.shows(s.Attract)


async def test_when_it_leaves_everything_is_off(tmp_path: Path):
    async with rig(tmp_path, camera="simulated") as r:
        await r.talk()
    assert await r.running == 0
    assert not r.panel.lamps.camera
    assert r.panel.lamps.call == "off"
    assert r.devices.face is not None
    assert not r.devices.face.capturing  # pyright: ignore[reportAttributeAccessIssue]


async def test_two_agents_do_not_share_a_port(tmp_path: Path):
    async with rig(tmp_path) as r:
        port = int(r.page._url.split(":")[2].split("/")[0])  # pyright: ignore[reportPrivateUsage]
        (tmp_path / "two").mkdir()
        from kiosk import agent
        from tests.kiosk.agent_rig import enrolled

        place, identity = enrolled(tmp_path / "two", r.server.address)
        screen = msgspec.structs.replace(place.config.screen, port=port)
        place = msgspec.structs.replace(place, config=msgspec.structs.replace(place.config, screen=screen))
        second = agent.build(place, identity, token="x")
        with pytest.raises(OSError, match="address already in use"):
            await second.run()


async def test_the_first_view_of_a_ticket_nobody_is_here_for_gives_it_back(tmp_path: Path):
    async with rig(tmp_path) as r:
        await r.server.show(KioskView(seq=2, open=True, ticket=r.ticket("serving", 3)))
        hung_up = await r.server.hears(HangUp)
        assert (hung_up.ticket, hung_up.generation) == ("t1", 3)
