"""What leaves for the back office is exact, computes nothing in a spreadsheet, and arrives whole or not at all."""

import csv
import hashlib
import io
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import msgspec
import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from server.core.forms.content import Filed, genuine
from server.forms.drop import FileDrop
from server.forms.export import DeliveryFailed, Package, harmless, pack
from server.forms.webhook import TRIES, Webhook
from tests import forms
from tests.forms import go, put

pytestmark = pytest.mark.slow  # files and sockets

BOOK = forms.book()
PDF = b"%PDF-1.7 of this form"


@pytest.fixture(scope="module")
def filed() -> Filed:
    state = go(BOOK, forms.family(BOOK), *put(cert_to='=HYPERLINK("http://x";"y"),"\n2'))
    return forms.last(forms.signed(BOOK, state, "shomei_togo"))


@pytest.fixture
def package(filed: Filed) -> Package:
    return pack(filed, PDF)


def test_the_json_is_the_form_itself_and_its_hash_can_be_computed_again(filed: Filed, package: Package):
    again = msgspec.json.decode(package.files["form.json"], type=Filed)
    assert again == filed
    assert genuine(again)


def test_the_manifest_names_every_file_with_its_hash_and_no_person(package: Package):
    for part in package.manifest.parts:
        assert hashlib.sha256(package.files[part.name]).hexdigest() == part.sha256
        assert len(package.files[part.name]) == part.bytes
    assert "見本" not in package.files["manifest.json"].decode()
    assert "見本" not in repr(package)


def test_the_csv_has_a_row_for_each_field_and_no_formula(package: Package):
    rows = list(csv.reader(io.StringIO(package.files["form.csv"].decode("utf-8-sig"))))
    byslot = {row[0]: row for row in rows}
    assert byslot["name"][3] == "見本　花子"
    assert byslot["cert.1.cert_copies"][1:4] == ["どれを なん通 1行目の 通数", "2", "2"]
    assert byslot["cert_to"][2] == '\'=HYPERLINK("http://x";"y"),"2'.replace('"2', '" 2')
    assert {len(row) for row in rows} == {6}


@given(st.text())
def test_no_text_whatever_begins_a_formula(text: str):
    assert harmless(text)[:1] not in tuple("=+-@\t\r＝＋－＠")
    assert harmless(text).removeprefix("'") in (text, text.removeprefix("'"))


def test_a_form_that_was_changed_after_it_was_filed_is_not_packed(filed: Filed):
    with pytest.raises(ValueError, match="hash"):
        pack(replace(filed, at=filed.at + 1), PDF)


# ---------------------------------------------------------------- file drop


def lying(folder: Path) -> dict[str, bytes]:
    """Return every file in a folder, also hidden ones, and its bytes."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


async def test_a_package_lies_there_whole_and_once(tmp_path: Path, package: Package):
    drop = FileDrop(tmp_path)
    await drop.deliver(package)
    await drop.deliver(package)
    assert lying(tmp_path) == {f"{package.manifest.key}/{name}": data for name, data in package.files.items()}


async def test_another_package_of_the_same_name_replaces_nothing(
    tmp_path: Path, filed: Filed, package: Package
):
    drop = FileDrop(tmp_path)
    await drop.deliver(package)
    with pytest.raises(DeliveryFailed) as caught:
        await drop.deliver(pack(filed, b"%PDF-1.7 another"))
    assert not caught.value.again
    assert (tmp_path / package.manifest.key / "form.pdf").read_bytes() == PDF


async def test_what_cannot_be_written_leaves_nothing_behind_and_may_be_tried_again(
    tmp_path: Path, package: Package
):
    with pytest.raises(DeliveryFailed) as caught:
        await FileDrop(tmp_path / "unplugged").deliver(package)
    assert caught.value.again
    broken = replace(package, files={**package.files, "no/such/folder": b""})
    with pytest.raises(DeliveryFailed):
        await FileDrop(tmp_path).deliver(broken)
    assert lying(tmp_path) == {}


async def test_what_a_server_that_lost_its_power_left_half_written_is_taken_away(
    tmp_path: Path, package: Package
):
    left = Path(tempfile.mkdtemp(prefix=".komado-", dir=tmp_path))
    (left / "form.pdf").write_bytes(PDF)
    await FileDrop(tmp_path).deliver(package)
    assert lying(tmp_path) == {f"{package.manifest.key}/{name}": data for name, data in package.files.items()}


# ---------------------------------------------------------------- webhook


class Receiver:
    """A system of the city that answers as it is told, in order, and then 200."""

    def __init__(self) -> None:
        self.answers: list[int] = []
        self.taken: list[tuple[str, bytes]] = []
        self.url = ""

    async def handle(self, request: web.Request) -> web.Response:
        assert request.headers["Authorization"] == "Bearer token"
        self.taken.append((request.headers["Idempotency-Key"], await request.read()))
        status = self.answers.pop(0) if self.answers else 200
        headers = {"Location": self.url} if status == 302 else {}
        return web.Response(status=status, headers=headers)


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    there = Receiver()
    app = web.Application(client_max_size=4_000_000)
    app.router.add_post("/", there.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    there.url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
    yield there
    await runner.cleanup()


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as open_session:
        yield open_session


class Pauses:
    """Counts pauses instead of waiting."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


async def test_a_busy_receiver_gets_the_same_package_under_the_same_key_until_it_takes_it(
    receiver: Receiver, session: aiohttp.ClientSession, package: Package
):
    receiver.answers = [503, 429]
    pauses = Pauses()
    await Webhook(session, receiver.url, "token", pauses).deliver(package)
    assert len(receiver.taken) == 3
    assert len(set(receiver.taken)) == 1
    assert receiver.taken[0][0] == package.manifest.key
    assert pauses.seconds == [1.0, 2.0]


@pytest.mark.parametrize("status", [400, 401, 302, 422])
async def test_a_refusal_is_final_and_nothing_follows_a_redirect(
    receiver: Receiver, session: aiohttp.ClientSession, package: Package, status: int
):
    receiver.answers = [status]
    with pytest.raises(DeliveryFailed) as caught:
        await Webhook(session, receiver.url, "token", Pauses()).deliver(package)
    assert not caught.value.again
    assert len(receiver.taken) == 1


async def test_tries_are_bounded_and_the_failure_names_no_address(
    receiver: Receiver, session: aiohttp.ClientSession, package: Package
):
    receiver.answers = [500] * 20
    with pytest.raises(DeliveryFailed) as caught:
        await Webhook(session, receiver.url, "token", Pauses()).deliver(package)
    assert caught.value.again
    assert len(receiver.taken) == TRIES
    assert "127.0.0.1" not in str(caught.value)


async def test_nobody_there_is_a_failure_that_may_pass(session: aiohttp.ClientSession, package: Package):
    with pytest.raises(DeliveryFailed) as caught:
        await Webhook(session, "http://127.0.0.1:9/", "token", Pauses()).deliver(package)
    assert caught.value.again
