"""The form on the resident's screen: it follows what the clerk writes, is read back, is called wrong, and is signed.

Rule 1: the server's `FormShown` leads; what the resident says is a command, and the next `FormShown` is its effect.
Rule 2: nothing of a form is kept outside `InCall.form`, so it goes with the conversation.
"""

from dataclasses import replace
from typing import Literal

from kiosk.flow import effects as do
from kiosk.flow.events import FormCame, FormWord, NameGiven, OnForm, PicturesCame, Replied
from kiosk.flow.moves import Next, become, numbered, stay
from kiosk.flow.states import FormOnDesk, FormStep, InCall, Kiosk
from server.protocol.messages import AnswerForm, FormShown, SignForm

Answered = Literal["yes", "no", "cannot"]
ROWS, ROWS_TALL, ROWS_LARGE = 4, 6, 2
"""Lines on one page: each must be a target for a finger on the smallest screen, and large letters need their room."""


def form_came(kiosk: Kiosk, event: FormCame) -> Next:
    """Take over the form as it is now."""
    call = kiosk.state
    shown = event.shown
    if not isinstance(call, InCall) or (shown.ticket, shown.generation) != (
        call.ticket.id,
        call.ticket.generation,
    ):
        return stay(kiosk)
    if shown.sheet is None:
        return become(kiosk, replace(call, form=None))
    before = call.form if call.form is not None and _form(call.form) == shown.sheet.form else None
    step = _step(before, shown)
    again = before is not None and before.step == step
    page = before.page if before is not None and again else 0
    if step in ("follow", "told") and shown.sheet.changed is not None:
        page = shown.sheet.changed // rows_of(kiosk)
    kept = before is not None and shown.sheet.stage == "agreed"
    form = FormOnDesk(
        shown=shown,
        step=step,
        page=min(page, pages_of(kiosk, shown) - 1),
        back=before.back if before is not None and again else "read",
        pictures=before.pictures if before is not None and kept else 0,
        sending=None if before is None else before.sending,
    )
    return become(kiosk, replace(call, form=form))


def _step(before: FormOnDesk | None, shown: FormShown) -> FormStep:
    """Say what the resident is asked for, by how far the form has come."""
    assert shown.sheet is not None
    was = None if before is None else before.step
    match shown.sheet.stage:
        case "filling":
            return "told" if was in ("which", "told") else "follow"
        case "reading":
            same = before is not None and before.shown.revision == shown.revision
            return before.step if before is not None and same else "read"
        case "agreed":
            if not shown.sheet.signature:
                return "helped"
            return was if was in ("look", "helped", "sign") else "sign"
        case "signed":
            return "signed"


def pictures_came(kiosk: Kiosk, event: PicturesCame) -> Next:
    """The whole form can be looked at."""
    call = kiosk.state
    if not isinstance(call, InCall) or call.form is None or call.form.shown.revision != event.revision:
        return stay(kiosk)
    return become(kiosk, replace(call, form=replace(call.form, pictures=event.pages)))


def form_touched(kiosk: Kiosk, event: OnForm | NameGiven) -> Next:
    """Answer a touch on the form."""
    call = kiosk.state
    if not isinstance(call, InCall) or call.form is None or kiosk.quitting or call.ticket.state == "held":
        return stay(kiosk)
    form = call.form
    if form.sending is not None:
        return stay(kiosk)
    if isinstance(event, NameGiven):
        return _sign(kiosk, call, form, event) if form.step == "sign" else stay(kiosk)
    if event.word in ("next", "previous"):
        return _leaf(kiosk, call, form, 1 if event.word == "next" else -1)
    match form.step:
        case "read":
            return _while_reading(kiosk, call, form, event.word)
        case "which":
            return _while_pointing(kiosk, call, form, event)
        case "look":
            return _at(kiosk, call, replace(form, step=form.back)) if event.word == "back" else stay(kiosk)
        case "sign":
            return _while_signing(kiosk, call, form, event.word)
        case "helped":
            signs = event.word == "back" and form.shown.sheet is not None and form.shown.sheet.signature
            return _at(kiosk, call, replace(form, step="sign")) if signs else stay(kiosk)
        case "signed":
            return become(kiosk, replace(call, form=None)) if event.word == "close" else stay(kiosk)
        case "follow" | "told":
            return stay(kiosk)  # the clerk writes; there is nothing to press but the pages


