"""The shipped forms, and a family of four that fills them: used by the tests of the engine, the papers and the bench."""

import math
from collections.abc import Iterable
from datetime import date

from server.core.forms.book import Book
from server.core.forms.content import Filed
from server.core.forms.signature import Attestation, Signature
from server.core.forms.state import (
    Agree,
    Attest,
    Event,
    FormState,
    Open,
    Put,
    ReadBack,
    Refused,
    Sign,
    UseAnswers,
    UseCard,
)
from server.core.forms.step import begin, step
from server.core.forms.taking import Letters, Points
from server.documents.forms import templates
from server.forms.load import SHIPPED, load
from server.procedures.load import SHIPPED as PROCEDURES
from server.procedures.load import load as load_procedures
from server.protocol.values import FourBasicData

TODAY = date(2026, 11, 24)
AT = 1795480000.0
_MAIN = frozenset(
    {*range(0x20, 0x7F), *range(0x3000, 0xA000), *range(0xF900, 0xFB00), *range(0xFF00, 0xFFF0)}
)
LETTERS = Letters(main=Points(_MAIN), any=Points(_MAIN | {ord("𠮷")}))
"""Like the fonts of the papers, without reading them."""

CARD = FourBasicData(
    name="見本　花子", address="大阪府堺市中区見本町１−２−３", birth_date="19900503", sex="2"
)
ANSWERS = UseAnswers(
    facts={"event": "tennyu", "moved_on": "2026-11-21", "join_household": "no"},
    births=("1988-01-02", "1990-05-03", "2018-04-01", "2026-02-01"),
)
TYPED = {
    "kana": "ﾐﾎﾝ ﾊﾅｺ", "address": "見本市中央三丁目４番５−６０１号", "phone": "0901234ー5678", "applicant_in": "yes",
    "head_is": "other",
    "member.1.relation": "wife", "member.1.joins_kokuho": "yes",
    "member.2.name": "見本 太郎", "member.2.kana": "みほん たろう", "member.2.sex": "male",
    "member.2.relation": "head", "member.2.joins_kokuho": "yes",
    "member.3.name": "見本　髙﨑", "member.3.kana": "ミホン タカサキ", "member.3.sex": "male",
    "member.3.relation": "child", "member.3.joins_kokuho": "yes",
    "member.4.name": "見本　𠮷乃", "member.4.kana": "ミホン　ヨシノ", "member.4.sex": "female",
    "member.4.relation": "child", "member.4.joins_kokuho": "yes",
    "cert_whose": "self", "cert.1.cert_kind": "juminhyo_all", "cert.1.cert_copies": "２",
    "cert.1.cert_options": "honseki,zokugara", "cert_purpose": "nenkin", "cert_receive": "branch",
    "job": "self",
    "bank": "見本銀行", "bank_branch": "中央支店", "account_kind": "ordinary", "account": "1234567",
}  # fmt: skip
FAMILY_FORMS = ("tennyu_todoke", "kokuho_shikaku", "jido_teate", "shomei_togo")


def book() -> Book:
    """Read the forms we ship."""
    return load(SHIPPED, load_procedures(PROCEDURES), templates())


def go(book: Book, state: FormState, *events: Event) -> FormState:
    """Let events happen, none of which may be refused."""
    for event in events:
        after = step(book, state, event, TODAY, LETTERS)
        assert not isinstance(after, Refused), after
        state = after
    return state


def refused(book: Book, state: FormState, event: Event) -> Refused:
    """Let an event be refused."""
    after = step(book, state, event, TODAY, LETTERS)
    assert isinstance(after, Refused), "it was not refused"
    return after


def put(**values: str) -> Iterable[Put]:
    """Write `member__2__name="..."` for the slot member.2.name."""
    return [Put(slot=slot.replace("__", "."), raw=raw) for slot, raw in values.items()]


def family(book: Book, forms: Iterable[str] = FAMILY_FORMS) -> FormState:
    """Fill the forms of a family of four that has moved here."""
    opened = go(book, begin(book), *(Open(form=form) for form in forms), UseCard(data=CARD), ANSWERS)
    return go(book, opened, *(Put(slot=slot, raw=raw) for slot, raw in TYPED.items()))


def name_written(height: float = 60.0) -> Signature:
    """Return wavy strokes of six characters."""
    return Signature(
        strokes=tuple(
            tuple(
                (150.0 + i * 150 + k * 2.5, 200 + height * math.sin(k / 4 + i), 900 + i * 500 + k * 12)
                for k in range(36)
            )
            for i in range(6)
        )
    )


def signed(book: Book, state: FormState, form: str) -> FormState:
    """Read back, agree and sign one form."""
    sign = Sign(form=form, signature=name_written(), at=AT + 60)
    return go(book, state, ReadBack(form=form), Agree(form=form, at=AT), sign)


def attested(book: Book, state: FormState, form: str, note: str = "") -> FormState:
    """Read back and agree one form that the resident cannot sign."""
    word = Attestation(staff="sato", staff_name="佐藤", why="hands", note=note, at=AT + 60)
    return go(book, state, ReadBack(form=form), Agree(form=form, at=AT), Attest(form=form, attestation=word))


def last(state: FormState) -> Filed:
    """Return the form filed last."""
    return state.filed[-1]
