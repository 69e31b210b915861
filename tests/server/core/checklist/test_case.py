"""One household's case: nobody's word is silently replaced, the kiosk asks little and nothing delicate, the journal learns little."""

from datetime import date

from server.core.checklist import case as c
from server.core.checklist.page import sheet_page
from server.core.checklist.receipt import DAY, receipt
from server.core.checklist.sheet import sheet
from server.core.city import Retention
from server.procedures.calendar import open_days
from server.procedures.load import SHIPPED, load
from server.protocol.values import Answer, Chosen, Dated, Origin, People, StaffId

TODAY = date(2026, 11, 24)
CITY = load(SHIPPED)
DAYS = open_days(CITY.common.closed_days, TODAY)
TENNYU = CITY.events["tennyu"]
SATO = StaffId("sato")


def said(option: str, origin: Origin = "said") -> Chosen:
    return Chosen(option=option, origin=origin)


def case(*given: tuple[str, Answer]) -> c.CaseSheet:
    made = c.CaseSheet(event="tennyu", version=CITY.version)
    for at, (fact, answer) in enumerate(given):
        made = c.give(made, fact, c.Given(answer=answer, at=float(at)))
    return made


def test_the_same_word_again_is_no_new_revision() -> None:
    once = case(("dog", said("yes")))
    assert c.give(once, "dog", c.Given(answer=said("yes"), at=9.0)) is once


def test_not_knowing_never_replaces_knowing_and_the_newest_word_counts() -> None:
    made = case(("dog", said("yes", "touched")), ("dog", said("unknown")))
    assert c.known(made)["dog"] == said("yes", "touched")
    assert c.known(c.give(made, "dog", c.Given(answer=said("no"), at=3.0)))["dog"] == said("no")


def test_words_that_differ_stay_visible_until_a_clerk_has_decided() -> None:
    made = case(("dog", said("yes", "phone")), ("dog", said("no", "touched")))
    assert [(one.fact, one.settled) for one in c.differences(made)] == [("dog", False)]
    decided = c.give(made, "dog", c.Given(answer=said("no"), at=5.0, by=SATO))
    assert [one.settled for one in c.differences(decided)] == [True]


def test_a_number_of_people_and_as_many_birth_dates_do_not_differ() -> None:
    four = People(births=(None,) * 2, origin="touched")
    dates = People(births=(date(1990, 1, 1), date(2018, 5, 5)), origin="said")
    assert c.differences(case(("persons", four), ("persons", dates))) == ()


def test_the_kiosk_asks_at_most_eight_and_nothing_that_is_sensitive_or_others_answered() -> None:
    asked = c.for_kiosk(TENNYU, case(("from_abroad", said("no", "phone"))), TODAY)
    ids = [question.id for question in asked]
    assert len(ids) == c.AT_THE_KIOSK
    assert not {"seiho", "ninshin", "single_parent", "tennyu_filed_on", "from_abroad"} & set(ids)
    own = c.for_kiosk(TENNYU, case(("moved_on", Dated(day=TODAY, origin="touched"))), TODAY)
    assert own[0].answer is not None


def test_an_event_to_be_spoken_of_only_in_the_call_is_not_asked_about_at_the_kiosk() -> None:
    made = c.CaseSheet(event="rikon", version=CITY.version)
    assert c.for_kiosk(CITY.events["rikon"], made, TODAY) == ()


def test_a_counter_that_only_an_unnameable_line_leads_to_is_not_told_to_the_journal() -> None:
    judged = sheet(CITY, TENNYU, {"seiho": said("yes")}, TODAY, DAYS)
    stops = c.relay(CITY, TENNYU, judged)
    assert "fukushi" in {stop.counter for stop in stops}
    assert "fukushi" not in c.tellable(stops, judged)


def test_a_record_of_a_telephone_call_lies_under_what_was_said_since() -> None:
    here = case(("dog", said("no", "touched")))
    told = c.give(case(), "dog", c.Given(answer=said("yes", "phone"), at=-5.0))
    adopted = c.adopt(here, told)
    assert [word.answer.origin for word in adopted.given["dog"]] == ["phone", "touched"]
    assert c.adopt(adopted, told) is adopted


def test_the_page_shows_every_word_and_prints_no_answer_in_its_repr() -> None:
    page = sheet_page(
        CITY, TENNYU, case(("dog", said("yes", "touched"))), c.CaseRecord(), TODAY, DAYS, current=CITY.version
    )
    (row,) = [row for row in page.rows if row.id == "dog"]
    assert [word.said for word in row.words] == ["はい"]
    assert "はい" not in repr(page)
    assert not page.outdated


def test_the_receipt_names_only_what_there_is_and_until_when() -> None:
    kept = receipt(
        case(("dog", said("yes"))),
        c.CaseRecord(),
        papers=2,
        waiting=1,
        card_read=False,
        retention=Retention(sheet_days=1, record_days=30, waiting_days=7),
        paper_seconds=3600.0,
        now=0.0,
    ).kept
    assert [(one.what, one.count, one.until) for one in kept] == [
        ("answers", 1, DAY),
        ("papers", 2, 3600.0),
        ("waiting", 1, 7 * DAY),
    ]


def test_the_receipt_says_what_the_back_office_has_only_where_there_is_one() -> None:
    def handed(exports: bool) -> int:
        return receipt(
            None,
            c.CaseRecord(),
            papers=0,
            card_read=False,
            retention=Retention(),
            paper_seconds=0.0,
            now=0.0,
            forms=2,
            exports=exports,
        ).handed

    assert (handed(True), handed(False)) == (2, 0)
