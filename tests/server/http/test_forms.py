"""Forms through real sockets: the clerk writes, the resident reads and signs, and what is signed stays as it is."""

import asyncio
import math
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from hardware.card.virtual import pki
from hardware.card.virtual.pki import Issued
from server.core.forms.by_card import digests
from server.doctor import examine
from server.identity.verify import to_sign
from server.protocol import messages as m
from server.protocol.values import (
    CardOrder,
    DocumentDigest,
    FourBasicData,
)
from tests.server.http.rig import CITY, Browser, Line, eventually, house
from tests.server.http.test_cases import talking
from tests.server.identity.cards import card, sign
from tests.server.identity.test_proofs import TRUST, Today

pytestmark = pytest.mark.slow

CANARY = "見本市 まぼろし町 九丁目"
NAME = tuple(
    tuple(
        (150.0 + i * 150 + k * 2.5, 200 + 60 * math.sin(k / 4 + i), 900 + i * 500 + k * 12) for k in range(36)
    )
    for i in range(6)
)


async def do(clerk: Browser, ticket: str, status: int = 200, **act: Any) -> Any:
    found, page = await clerk.post("/api/form/do", {"ticket": ticket, "act": act})
    assert found == status, page
    return page


async def in_call(home: Any) -> tuple[Browser, Line, Line, str]:
    clerk = await home.signed_in("sato")
    kiosk = await (await home.kiosk()).connect()
    console = await clerk.console()
    assert (await kiosk.ask(m.TakeTicket, purpose="talk")).refused is None
    await console.ask(m.SetReady)
    ticket = await talking(home, kiosk, console)
    return clerk, kiosk, console, ticket.id


async def filled(clerk: Browser, ticket: str) -> Any:
    """Fill the request for a certificate."""
    page = await do(clerk, ticket, type="open", form="shomei_togo")
    values = {
        "name": "見本 花子", "kana": "ﾐﾎﾝ ﾊﾅｺ", "birth": "S19.5.3", "sex": "female", "address": CANARY,
        "phone": "09012345678", "cert_whose": "self", "cert.1.cert_kind": "juminhyo_all",
        "cert.1.cert_copies": "２", "cert_purpose": "nenkin", "cert_receive": "branch",
    }  # fmt: skip
    for slot, raw in values.items():
        page = await do(clerk, ticket, type="put", slot=slot, raw=raw, origin="said")
    (form,) = page["open"]
    assert [one for one in form["problems"] if one["severity"] == "error"] == []
    return page


