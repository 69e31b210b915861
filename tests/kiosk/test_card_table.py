"""Every invented card with everything a clerk can ask of it: what both people see, as a table of the handbook.

The resident agrees, types the right secret and takes the safe way out; the clerk sends the right 照合番号B; the server's
own judge looks at every certificate and signature. To accept a change: `python -m tests.kiosk.test_card_table`.
"""

import asyncio
import hashlib
import re
from base64 import b64encode
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import msgspec
import pytest
from cryptography import x509

from hardware.card.simulated import SimulatedCardReader
from hardware.card.virtual import load, personas, pki
from kiosk import cards
from kiosk.flow import effects as do
from kiosk.flow import events as ev
from kiosk.flow.step import step
from kiosk.flow.view import display_for, snapshot_for
from server.identity import verify
from server.protocol import screen as s
from server.protocol.messages import FacePhoto, OrderSettled, PresentCertificate, PresentSignature
from server.protocol.values import CardAsk, DocumentDigest, IdentityOutcome, Personal
from tests.kiosk.flow.examples import NOW, card_order, in_call, ticket, view

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "deploy" / "handbook" / "card-table.md"
ASKS: dict[CardAsk, str] = {
    "attributes": "氏名・住所を読む（暗証番号）",
    "attributes_by_number": "氏名・住所を読む（照合番号B）",
    "photo": "顔写真を見る（照合番号B）",
    "identity": "本人確認（電子証明書）",
    "signature": "電子署名（署名用パスワード）",
}
MESSAGE = b"what the card is asked to sign"
DOCUMENT = DocumentDigest(sha256=hashlib.sha256(MESSAGE).digest(), sha384=hashlib.sha384(MESSAGE).digest())


