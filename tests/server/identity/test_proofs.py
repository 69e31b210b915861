"""A card proves who is there, through real sockets: once, in its own call, in time; and the server keeps nothing of it."""

import logging
import sqlite3
import time
from base64 import b64encode
from contextlib import AsyncExitStack, closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from hardware.card.virtual.pki import POLICY, Issued, odd, write
from server.protocol import messages as m
from server.protocol.values import CardAsk, IdentityOutcome
from tests.server.http.rig import CITY, HandClock, House, Kiosk, Line, house, running
from tests.server.http.test_staff import in_call
from tests.server.identity.cards import card, sign
from tests.server.identity.responder import responder

pytestmark = pytest.mark.slow

TRUST = f"""
[identity.auth]
anchors = ["pki/anchors/auth-1.pem", "pki/anchors/auth-2.pem", "pki/anchors/auth-3.pem"]
policies = ["{POLICY["auth"]}"]
"""
BY_LIST = """
[identity]
revocation = "crl"
[identity.crl]
files = ["pki/crl/auth-1.pem", "pki/crl/auth-2.pem", "pki/crl/auth-3.pem"]
"""


class Today(HandClock):
    """The real date: the virtual cards' certificates follow the year."""

    def wall(self) -> float:
        return time.time() + self.ahead


def configured(folder: Path, identity: str = BY_LIST + TRUST) -> dict[str, Any]:
    """Write the test PKI and return what the rig needs for a city that trusts it."""
    write(folder / "pki", datetime.now(UTC))
    return {"clock": Today(), "city": CITY + identity}


async def order(console: Line, ticket: str, generation: int, ask: CardAsk = "identity") -> str:
    """Ask for the card and return the order's id."""
    reply = await console.ask(m.RequestCard, ticket=ticket, generation=generation, ask=ask)
    assert reply.refused is None
    return reply.id


async def challenged(kiosk: Line, id: str, one: Issued) -> m.ToSign:
    """Present a certificate and return what its key shall sign."""
    assert (await kiosk.ask(m.PresentCertificate, order=id, certificate=one.der)).refused is None
    return await kiosk.until(m.ToSign)


async def proved(console: Line, id: str) -> m.MyTicket:
    """Return the clerk's view once the order is settled."""

    def settled(view: m.StaffView) -> bool:
        return view.mine is not None and any(one.id == id and one.outcome for one in view.mine.orders)

    view = await console.shows(m.StaffView, settled)
    assert view.mine is not None
    return view.mine


async def test_a_card_that_signs_is_valid_and_the_kiosk_owes_nothing_more(tmp_path: Path) -> None:
    async with house(tmp_path, **configured(tmp_path)) as at:
        kiosk, console, ticket, generation = await in_call(at)
        for name in ("ordinary", "next_generation"):
            id, one = await order(console, ticket, generation), card(name)
            view = await kiosk.shows(m.KioskView, lambda v, id=id: any(o.order == id for o in v.orders))
            assert getattr(view.orders[0], "ask", None) == "identity"
            asked = await challenged(kiosk, id, one)
            assert 0 < asked.expires_in <= 60
            reply = await kiosk.ask(m.PresentSignature, order=id, signature=sign(one, asked.data))
            assert reply.refused is None
            mine = await proved(console, id)
            assert mine.identification.certainty == "proved"
            assert mine.identity is not None
            assert (mine.identity.outcome, mine.identity.source) == ("valid", "crl")
            await kiosk.shows(m.KioskView, lambda v: v.orders == ())


async def test_every_way_a_card_can_be_wrong_is_named_and_none_is_called_proved(tmp_path: Path) -> None:
    cases: list[tuple[Issued, IdentityOutcome, bool]] = [
        (odd("auth", "expired"), "expired", False),
        (odd("auth", "wrong_use"), "wrong_use", False),
        (odd("auth", "wrong_policy"), "wrong_use", False),
        (odd("auth", "wrong_issuer"), "unknown_issuer", False),
        (card("ordinary", "sign"), "unknown_issuer", False),
        (odd("auth", "revoked"), "revoked", True),
    ]
    async with house(tmp_path, **configured(tmp_path)) as at:
        kiosk, console, ticket, generation = await in_call(at)
        for one, outcome, signs in cases:
            id = await order(console, ticket, generation)
            if signs:
                asked = await challenged(kiosk, id, one)
                await kiosk.ask(m.PresentSignature, order=id, signature=sign(one, asked.data))
            else:  # no PIN is asked for what cannot prove anything
                reply = await kiosk.ask(m.PresentCertificate, order=id, certificate=one.der)
                assert reply.refused is None
            mine = await proved(console, id)
            assert mine.identity is not None
            assert (mine.identity.outcome, mine.identification.certainty) == (outcome, "refused")
        id = await order(console, ticket, generation)
        asked = await challenged(kiosk, id, card("ordinary"))
        await kiosk.ask(m.PresentSignature, order=id, signature=sign(card("foreigner"), asked.data))
        mine = await proved(console, id)
        assert mine.identity is not None
        assert mine.identity.outcome == "bad_signature"