def _leaf(kiosk: Kiosk, call: InCall, form: FormOnDesk, by: int) -> Next:
    if form.step == "look":
        return _at(kiosk, call, replace(form, picture=min(max(form.picture + by, 0), form.pictures - 1)))
    return _at(kiosk, call, replace(form, page=min(max(form.page + by, 0), pages_of(kiosk, form.shown) - 1)))


def _while_reading(kiosk: Kiosk, call: InCall, form: FormOnDesk, word: FormWord) -> Next:
    if (
        word == "yes" and form.page == pages_of(kiosk, form.shown) - 1
    ):  # nobody agrees to what they have not seen
        return _answer(kiosk, call, form, "yes")
    if word == "no":
        return _at(kiosk, call, replace(form, step="which"))
    return _look(kiosk, call, form) if word == "look" else stay(kiosk)


def _while_pointing(kiosk: Kiosk, call: InCall, form: FormOnDesk, event: OnForm) -> Next:
    if event.word in ("row", "unsure"):
        return _answer(kiosk, call, form, "no", event.row)
    return _at(kiosk, call, replace(form, step="read")) if event.word == "back" else stay(kiosk)


def _while_signing(kiosk: Kiosk, call: InCall, form: FormOnDesk, word: FormWord) -> Next:
    if word == "cannot":
        return _answer(kiosk, call, replace(form, step="helped"), "cannot")
    return _look(kiosk, call, form) if word == "look" else stay(kiosk)


def _look(kiosk: Kiosk, call: InCall, form: FormOnDesk) -> Next:
    if form.pictures == 0:
        return stay(kiosk)
    return _at(kiosk, call, replace(form, step="look", back=form.step, picture=0))


def form_replied(kiosk: Kiosk, event: Replied) -> Next:
    """Note that the server has the answer, or why not."""
    call = kiosk.state
    if not isinstance(call, InCall) or call.form is None or call.form.sending != event.id:
        return stay(kiosk)
    problem = None
    if event.refused == "invalid" and call.form.step == "sign":
        problem = "one_dot"
    elif event.refused in ("store", "too_many"):
        problem = "again"
    return become(kiosk, replace(call, form=replace(call.form, sending=None, problem=problem)))


TALL = 1000
"""Pixels from which a page has room for `ROWS_TALL` lines, each still a target for a finger."""


def rows_of(kiosk: Kiosk) -> int:
    """Return how many lines stand on a page."""
    if kiosk.settings.large:
        return ROWS_LARGE
    return ROWS_TALL if kiosk.tall else ROWS


def pages_of(kiosk: Kiosk, shown: FormShown) -> int:
    """Count the pages."""
    return 1 if shown.sheet is None else max(1, -(-len(shown.sheet.rows) // rows_of(kiosk)))


def _form(form: FormOnDesk) -> str:
    return "" if form.shown.sheet is None else form.shown.sheet.form


def _at(kiosk: Kiosk, call: InCall, form: FormOnDesk) -> Next:
    return become(kiosk, replace(call, form=replace(form, problem=None)))


def _answer(kiosk: Kiosk, call: InCall, form: FormOnDesk, answer: Answered, row: int | None = None) -> Next:
    kiosk, command = numbered(kiosk)
    told = AnswerForm(
        id=command,
        ticket=call.ticket.id,
        form=_form(form),
        revision=form.shown.revision,
        answer=answer,
        row=row,
    )
    return become(kiosk, replace(call, form=replace(form, sending=command, problem=None)), do.Tell(told))


def _sign(kiosk: Kiosk, call: InCall, form: FormOnDesk, event: NameGiven) -> Next:
    kiosk, command = numbered(kiosk)
    told = SignForm(
        id=command,
        ticket=call.ticket.id,
        form=_form(form),
        revision=form.shown.revision,
        strokes=event.strokes,
    )
    return become(kiosk, replace(call, form=replace(form, sending=command, problem=None)), do.Tell(told))