class Visit:
    """One conversation in which one card is asked for one thing, from the first question to the end of the order."""

    def __init__(self, persona: str, ask: CardAsk, secret: str | None = None) -> None:
        self.card = load(persona)
        pins = self.card.persona.pins
        right = {"attributes": pins.text, "identity": pins.auth, "signature": pins.sign} if pins else {}
        self.typed = secret if secret is not None else right.get(ask, "")
        self.number = pins.verification_b if pins else "0" * 14
        self.ask: CardAsk = ask
        self.kiosk = in_call(voice="connected", voice_attempt=1, told_up=True)
        self.now = NOW
        self.reader = SimulatedCardReader()
        self._pin, self._number = cards.Secret(), cards.Secret()
        self._waiting: list[ev.Event] = []
        self.screens: list[s.Screen] = []
        self.outcome: str | None = None
        self.identity: IdentityOutcome | None = None
        self.certificate = b""
        self.photo: FacePhoto | None = None
        self.told: list[Personal] = []

    async def goes(self) -> "Visit":
        """Let everybody do their part until the talk goes on."""
        await self.on(ev.Viewed(view(ticket("serving", 1), card_order(self.ask, DOCUMENT))))
        for _ in range(24):
            if self.outcome is not None or self.identity is not None:
                break
            await self._somebody_acts(self.screens[-1])
        assert isinstance(self.screens[-1], s.Call), "whatever the card, the talk goes on"
        await self.reader.close()
        return self

    async def _somebody_acts(self, screen: s.Screen) -> None:
        match screen:
            case s.CardAsk():
                await self.on(ev.Touch("card_yes"))
            case s.CardPlace():
                self.reader.insert(self.card)
                await self.on(ev.CardSituation(True))
            case s.CardReading(until="clerk"):
                for digit in self.number:
                    self._number.keep(digit)
                await self.on(ev.NumberCame(1, "c1"))
            case s.CardPin() | s.CardPassword() if screen.problem is None:
                for key in self.typed:
                    await self.on(ev.PinKey("digit" if key.isdigit() else "letter"), key=key)
                await self.on(ev.PinKey("enter"))
            case s.CardConfirm():
                await self.on(ev.Touch("confirm_yes"))
            case s.CardPin() | s.CardPassword() | s.CardLastTry() | s.CardFailed():
                await self.on(ev.Touch("card_skip"))
            case _:
                raise AssertionError(f"nobody can act on {type(screen).__name__}")

    async def on(self, event: ev.Event, key: str = "") -> None:
        """Let an event happen and do whatever it asks for, as the runner, the clerk and the server do."""
        self._waiting.append(event)
        while self._waiting:
            self.kiosk, effects = step(self.kiosk, self._waiting.pop(0), self.now)
            screen = display_for(self.kiosk, self.now).screen
            if not self.screens or type(screen) is not type(self.screens[-1]) or screen != self.screens[-1]:
                self.screens.append(screen)
            for effect in effects:
                await self._perform(effect, key)

    async def _perform(self, effect: do.Effect, key: str) -> None:
        match effect:
            case do.KeepDigit():
                self._pin.keep(key)
            case do.ForgetPin():
                self._pin.forget()
            case do.ForgetNumber():
                self._number.forget()
            case do.LookAtCard() | do.ReadCard() | do.ReadByNumber() | do.Prove() | do.SignDocument():
                secret = cards.secret_for(effect, self._pin, self._number)
                await cards.speak(self.reader, effect, secret, self._waiting.append)
                assert not any(secret)
            case do.Tell(PresentCertificate() as presented):
                self._server_asks(presented)
            case do.Tell(PresentSignature() as presented):
                self._server_judges(presented)
            case do.Tell(OrderSettled(outcome=outcome)):
                self.outcome = outcome
            case do.Relay(_, FacePhoto() as photo):
                self.photo = photo
            case _:
                pass  # nothing else of the kiosk concerns a card

    def _server_asks(self, presented: PresentCertificate) -> None:
        self.certificate = presented.certificate
        examined = verify.examine(presented.certificate, self._trust, _wall())
        if isinstance(examined, verify.Examined):
            data = verify.to_sign(examined.certificate, MESSAGE)
            self._waiting.append(ev.Challenged("c1", data, 60.0))
        else:
            self._server_ends(examined)

    def _server_judges(self, presented: PresentSignature) -> None:
        self.certificate = presented.certificate or self.certificate
        certificate = x509.load_der_x509_certificate(self.certificate)
        judged = verify.document_signed(self.certificate, DOCUMENT, presented.signature, self._trust, _wall())
        revoked = any(
            pki.crl(self._use, generation, datetime.now(UTC)).get_revoked_certificate_by_serial_number(
                certificate.serial_number
            )
            for generation in pki.TRUSTED
        )
        self._server_ends(
            "revoked" if revoked else "valid" if isinstance(judged, verify.Examined) else judged
        )

    def _server_ends(self, outcome: IdentityOutcome) -> None:
        self.identity = outcome
        self._waiting.append(ev.Viewed(view(ticket("serving", 1))))

    @property
    def _use(self) -> pki.Use:
        return "sign" if self.ask == "signature" else "auth"

    @property
    def _trust(self) -> verify.Trust:
        return verify.Trust(
            purpose=self._use, anchors=pki.anchors(self._use), policies=(pki.POLICY[self._use],)
        )

    def nothing_is_left(self) -> bool:
        """Tell whether the state after the farewell, and both buffers, hold nothing of the card."""
        kiosk, _ = step(self.kiosk, ev.Viewed(view()), self.now)
        left = repr([msgspec.to_builtins(getattr(kiosk, name)) for name in kiosk.__dataclass_fields__])
        secrets = [self.certificate, self.photo.jpeg if self.photo else b""]
        return (
            not any(cards_left(self._pin)) and not any(cards_left(self._number))
            and kiosk.number_for is None
            and not any(b64encode(one).decode() in left for one in secrets if one)  # as `to_builtins` writes bytes
            and self.number not in left
        )  # fmt: skip


def cards_left(secret: cards.Secret) -> bytes:
    return bytes(secret._digits)  # pyright: ignore[reportPrivateUsage]


def _wall() -> float:
    return datetime.now(UTC).timestamp()


Visits = dict[tuple[CardAsk, str], Visit]

# ---------------------------------------------------------------- in words


def _words(file: Path, start: str = "") -> dict[str, str]:
    """Read `key: "text"` lines of a string table, from `start` to the end of its block."""
    text = file.read_text("utf-8")
    if start:
        text = text[text.index(start) :]
        text = text[: text.index("}")]
    found = re.findall(r'^\s*"?([a-z0-9_.]+)"?: "(.*)",', text, re.MULTILINE)
    return {key: words.replace("\\u200b", "").replace(" ", "") for key, words in found}


RESIDENT = _words(ROOT / "kiosk" / "screen" / "strings.ja.js")
CLERK = _words(ROOT / "server" / "web" / "shared" / "names.ja.js", '"card.outcome": {')
SIGNED = _words(ROOT / "server" / "web" / "shared" / "names.ja.js", "form_card: {")
STOPPED = _words(ROOT / "server" / "web" / "shared" / "names.ja.js", "form_card_stop: {")
SURE = _words(ROOT / "server" / "web" / "shared" / "strings.ja.js")


