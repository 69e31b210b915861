"""The checklist knows how far the form of a line has come, and proposes a result only for what was signed."""

from msgspec.structs import replace

from server.core.forms.served import FAR, PROPOSES, Served, served
from server.core.forms.state import Correct, Open, ReadBack
from server.core.forms.step import begin
from tests import forms
from tests.forms import go

BOOK = forms.book()
FAMILY = forms.family(BOOK)
KOKUHO, TENNYU = "kokuho_shikaku", "tennyu_todoke"


def test_a_form_on_the_table_shows_on_its_line_and_proposes_nothing_until_it_is_signed() -> None:
    assert served(BOOK, begin(BOOK), "tennyu") == {}
    opened = go(BOOK, begin(BOOK), Open(form=KOKUHO))
    title = BOOK.forms[KOKUHO].title.plain
    assert served(BOOK, opened, "tennyu") == {"kokuho_in": Served(title=title, stage="filling")}
    assert served(BOOK, opened, "shussei") == {}
    read = go(BOOK, FAMILY, ReadBack(form=KOKUHO))
    assert served(BOOK, read, "tennyu")["kokuho_in"].stage == "reading"


def test_what_is_complete_here_is_proposed_as_done_and_what_is_handed_in_at_the_window_as_a_visit() -> None:
    state = forms.signed(BOOK, forms.signed(BOOK, FAMILY, KOKUHO), TENNYU)
    lines = served(BOOK, state, "tennyu")
    assert (lines["kokuho_in"].stage, lines["kokuho_in"].proposes) == ("signed", "done")
    assert (lines["tennyu_todoke"].stage, lines["tennyu_todoke"].proposes) == ("signed", "come_in")
    assert PROPOSES["guide"] is None
    corrected = served(BOOK, go(BOOK, state, Correct(form=KOKUHO)), "tennyu")["kokuho_in"]
    assert (corrected.stage, corrected.proposes) == ("filling", None)


def test_what_was_signed_stays_signed_when_the_city_changes_its_forms_meanwhile() -> None:
    state = forms.signed(BOOK, FAMILY, KOKUHO)
    anew = replace(begin(BOOK), filed=state.filed)
    assert served(BOOK, anew, "tennyu")["kokuho_in"].proposes == "done"


def test_of_several_forms_for_one_line_the_one_that_is_least_far_counts() -> None:
    second = replace(BOOK.forms[TENNYU], serves=("tennyu.kokuho_in",))
    book = replace(BOOK, forms={**BOOK.forms, TENNYU: second})
    one = served(book, forms.signed(book, FAMILY, KOKUHO), "tennyu")["kokuho_in"]
    assert FAR.index(one.stage) < FAR.index("signed")
    assert one.proposes is None
