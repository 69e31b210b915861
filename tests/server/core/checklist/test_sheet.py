"""The sheet: nothing leaves it silently, and paper tells no secrets."""

from datetime import date

from server.core.checklist.catalogue import Always, BaseDate, Belonging, Maybe, Not, Privacy, Span
from server.core.checklist.sheet import Sheet, applicable_questions, changes, printable, sheet
from tests.server.core.checklist.city import CALENDAR, TODAY, city, event, is_, procedure, said, yn

DEBT = procedure(
    "hoki", is_("debt"), counter="kasai", print="hide_name", note="借金", bring=(Belonging(name="戸籍"),),
    deadline=Span(n=3, unit="month", start="died_on", severe="やめられない"),
)  # fmt: skip
FEAR = procedure("shien", is_("fear"), print="never")
EVENT = event(
    procedure("todoke", Always(), bring=(Belonging(id="honnin", name="本人確認"),)),
    procedure("inu", is_("dog"), bring=(
        Belonging(id="honnin", name="本人確認"), Belonging(name="鑑札", when=Not(of=is_("chip"))),
    )),
    procedure("zei", Maybe()),
    DEBT,
    FEAR,
    questions=(
        yn("dog"), yn("chip", ask_if=is_("dog")), yn("debt", sensitive=True), yn("fear", channel="staff_only"),
    ),
    base_dates={"died_on": BaseDate(label="亡くなった日")},
)  # fmt: skip


def judged(**given: str) -> Sheet:
    return sheet(city(EVENT), EVENT, said(**given), TODAY, CALENDAR)


def states(found: Sheet) -> dict[str, str]:
    return {line.id: line.state for line in found.lines}


def test_with_nothing_answered_every_line_is_there_and_none_is_ruled_out():
    assert states(judged()) == {
        "todoke": "needed", "inu": "check", "zei": "check", "hoki": "check", "shien": "check",
    }  # fmt: skip


def test_what_is_not_needed_stays_with_the_answer_that_said_so():
    line = next(line for line in judged(dog="no").lines if line.id == "inu")
    assert line.state == "not_needed"
    assert [(c.asked, c.answered, c.origin) for c in line.because] == [("dogですか", "いいえ", "said")]


def test_a_line_no_answer_decides_says_why_it_is_there():
    whys = {line.id: line.why for line in judged().lines}
    assert whys["todoke"] == "どなたにも 必要です"
    assert "職員" in whys["zei"]


def test_things_to_bring_are_written_once_and_doubtful_ones_are_marked():
    assert [(b.name, b.state) for b in judged(dog="yes", debt="no").bring] == [
        ("本人確認", "needed"),
        ("鑑札", "check"),
    ]
    assert [b.name for b in judged(dog="yes", chip="yes", debt="no").bring] == ["本人確認"]


def test_open_questions_are_those_that_hold_up_a_line_its_day_or_its_things():
    assert judged(dog="yes").open_questions == ("debt", "fear", "chip")
    assert "died_on" in judged(debt="yes").open_questions


def test_residents_are_not_asked_what_only_staff_may_ask():
    asked = [q.id for q in applicable_questions(EVENT, said(dog="no"), TODAY, "resident")]
    assert asked == ["dog", "debt"]
    assert "fear" in [q.id for q in applicable_questions(EVENT, {}, TODAY)]


def test_paper_hides_what_is_marked_and_quotes_nothing_sensitive():
    shown = printable(EVENT, judged(debt="yes", fear="yes", dog="no"))
    assert [line.name for line in shown.lines] == ["todokeの届", "職員が ご案内した 手続き", "zeiの届"]
    written = "".join(
        f"{line.id}{line.name}{line.counter.plain}{line.note}{line.due and line.due.how}{len(line.because)}"
        for line in shown.lines
    )
    for secret in ("hoki", "裁判", "借金", "shien"):
        assert secret not in written
    assert "戸籍" not in [thing.name for thing in shown.bring]


def test_paper_carries_the_neutral_title_of_a_delicate_event():
    quiet = event(procedure("todoke", Always()), privacy=Privacy(receipt_title="戸籍の相談"))
    found = printable(quiet, sheet(city(quiet), quiet, {}, TODAY, CALENDAR))
    assert found.title == "戸籍の相談"


def test_a_procedure_is_not_needed_before_it_exists_or_after_it_ended():
    early = event(
        procedure("new", Always(), effective_from=date(2027, 4, 1)),
        procedure("old", Always(), effective_until=date(2026, 3, 31)),
    )
    found = sheet(city(early), early, {}, TODAY, CALENDAR)
    assert [(line.state, "2027年4月1日" in line.why) for line in found.lines] == [
        ("not_needed", True),
        ("not_needed", False),
    ]


def test_changes_name_each_line_that_moved_and_the_answer_that_moved_it():
    moved = changes(judged(dog="yes"), judged(dog="no"))
    assert [(m.line, m.before, m.after) for m in moved] == [("inu", "needed", "not_needed")]
    assert [c.fact for c in moved[0].because] == ["dog"]


def test_other_peoples_offices_stand_apart_from_what_is_done_here():
    assert {line.id: line.group for line in judged().lines}["hoki"] == "elsewhere"
    assert {line.id: line.group for line in judged().lines}["inu"] == "here"


def test_a_sheet_names_its_catalogue_and_does_not_print_itself():
    assert judged().version == "0" * 16
    assert repr(judged()) == "<Sheet redacted>"