def resident_sees(visit: Visit) -> str:
    """Return the sentence on which it turned for the resident, and how the talk goes on."""
    sentences: list[str] = []
    for screen in visit.screens:
        match screen:
            case s.CardFailed(problem=problem):
                sentences.append(RESIDENT[f"problem.{problem}"])
                lead = "failed.lead" if screen.wish.startswith("attributes") else "failed.other_way"
                sentences.append(f"{RESIDENT['failed.title']}。{RESIDENT[lead]}")
            case s.CardLastTry():
                sentences.append(
                    f"{RESIDENT['last.title']}。{RESIDENT['last.lead']}{RESIDENT['last.advice']}"
                )
            case s.CardConfirm(data=data):
                sentences.append(f"{RESIDENT['check.title']}（{data.name}・{data.address}）")
            case s.Call(notice=str() as notice):
                sentences.append(RESIDENT[f"notice.{notice}"])
            case _:
                pass
    return "→".join(dict.fromkeys(sentences))


def clerk_sees(visit: Visit) -> str:
    """Return what the console says of the order's end; of a signature it is told beside the form."""
    if visit.ask == "signature":
        if visit.identity is not None:
            return SIGNED[visit.identity]
        assert visit.outcome is not None
        return SURE["form.card_stopped"].replace("{why}", STOPPED[visit.outcome])
    if visit.identity is not None:
        proved = f"{SURE['sure.proved']}（{SURE['sure.valid'].replace('{at}', '○時○分')}）"
        return proved if visit.identity == "valid" else CLERK[visit.identity]
    assert visit.outcome is not None
    if visit.outcome == "shared":
        return "顔写真" if visit.photo is not None else "氏名・住所・生年月日・性別"
    return CLERK[visit.outcome]


async def every_visit() -> Visits:
    return {(ask, name): await Visit(name, ask).goes() for ask in ASKS for name, _ in personas()}


def table(visits: Visits) -> str:
    rows = [
        "# カードごとに、両方の画面に出るもの",
        "",
        "仮想カードの全種類に、職員ができるお願いを全部してみた結果です。住民は同意し、正しい暗証番号を入れ、"
        "危ない選択はしません。どの場合も、話は続けられます。",
        "この表は `python -m tests.kiosk.test_card_table` が作ります。手で直さないでください。",
        "",
        "「電子署名」は、「申請書」の「できた 書類」からお願いします。結果もそこに出ます。",
        "",
    ]
    for ask, title in ASKS.items():
        rows += [f"## {title}", "", "| カード | 住民の画面 | 職員の画面 | 結果 |", "|---|---|---|---|"]
        for name, label in personas():
            visit = visits[ask, name]
            rows.append(
                f"| {label} | {resident_sees(visit)} | {clerk_sees(visit)} | {visit.identity or visit.outcome} |"
            )
        rows.append("")
    return "\n".join(rows)


# ---------------------------------------------------------------- promises


@pytest.fixture(scope="module")
def visits() -> Visits:
    return asyncio.run(every_visit())


def test_every_card_with_every_wish_comes_to_the_documented_end(visits: Visits):
    assert set(ASKS) == set(get_args(CardAsk))
    assert table(visits) == TABLE.read_text("utf-8")


def test_nothing_of_any_card_is_left_and_no_try_is_spent_by_the_right_secret(visits: Visits):
    for (ask, name), visit in visits.items():
        assert visit.nothing_is_left(), (name, ask)
        snapshot = snapshot_for(visit.kiosk)
        assert snapshot is not None
        assert (snapshot.attributes is not None) == (visit.outcome == "shared" and visit.photo is None), (
            name,
            ask,
        )
        assert tries(visit) == tries_of_fresh(name), (name, ask)


async def test_a_wrong_secret_spends_one_try_and_never_the_last():
    wrong: dict[CardAsk, str] = {"attributes": "0000", "identity": "0000", "signature": "ZZZZZZZZ"}
    for ask, secret in wrong.items():
        visit = await Visit("ordinary", ask, secret).goes()
        assert visit.outcome == "declined"
        assert sum(tries_of_fresh("ordinary")) - sum(tries(visit)) == 1
        assert visit.nothing_is_left()


async def test_a_number_of_another_card_is_refused_and_the_clerk_learns_it():
    visit = Visit("ordinary", "photo")
    visit.number = "1" * 14
    await visit.goes()
    assert visit.outcome == "number_wrong"
    assert visit.photo is None


def tries(visit: Visit) -> Sequence[int]:
    return tuple(visit.card._tries.values())  # pyright: ignore[reportPrivateUsage]


def tries_of_fresh(name: str) -> Sequence[int]:
    return tuple(load(name)._tries.values())  # pyright: ignore[reportPrivateUsage]


if __name__ == "__main__":
    TABLE.write_text(table(asyncio.run(every_visit())), "utf-8")