async def test_a_proof_is_good_once_in_its_own_order_and_its_repetition_gets_the_first_reply(
    tmp_path: Path,
) -> None:
    async with house(tmp_path, **configured(tmp_path)) as at:
        kiosk, console, ticket, generation = await in_call(at)
        one, id = card("ordinary"), await order(console, ticket, generation)
        first = await challenged(kiosk, id, one)
        shown = {"id": "cert-1", "order": id, "certificate": one.der}
        assert (await kiosk.ask(m.PresentCertificate, **shown)).refused is None
        asked = await kiosk.until(m.ToSign)
        assert asked.data != first.data
        assert (await kiosk.ask(m.PresentCertificate, **shown)).refused is None
        assert (await kiosk.until(m.ToSign)).data == asked.data, "sent again, the same question"
        other = await kiosk.ask(
            m.PresentCertificate, id="cert-1", order=id, certificate=card("foreigner").der
        )
        assert other.refused == "different_body"
        stale = {"signature": sign(one, asked.data)}
        assert (await kiosk.ask(m.PresentSignature, order="nothing", **stale)).refused == "unknown"
        # The clerk takes it back and asks again: what was signed for the former order is worth nothing.
        assert (await console.ask(m.WithdrawOrder, order=id)).refused is None
        assert (await kiosk.ask(m.PresentSignature, order=id, **stale)).refused == "stale"
        id = await order(console, ticket, generation)
        assert (await kiosk.ask(m.PresentSignature, order=id, **stale)).refused == "stale"
        asked = await challenged(kiosk, id, one)
        answer = {"id": "sig-1", "order": id, "signature": sign(one, asked.data)}
        assert (await kiosk.ask(m.PresentSignature, **answer)).refused is None
        mine = await proved(console, id)
        assert (await kiosk.ask(m.PresentSignature, **answer)).refused is None, "the first reply"
        answer["id"] = "sig-2"
        assert (await kiosk.ask(m.PresentSignature, **answer)).refused == "stale"
        assert (await kiosk.ask(m.PresentCertificate, order=id, certificate=one.der)).refused == "stale"
        assert (await proved(console, id)).identity == mine.identity
        id = await order(console, ticket, generation, "photo")
        assert (await kiosk.ask(m.PresentCertificate, order=id, certificate=one.der)).refused == "invalid"


async def test_a_signature_that_comes_too_late_is_refused_and_the_card_may_be_asked_anew(
    tmp_path: Path,
) -> None:
    async with house(tmp_path, **configured(tmp_path)) as at:
        kiosk, console, ticket, generation = await in_call(at)
        one, id = card("ordinary"), await order(console, ticket, generation)
        asked = await challenged(kiosk, id, one)
        at.server.clock.ahead += 61
        late = await kiosk.ask(m.PresentSignature, order=id, signature=sign(one, asked.data))
        assert late.refused == "stale"
        asked = await challenged(kiosk, id, one)
        reply = await kiosk.ask(m.PresentSignature, order=id, signature=sign(one, asked.data))
        assert reply.refused is None
        assert (await proved(console, id)).identification.certainty == "proved"


async def test_without_a_verifier_a_card_stays_unchecked_and_is_never_called_proved(tmp_path: Path) -> None:
    for identity, why in ((TRUST, "no_verifier"), ("", "no_anchors")):
        folder = tmp_path / why
        async with house(folder, **configured(folder, identity)) as at:
            kiosk, console, ticket, generation = await in_call(at)
            one, id = card("ordinary"), await order(console, ticket, generation)
            asked = await challenged(kiosk, id, one)
            await kiosk.ask(m.PresentSignature, order=id, signature=sign(one, asked.data))
            mine = await proved(console, id)
            assert mine.identity is not None
            assert (mine.identity.outcome, mine.identity.why) == ("unchecked", why)
            assert mine.identification.certainty == "partly"