async def test_each_value_is_durable_and_before_the_resident_at_once(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        clerk, kiosk, _, ticket = await in_call(home)
        await do(clerk, ticket, type="open", form="tennyu_todoke")
        shown = await kiosk.until(m.FormShown)
        assert shown.sheet is not None
        assert shown.sheet.stage == "filling"
        page = await do(clerk, ticket, type="put", slot="address", raw=CANARY, origin="said")
        place = next(one for one in page["header"] if one["slot"] == "address")
        assert (place["value"], place["origin"]) == ("見本市　まぼろし町　九丁目", "said")
        shown = await kiosk.until(m.FormShown)
        assert shown.sheet is not None
        assert shown.sheet.changed is not None
        assert shown.sheet.rows[shown.sheet.changed].text == place["value"]
        refused = await do(clerk, ticket, 422, type="put", slot="phone", raw="12-34", origin="said")
        assert refused["slot"] == "phone"
        assert "12-34" not in refused["message"]
        # A kiosk that comes back is shown the form anew.
        again = await clerk.post("/api/form/page", {"ticket": ticket})
        assert again[1]["revision"] == shown.revision


async def test_what_a_form_says_answers_the_questionnaire_and_the_other_way_round(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        clerk, _, _, ticket = await in_call(home)
        await clerk.post("/api/case/event", {"ticket": ticket, "event": "tennyu"})
        await do(clerk, ticket, type="open", form="tennyu_todoke")
        await do(clerk, ticket, type="put", slot="moved_on", raw="2026-11-01", origin="said")
        await do(clerk, ticket, type="put", slot="member.2.birth", raw="2017-05-05", origin="said")
        _, case = await clerk.post("/api/case/page", {"ticket": ticket})
        rows = {row["id"]: row["value"] for row in case["page"]["rows"]}
        assert rows["moved_on"]["day"] == "2026-11-01"
        assert rows["persons"]["births"] == ["2017-05-05"]
        answer = {"type": "dated", "day": "2026-10-30", "origin": "said"}
        await clerk.post(
            "/api/case/answer", {"ticket": ticket, "fact": "moved_on", "answer": answer, "origin": "said"}
        )
        page = await do(clerk, ticket, type="told")
        places = {
            place["slot"]: place["value"] for part in page["open"][0]["parts"] for place in part["places"]
        }
        assert places["moved_on"] == "2026-10-30"


async def test_a_form_is_agreed_to_signed_printed_and_never_changed(tmp_path: Path) -> None:
    extra = '[export]\nfolder = "out"\n'
    async with house(tmp_path, extra=extra) as home:
        clerk, kiosk, console, ticket = await in_call(home)
        page = await filled(clerk, ticket)
        assert page["open"][0]["fees"]["total"] > 0
        await do(clerk, ticket, type="read_back", form="shomei_togo")
        shown = await kiosk.until(
            m.FormShown, lambda one: one.sheet is not None and one.sheet.stage == "reading"
        )
        assert shown.sheet is not None
        assert shown.sheet.total == page["open"][0]["fees"]["total"]
        picture = await kiosk.until(m.FormPicture)
        assert (picture.page, picture.index) == (0, 0)
        assert picture.data.startswith(b"\x89PNG")
        locked = await do(clerk, ticket, 422, type="put", slot="phone", raw="0312345678", origin="said")
        assert locked["error"] == "locked"
        stale: dict[str, Any] = {"ticket": ticket, "form": "shomei_togo", "revision": shown.revision - 1}
        assert (await kiosk.ask(m.AnswerForm, **stale, answer="yes")).refused == "stale"
        asked: dict[str, Any] = {"ticket": ticket, "form": "shomei_togo", "revision": shown.revision}
        assert (await kiosk.ask(m.AnswerForm, **asked, answer="yes")).refused is None
        assert (await console.until(m.FormsChanged)).ticket == ticket
        shown = await kiosk.shows(
            m.FormShown, lambda one: one.sheet is not None and one.sheet.stage == "agreed"
        )
        asked: dict[str, Any] = {"ticket": ticket, "form": "shomei_togo", "revision": shown.revision}
        dot = (((600.0, 200.0, 10),),)
        assert (await kiosk.ask(m.SignForm, **asked, strokes=dot)).refused == "invalid"
        assert (await kiosk.ask(m.SignForm, **asked, strokes=NAME)).refused is None
        _, page = await clerk.post("/api/form/page", {"ticket": ticket})
        (paper,) = page["papers"]
        assert paper["by"] == "signature"
        signed = await do(clerk, ticket, 422, type="read_back", form="shomei_togo")
        assert signed["error"] == "signed"
        # A correction is a new version; the signed one stays.
        page = await do(clerk, ticket, type="correct", form="shomei_togo")
        await do(clerk, ticket, type="put", slot="phone", raw="0312345678", origin="said")
        await do(clerk, ticket, type="read_back", form="shomei_togo")
        shown = await kiosk.shows(
            m.FormShown, lambda one: one.sheet is not None and one.sheet.stage == "reading"
        )
        asked = {"ticket": ticket, "form": "shomei_togo", "revision": shown.revision}
        assert shown.sheet is not None
        assert shown.sheet.name == (), "a name goes to the screen that asks for it, when it does"
        assert (await kiosk.ask(m.AnswerForm, **asked, answer="yes")).refused is None
        shown = await kiosk.shows(
            m.FormShown, lambda one: one.sheet is not None and one.sheet.stage == "agreed"
        )
        assert shown.sheet is not None
        assert len(shown.sheet.name) == len(NAME), "nobody writes their name a second time"
        _, page = await clerk.post("/api/form/page", {"ticket": ticket})
        assert [one["sha256"] for one in page["papers"]] == [paper["sha256"]]
        await _printed(clerk, kiosk, console, ticket, paper["sha256"])
        _ends_sealed(tmp_path)
        # No authority is configured here: 有効性未確認.
        await _signed_by_card(clerk, kiosk, console, ticket, tmp_path, "unchecked", card("ordinary", "sign"))


async def _printed(clerk: Browser, kiosk: Line, console: Line, ticket: str, sha256: str) -> None:
    view = await console.shows(m.StaffView, lambda view: view.mine is not None)
    assert view.mine is not None
    generation = view.mine.ticket.generation
    order: dict[str, Any] = {
        "ticket": ticket,
        "generation": generation,
        "revision": 0,
        "paper": "form",
        "filed": sha256,
    }
    assert (await console.ask(m.PrintSheet, **order)).refused is None
    await console.shows(  # among several papers the clerk sees which one was printed
        m.StaffView,
        lambda view: view.mine is not None and [one.filed for one in view.mine.orders] == [sha256],
    )
    strip = await kiosk.until(m.Paper)
    assert strip.width == 576


async def _signed_by_card(
    clerk: Browser, kiosk: Line, console: Line, ticket: str, folder: Path, expected: str, one: Issued
) -> None:
    """Have the card sign the very PDF of this visit; a hash of anything else is never put before it."""
    view = await console.shows(m.StaffView, lambda view: view.mine is not None)
    assert view.mine is not None
    about: dict[str, Any] = {"ticket": ticket, "generation": view.mine.ticket.generation, "ask": "signature"}
    order_id = f"sign.{expected}"
    foreign = digests(b"%PDF-1.7 something else")
    assert (await console.ask(m.RequestCard, **about, document=foreign)).refused == "invalid"
    (pdf,) = (folder / "out").glob("*/form.pdf")
    _, page = await clerk.post("/api/form/page", {"ticket": ticket})
    (paper,) = page["papers"]
    wanted = msgspec.convert(paper["document"], DocumentDigest)
    assert wanted == digests(pdf.read_bytes()), "the console sends what the page named"
    assert (await console.ask(m.RequestCard, order_id, **about, document=wanted)).refused is None
    owed = await kiosk.shows(m.KioskView, lambda view: any(one.order == order_id for one in view.orders))
    (order,) = [one for one in owed.orders if isinstance(one, CardOrder)]
    assert order.document == digests(pdf.read_bytes())
    signature = sign(one, to_sign(one.certificate, pdf.read_bytes()))
    answer: dict[str, Any] = {"order": order_id, "certificate": one.der, "signature": signature}
    assert (await kiosk.ask(m.PresentSignature, **answer)).refused is None
    view = await console.shows(
        m.StaffView,
        lambda view: view.mine is not None and any(o.id == order_id and o.outcome for o in view.mine.orders),
    )
    assert view.mine is not None
    (done,) = [one for one in view.mine.orders if one.id == order_id]
    assert (done.outcome, done.document) == (expected, wanted)
    _, page = await clerk.post("/api/form/page", {"ticket": ticket})
    assert page["papers"][0]["card"]["outcome"] == expected
    counts = expected in ("valid", "unchecked")
    _, receipt = await clerk.post("/api/case/picture", {"ticket": ticket, "paper": "receipt"})
    assert receipt.startswith(b"\x89PNG")
    if counts:
        await eventually(lambda: _there(folder, 2))
        (proof,) = (folder / "out").glob("*/form.pdf.p7s")
        assert (proof.parent / "form.pdf").read_bytes() == pdf.read_bytes()
        assert msgspec.json.decode((proof.parent / "card.json").read_bytes())["outcome"] == expected
        assert f'"_card","電子署名","{expected}"' in (proof.parent / "form.csv").read_text("utf-8-sig")
        assert one.der in proof.read_bytes()
    assert view.mine.identification.certainty == "none", "a signature proves nothing about who sits there"


def _examined(folder: Path) -> list[str]:
    return [str(one) for one in examine(folder / "server.toml", datetime.now(UTC))]


async def _there(folder: Path, packages: int) -> bool:
    return len([one for one in (folder / "out").glob("*") if not one.name.startswith(".")]) == packages


def _ends_sealed(folder: Path) -> None:
    (package,) = [one for one in (folder / "out").glob("*") if not one.name.startswith(".")]
    assert (package / "form.pdf").read_bytes().startswith(b"%PDF-")
    for path in (folder / "data").rglob("*"):
        if path.is_file():
            assert "まぼろし町".encode() not in path.read_bytes(), path


async def test_what_the_back_office_cannot_take_waits_through_a_restart_and_field_it_sees_since_when_and_why(
    tmp_path: Path,
) -> None:
    extra, out = '[export]\nfolder = "out"\n', tmp_path / "out"
    async with house(tmp_path, extra=extra) as home:
        out.rmdir()  # a share that is not there
        clerk, kiosk, _, ticket = await in_call(home)
        await filled(clerk, ticket)
        await do(clerk, ticket, type="read_back", form="shomei_togo")
        await kiosk.until(m.FormShown, lambda one: one.sheet is not None and one.sheet.stage == "reading")
        await do(clerk, ticket, type="attested", form="shomei_togo", why="hands", note="")
        it = await home.signed_in("field", "field_it")

        async def waits() -> bool:
            line = await it.open("/ws/fleet")
            view = await line.until(m.FleetView)
            return view.exports.waiting == 1 and view.exports.why == "FileNotFoundError"

        await eventually(waits)
    found = await asyncio.to_thread(_examined, tmp_path)
    assert any("渡せていない書類が 1件" in one and "FileNotFoundError" in one for one in found), found
    assert not any("まぼろし町" in one for one in found)
    async with house(tmp_path, extra=extra):  # the start makes the folder, and tries what is owed
        await eventually(lambda: _there(tmp_path, 1))

        async def noted() -> bool:  # the package is there a moment before the case says so
            said = await asyncio.to_thread(_examined, tmp_path)
            return any("渡せていない書類は ありません" in one for one in said)

        await eventually(noted)


async def test_a_card_whose_certificate_is_revoked_signs_nothing_that_is_kept(tmp_path: Path) -> None:
    pki.write(tmp_path / "pki", datetime.now(UTC))
    anchors, lists = (
        [f"pki/{folder}/{use}-{generation}.pem" for use in uses for generation in pki.TRUSTED]
        for folder, uses in (("anchors", ("sign",)), ("crl", ("auth", "sign")))
    )
    city = (
        f'{CITY}\n[identity]\nrevocation = "crl"\n[identity.crl]\nfiles = {lists}\n'
        f'[identity.sign]\nanchors = {anchors}\npolicies = ["{pki.POLICY["sign"]}"]\n{TRUST}'
    )
    async with house(tmp_path, city=city, clock=Today(), extra='[export]\nfolder = "out"\n') as home:
        clerk, kiosk, console, ticket = await in_call(home)
        await filled(clerk, ticket)
        await do(clerk, ticket, type="read_back", form="shomei_togo")
        await do(clerk, ticket, type="attested", form="shomei_togo", why="hands", note="")
        await eventually(lambda: _there(tmp_path, 1))
        await _signed_by_card(clerk, kiosk, console, ticket, tmp_path, "revoked", pki.odd("sign", "revoked"))
        assert await _there(tmp_path, 1), "only the form itself went out"
        await _signed_by_card(clerk, kiosk, console, ticket, tmp_path, "valid", card("ordinary", "sign"))


async def test_who_cannot_write_is_helped_and_the_clerk_answers_for_it(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        clerk, kiosk, _, ticket = await in_call(home)
        await filled(clerk, ticket)
        await do(clerk, ticket, type="read_back", form="shomei_togo")
        shown = await kiosk.until(
            m.FormShown, lambda one: one.sheet is not None and one.sheet.stage == "reading"
        )
        asked: dict[str, Any] = {"ticket": ticket, "form": "shomei_togo", "revision": shown.revision}
        row = next(
            i for i, one in enumerate(shown.sheet.rows if shown.sheet else ()) if one.label == "電話番号"
        )
        assert (await kiosk.ask(m.AnswerForm, **asked, answer="no", row=row)).refused is None
        _, page = await clerk.post("/api/form/page", {"ticket": ticket})
        assert [one["slot"] for one in page["header"] if one["refused"]] == ["phone"]
        await do(clerk, ticket, type="put", slot="phone", raw="0312345678", origin="said")
        await do(clerk, ticket, type="read_back", form="shomei_togo")
        page = await do(clerk, ticket, type="attested", form="shomei_togo", why="hands", note="")
        (paper,) = page["papers"]
        assert paper["by"] == "attestation"


HANAKO = FourBasicData(name="見本 花子", address=CANARY, birth_date="19440503", sex="2")


async def quotes(kiosk: Line, console: Line, generation: int, said: FourBasicData) -> None:
    """Let the kiosk's view of the call, with a card's attributes in it, reach the clerk."""
    snapshot = m.CallSnapshot(screen="call", attributes=said)
    await kiosk.say(m.RelayToStaff(generation=generation, body=snapshot))
    await console.until(m.RelayToStaff, lambda one: one.body == snapshot)


def _origins(page: Any) -> dict[str, str]:
    return {one["slot"]: one["origin"] for one in page["header"] if one["value"]}


async def test_a_form_takes_as_the_cards_word_only_what_a_card_said_in_this_call(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        clerk, kiosk, console, ticket = await in_call(home)
        view = await console.shows(m.StaffView, lambda view: view.mine is not None)
        assert view.mine is not None
        generation = view.mine.ticket.generation
        await do(clerk, ticket, type="open", form="tennyu_todoke")
        claim = {"type": "card", "data": msgspec.to_builtins(HANAKO)}
        assert (await do(clerk, ticket, 422, **claim))["error"] == "not_from_card", "nobody read a card"
        await quotes(kiosk, console, generation, HANAKO)
        assert (await do(clerk, ticket, 422, **claim))["error"] == "not_from_card", "nobody asked for one"

        about: dict[str, Any] = {"ticket": ticket, "generation": generation, "ask": "attributes"}
        assert (await console.ask(m.RequestCard, "c1", **about)).refused is None
        await quotes(kiosk, console, generation, HANAKO)
        other = {"type": "card", "data": msgspec.to_builtins(replace(HANAKO, name="見本 太郎"))}
        refused = await do(clerk, ticket, 422, **other)
        assert (refused["error"], "太郎" in refused["message"]) == ("not_from_card", False)
        page = await do(clerk, ticket, **claim)
        assert _origins(page) | {"name": "card", "birth": "card", "sex": "card"} == _origins(page)
        # Written by hand it is nobody's word but the clerk's, whatever is claimed.
        page = await do(clerk, ticket, type="put", slot="name", raw="見本 太郎", origin="card")
        assert _origins(page)["name"] == "typed"
