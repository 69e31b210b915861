"""The procedures of 見本市: the tables a reviewer reads, and what holds for every household."""

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.core.checklist.answers import Answer
from server.core.checklist.catalogue import Catalogue, LifeEvent
from server.core.checklist.sheet import Line, Sheet, changes, sheet
from server.procedures.calendar import open_days
from server.procedures.check import check
from server.procedures.load import SHIPPED, load
from tests.server.procedures.households import HOUSEHOLDS, TABLES, TODAY, answers, tables

CATALOGUE = load(SHIPPED)
CALENDAR = open_days(CATALOGUE.common.closed_days, TODAY)
EVENTS = sorted(CATALOGUE.events)
quick = settings(
    max_examples=15, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)


@st.composite
def answered(draw: st.DrawFn, event: LifeEvent) -> dict[str, Answer]:
    """Answer any of the questions of an event in any way they allow, 「わからない」 among them."""
    found: dict[str, Answer] = {}
    dates = st.dates(TODAY.replace(year=2024), TODAY)
    for question in event.questions:
        if not draw(st.booleans()):
            continue
        match question.type:
            case "yn":
                found |= answers(**{question.id: draw(st.sampled_from(["yes", "no", "unknown"]))})
            case "choice":
                found |= answers(**{question.id: draw(st.sampled_from([*question.options, "unknown"]))})
            case "date":
                found |= answers(**{question.id: draw(dates)})
            case "persons":
                births = draw(st.lists(st.none() | st.dates(TODAY.replace(year=1920), TODAY), max_size=4))
                found |= answers(**{question.id: tuple(births)})
    return found


def judged(event: LifeEvent, given: dict[str, Answer]) -> Sheet:
    return sheet(CATALOGUE, event, given, TODAY, CALENDAR)


def by_id(found: Sheet) -> dict[str, Line]:
    return {line.id: line for line in found.lines}


@pytest.mark.parametrize("event", sorted(HOUSEHOLDS))
def test_every_household_gets_the_sheet_that_was_reviewed(event: str):
    assert tables(event) == (TABLES / f"{event}.md").read_text(encoding="utf-8")


def test_all_seven_events_and_the_certificates_are_there_and_reviewed():
    assert (
        EVENTS
        == ["konin", "rikon", "shibo", "shussei", "tenkyo", "tennyu", "tenshutsu"]
        == sorted(HOUSEHOLDS)
    )
    assert CATALOGUE.certificates is not None
    assert len(CATALOGUE.certificates.certs) == 14


def test_the_linter_has_nothing_to_say_about_them():
    assert check(SHIPPED) == []


@pytest.mark.parametrize("name", EVENTS)
def test_nothing_is_ruled_out_while_nothing_is_known(name: str):
    assert {line.state for line in judged(CATALOGUE.events[name], {}).lines} <= {"needed", "check"}


@pytest.mark.parametrize("name", EVENTS)
@quick
@given(data=st.data())
def test_every_procedure_is_on_every_sheet_with_a_reason_and_a_source(name: str, data: st.DataObject):
    event = CATALOGUE.events[name]
    lines = judged(event, data.draw(answered(event))).lines
    assert sorted(line.id for line in lines) == sorted(p.id for p in event.procedures)
    for line in lines:
        assert line.why or line.because
        assert line.law or line.source or line.conf == "U"


@pytest.mark.parametrize("name", EVENTS)
@quick
@given(data=st.data())
def test_not_knowing_never_rules_a_line_out(name: str, data: st.DataObject):
    event = CATALOGUE.events[name]
    full = data.draw(answered(event))
    forgotten = data.draw(st.sets(st.sampled_from(sorted(full)))) if full else set[str]()
    less, more = (
        judged(event, {k: v for k, v in full.items() if k not in forgotten}),
        by_id(judged(event, full)),
    )
    for line in less.lines:
        if line.state == "not_needed" and more[line.id].state != "not_needed":
            # Only an answer given in spite of its closed gate brings a line back.
            assert {cite.fact for cite in more[line.id].because} & forgotten


@pytest.mark.parametrize("name", EVENTS)
@quick
@given(data=st.data())
def test_a_certain_line_goes_only_for_a_new_answer_that_is_named(name: str, data: st.DataObject):
    event = CATALOGUE.events[name]
    before = data.draw(answered(event))
    after = {**before, **data.draw(answered(event))}
    new = {fact for fact in after if after[fact] != before.get(fact)}
    new |= {d for q in event.questions if q.id in new for d in q.derives}
    for change in changes(judged(event, before), judged(event, after)):
        if change.before == "needed":
            # An answer that was taken back is named as well: it is then what is missing.
            assert {cite.fact for cite in change.because} & new or change.after == "check"
        if change.before == "needed" and change.after == "not_needed":
            assert {cite.fact for cite in change.because} & new


@pytest.mark.parametrize("name", EVENTS)
@quick
@given(data=st.data())
def test_a_severe_deadline_is_never_later_than_its_last_day(name: str, data: st.DataObject):
    event = CATALOGUE.events[name]
    for line in judged(event, data.draw(answered(event))).lines:
        if line.due and line.due.severe and line.due.day:
            assert "お休み" not in line.due.how


def test_a_catalogue_survives_being_kept_with_a_case():
    kept = msgspec.json.encode(CATALOGUE)
    assert msgspec.json.decode(kept, type=Catalogue) == CATALOGUE