async def test_a_silent_verifier_delays_only_the_proof_and_never_the_conversation(tmp_path: Path) -> None:
    async with responder(tmp_path / "pki") as there:
        ask = f'\n[identity]\nrevocation = "ocsp"\n[identity.ocsp]\nurl = "{there.url}"\ntimeout = 1.0\n'
        async with house(tmp_path, **configured(tmp_path, ask + TRUST)) as at:
            kiosk, console, ticket, generation = await in_call(at)
            one, id = card("ordinary"), await order(console, ticket, generation)
            there.fault = "silent"
            asked = await challenged(kiosk, id, one)
            await kiosk.say(m.PresentSignature(id="sig", order=id, signature=sign(one, asked.data)))
            shown = m.RelayToStaff(generation=generation, body=m.CallSnapshot(screen="call"))
            await kiosk.say(shown)
            heard = await console.until(m.RelayToStaff)
            assert heard == shown
            assert not any(isinstance(said, m.Reply) and said.id == "sig" for said in kiosk.seen)
            mine = await proved(console, id)
            assert mine.identity is not None
            assert (mine.identity.outcome, mine.identity.why) == ("unchecked", "no_answer")
            there.fault = "none"
            id = await order(console, ticket, generation)
            asked = await challenged(kiosk, id, one)
            await kiosk.ask(m.PresentSignature, order=id, signature=sign(one, asked.data))
            mine = await proved(console, id)
            assert mine.identity is not None
            assert (mine.identity.outcome, mine.identity.source) == ("valid", "ocsp")


async def test_after_a_restart_the_question_is_gone_and_the_kiosk_asks_again(tmp_path: Path) -> None:
    options = configured(tmp_path)
    one = card("ordinary")
    async with AsyncExitStack() as first:
        at = await first.enter_async_context(house(tmp_path, **options))
        kiosk, console, ticket, generation = await in_call(at)
        id, key = await order(console, ticket, generation), at.kiosks[0]
        asked = await challenged(kiosk, id, one)
    async with running(tmp_path, **options) as server, AsyncExitStack() as stack:
        again = House(server, stack)
        back = Kiosk(server, await stack.enter_async_context(aiohttp.ClientSession()))
        back.key, back.machine, back.id = key.key, key.machine, key.id
        kiosk = await back.connect(ticket=ticket, generation=generation)
        browser = await again.browser()
        assert (await browser.sign_in("sato"))[0] == 200
        console = await browser.console(session_key=b"k" * 32)
        await kiosk.shows(m.KioskView, lambda v: any(o.order == id for o in v.orders))
        gone = await kiosk.ask(m.PresentSignature, order=id, signature=sign(one, asked.data))
        assert gone.refused == "stale"
        asked = await challenged(kiosk, id, one)
        answer = {"id": "sig-1", "order": id, "signature": sign(one, asked.data)}
        assert (await kiosk.ask(m.PresentSignature, **answer)).refused is None
        assert (await proved(console, id)).identification.certainty == "proved"
    async with running(tmp_path, **options) as server, AsyncExitStack() as stack:
        back = Kiosk(server, await stack.enter_async_context(aiohttp.ClientSession()))
        back.key, back.machine, back.id = key.key, key.machine, key.id
        kiosk = await back.connect(ticket=ticket, generation=generation)
        repeated = await kiosk.ask(m.PresentSignature, **answer)
        assert repeated.refused is None, "the first reply, though nothing of the question is left"


async def test_nothing_of_the_certificate_is_in_any_journal_log_or_file(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    person, one = card("ordinary", "sign"), card("ordinary")
    async with house(tmp_path, **configured(tmp_path)) as at:
        kiosk, console, ticket, generation = await in_call(at)
        for wrong in (person, odd("auth", "revoked"), one):
            id = await order(console, ticket, generation)
            await kiosk.ask(m.PresentCertificate, order=id, certificate=wrong.der)
            if wrong is not person:
                asked = await kiosk.until(m.ToSign)
                await kiosk.ask(m.PresentSignature, order=id, signature=sign(wrong, asked.data))
            await proved(console, id)
    canaries: list[bytes] = ["山田".encode(), b"KOMADO virtual", b"KOMADO0"]
    for made in (person, one, odd("auth", "revoked")):
        serial = made.certificate.serial_number
        canaries += [str(serial).encode(), f"{serial:x}".encode(), f"{serial:X}".encode(), made.der[:60]]
        canaries += [serial.to_bytes((serial.bit_length() + 7) // 8), b64encode(made.der[:60])]
    with closing(sqlite3.connect(tmp_path / "data" / "komado.db")) as database:
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        cells = [
            cell for name in tables for row in database.execute(f'SELECT * FROM "{name}"') for cell in row
        ]
    written = b"\n".join(cell if isinstance(cell, bytes) else str(cell).encode() for cell in cells)
    files = [file.read_bytes() for file in (tmp_path / "data").rglob("*") if file.is_file()]
    logged = "\n".join(record.getMessage() for record in caplog.records).encode()
    assert b"identity_checked" in written
    for canary in canaries:
        assert canary not in logged
        assert canary not in written
        assert not any(canary in content for content in files)
