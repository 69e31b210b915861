"""Forms made together: nothing is typed twice, nothing locked changes, nothing signed changes, nothing is lost."""

from datetime import date

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from msgspec.structs import replace

from server.core.forms import looking, reading
from server.core.forms.content import Filed, cells, genuine
from server.core.forms.signature import Attestation, Signature
from server.core.forms.state import (
    AddRow,
    Agree,
    Agreed,
    Attest,
    Close,
    Confirm,
    Correct,
    DropRow,
    Event,
    Filling,
    Finish,
    FormState,
    Open,
    Put,
    ReadBack,
    Reading,
    Refuse,
    Refused,
    Reopen,
    Sign,
    StateUnreadable,
    UseAnswers,
    UseCard,
    decode,
    encode,
)
from server.core.forms.step import begin, step
from tests import forms
from tests.forms import AT, CARD, LETTERS, TODAY, go, put, refused

BOOK = forms.book()
FAMILY = forms.family(BOOK)
TENNYU, KOKUHO = "tennyu_todoke", "kokuho_shikaku"


def errors(form: str, state: FormState) -> list[str]:
    return [p.sentence for p in looking.problems(BOOK, BOOK.forms[form], state) if p.severity == "error"]


def shown(form: str, state: FormState) -> dict[str, str]:
    return {cell.slot: cell.shown for cell in cells(looking.content(BOOK, BOOK.forms[form], state))}


def sign(form: str, state: FormState) -> FormState:
    return forms.signed(BOOK, state, form)


# ---------------------------------------------------------------- once is enough


def test_a_family_of_four_has_four_forms_complete_and_not_one_value_was_typed_twice():
    for form in forms.FAMILY_FORMS:
        assert errors(form, FAMILY) == []
    slots = [slot for slot in forms.TYPED]
    assert len(slots) == len(set(slots))
    words = [
        raw for slot, raw in forms.TYPED.items() if BOOK.dictionary.fields[slot.split(".")[-1]].kind == "name"
    ]
    assert len(words) == len(set(words))  # the husband, who is the head, is named once for all four forms
    # What the card and the questionnaire know was typed by nobody.
    known = {
        "name",
        "birth",
        "sex",
        "old_address",
        "moved_on",
        "join_household",
        "member.3.birth",
        "member.4.birth",
    }
    assert known.isdisjoint(slots)
    assert {FAMILY.entries[slot].origin for slot in ("name", "birth", "sex", "old_address")} == {"card"}
    assert {FAMILY.entries[slot].origin for slot in ("moved_on", "member.3.birth")} == {"checklist"}


def test_what_is_known_stands_in_every_form_also_in_one_opened_later():
    later = go(BOOK, FAMILY, Open(form="tenkyo_todoke"))
    for form in (*forms.FAMILY_FORMS, "tenkyo_todoke"):
        assert shown(form, later)["name"] == "見本　花子"
        assert shown(form, later)["address"] == "見本市中央三丁目4番5-601号"
    assert shown("tenkyo_todoke", later)["old_address"] == "大阪府堺市中区見本町1-2-3"


def test_the_applicant_is_the_first_row_without_being_written_again():
    first = {key: shown(TENNYU, FAMILY)[f"member.1.{key}"] for key in ("name", "kana", "birth", "sex")}
    assert first == {"name": "見本　花子", "kana": "ミホン　ハナコ", "birth": "平成2年5月3日", "sex": "女"}
    assert "member.1.name" not in FAMILY.entries


def test_a_family_name_is_offered_where_somebody_comes_to_write_and_kept_nowhere():
    state = go(BOOK, begin(BOOK), Open(form=TENNYU), UseCard(data=CARD), AddRow(group="member"))
    assert looking.begins(BOOK, state, "member.2.name") == "見本　"
    assert looking.begins(BOOK, state, "member.2.kana") == ""  # nobody has said how it is read
    assert "member.2.name" not in state.entries
    state = go(BOOK, state, *put(kana="みほん はなこ", applicant_in="yes", member__2__name="見本 太郎"))
    assert looking.begins(BOOK, state, "member.2.kana") == "ミホン　"
    assert [looking.begins(BOOK, state, slot) for slot in ("member.2.name", "member.1.name", "name")] == [
        ""
    ] * 3


def test_whose_card_was_read_has_one_and_a_clerk_may_say_otherwise():
    state = go(BOOK, begin(BOOK), Open(form=TENNYU), UseCard(data=CARD), *put(applicant_in="yes"))
    assert shown(TENNYU, state)["member.1.has_card"] == "有"
    assert shown(TENNYU, go(BOOK, state, *put(member__1__has_card="no")))["member.1.has_card"] == "無"


def test_the_screen_says_easier_words_than_the_paper_and_counts_who_stands_in_the_form():
    form = BOOK.forms["jido_teate"]
    content = looking.content(BOOK, form, FAMILY)
    words = reading.spoken(BOOK, form.id)
    rows = reading.sheet_of(content, Reading(), None, None, words).rows
    labels = [row.label for row in rows]
    assert labels[-7:-5] == ["子ども 1", "子ども 2"]
    assert "夫・妻の 氏名" in labels
    assert "配偶者の氏名" not in labels
    assert "配偶者の氏名" in [cell.label for cell in cells(content)]


def test_what_stayed_empty_is_seen_while_it_is_written_and_not_asked_about_when_it_is_read_back():
    content = looking.content(BOOK, BOOK.forms[TENNYU], FAMILY)
    writing = [row.label for row in reading.sheet_of(content, Filling(), None, None).rows]
    read = [row.label for row in reading.sheet_of(content, Reading(), None, None).rows]
    assert [one for one in writing if one not in read] == ["前の世帯主"]
    for number, label in enumerate(read):  # a line called wrong is the line that was pressed
        slot = reading.slot_of(content, number)
        assert slot is not None
        assert label in looking.label(BOOK, slot) or label.startswith("引っ越した人")


def test_a_wife_who_applies_names_her_husband_in_his_row_and_nowhere_else():
    children, tennyu = shown("jido_teate", FAMILY), shown(TENNYU, FAMILY)
    assert (tennyu["head_name"], tennyu["member.1.relation"]) == ("見本　太郎", "妻")
    assert (children["spouse"], children["spouse_name"]) == ("有", "見本　太郎")
    assert children["member.3.lives_with"] == "同居"
    assert (shown(KOKUHO, FAMILY)["kokuho_reason"], shown(KOKUHO, FAMILY)["kokuho_on"]) == (
        "転入",
        "令和8年11月21日",
    )
    assert {"head_name", "spouse", "spouse_name", "kokuho_on"}.isdisjoint(FAMILY.entries)


def test_a_head_who_applies_is_the_head_of_the_first_row_and_married_to_the_row_that_says_so():
    state = go(
        BOOK, begin(BOOK), Open(form=TENNYU), Open(form="jido_teate"), UseCard(data=CARD),
        *put(applicant_in="yes", head_is="self", member__2__name="見本 次郎", member__2__relation="husband"),
    )  # fmt: skip
    assert shown(TENNYU, state)["member.1.relation"] == "世帯主"
    assert (shown("jido_teate", state)["spouse"], shown("jido_teate", state)["spouse_name"]) == (
        "有",
        "見本　次郎",
    )
    taken_back = go(BOOK, state, *put(head_is="other"))
    assert shown(TENNYU, taken_back)["member.1.relation"] == ""
    assert shown("jido_teate", taken_back)["spouse"] == ""


def test_a_husband_who_lives_here_already_is_named_once():
    state = go(
        BOOK, begin(BOOK), Open(form=TENNYU), Open(form="jido_teate"), UseCard(data=CARD),
        *put(applicant_in="yes", head_is="other", head_name="見本 三郎", member__1__relation="wife"),
    )  # fmt: skip
    assert shown("jido_teate", state)["spouse_name"] == "見本　三郎"


def test_only_children_stand_in_the_form_for_children():
    rows = {slot.split(".")[1] for slot in shown("jido_teate", FAMILY) if slot.startswith("member.")}
    assert rows == {"3", "4"}


def test_a_card_read_before_the_form_was_opened_gives_the_same_state():
    before = go(BOOK, begin(BOOK), UseCard(data=CARD), Open(form=TENNYU))
    after = go(BOOK, begin(BOOK), Open(form=TENNYU), UseCard(data=CARD))
    assert shown(TENNYU, before) == shown(TENNYU, after)
    assert "address" not in before.entries


def test_births_of_the_questionnaire_are_filled_in_once_however_often_they_come():
    assert go(BOOK, FAMILY, forms.ANSWERS) == FAMILY


def test_a_person_is_believed_more_than_a_card_but_the_difference_is_said():
    state = go(
        BOOK,
        begin(BOOK),
        Open(form=TENNYU),
        Put(slot="name", raw="見元　花子", origin="said"),
        UseCard(data=CARD),
    )
    assert state.entries["name"].value == "見元　花子"
    codes = [(p.slot, p.code) for p in looking.problems(BOOK, BOOK.forms[TENNYU], state)]
    assert ("name", "card_differs") in codes


def test_a_head_of_household_who_is_somebody_else_is_asked_for_and_one_who_applies_is_not():
    state = go(BOOK, begin(BOOK), Open(form=TENNYU), UseCard(data=CARD), *put(head_is="self"))
    assert shown(TENNYU, state)["head_name"] == "見本　花子"
    state = go(BOOK, state, *put(head_is="other"))
    assert shown(TENNYU, state)["head_name"] == ""


def test_fees_are_added_up_from_the_citys_data():
    fees = looking.content(BOOK, BOOK.forms["shomei_togo"], FAMILY).fees
    assert fees is not None
    assert [(line.name, line.copies, line.sum) for line in fees.lines] == [("住民票の写し(世帯全員)", 2, 600)]
    assert fees.total == 600
    more = go(
        BOOK, FAMILY, AddRow(group="cert"), *put(cert__2__cert_kind="koseki_all", cert__2__cert_copies="1")
    )
    more_fees = looking.content(BOOK, BOOK.forms["shomei_togo"], more).fees
    assert more_fees is not None
    assert more_fees.total == 1050
    assert any("本籍" in note for note in more_fees.notes)


def test_an_option_that_a_certificate_does_not_have_is_a_problem():
    state = go(BOOK, FAMILY, *put(cert__1__cert_kind="inkan"))
    assert any("選べない" in sentence for sentence in errors("shomei_togo", state))


# ---------------------------------------------------------------- reading back, agreeing, signing


def test_a_form_that_is_not_complete_is_not_read_back_and_the_first_gap_is_named():
    state = go(BOOK, begin(BOOK), Open(form=TENNYU), UseCard(data=CARD))
    answer = refused(BOOK, state, ReadBack(form=TENNYU))
    assert (answer.code, answer.slot) == ("incomplete", "kana")
    assert "フリガナ" in answer.sentence


LOCKED: list[Event] = [
    Put(slot="phone", raw="0157-23-1111"),
    Put(slot="head_is", raw="self"),  # changes the head's name through the back door
    Put(slot="member.2.relation", raw="other"),
    AddRow(group="member"),
    DropRow(group="member", row=4),
    UseCard(data=replace(CARD, name="別人")),
]


@pytest.mark.parametrize("event", LOCKED, ids=lambda event: type(event).__name__)
def test_while_it_is_read_back_and_after_it_was_agreed_nothing_in_it_changes(event: Event):
    reading = go(BOOK, FAMILY, ReadBack(form=TENNYU))
    agreed = go(BOOK, reading, Agree(form=TENNYU, at=AT))
    for state in (reading, agreed):
        assert refused(BOOK, state, event).code == "locked"


def test_what_a_locked_form_does_not_show_may_still_be_written():
    reading = go(BOOK, FAMILY, ReadBack(form=TENNYU))
    assert go(BOOK, reading, *put(bank="別の銀行")).entries["bank"].value == "別の銀行"


def test_a_row_the_resident_calls_wrong_is_marked_and_everything_that_shows_it_is_open_again():
    state = go(BOOK, FAMILY, ReadBack(form=TENNYU), ReadBack(form=KOKUHO), Agree(form=KOKUHO, at=AT))
    state = go(BOOK, state, Refuse(form=TENNYU, slot="phone"))
    assert state.stages[TENNYU] == state.stages[KOKUHO] == Filling()
    assert any("電話番号は 住民が「ちがう」" in sentence for sentence in errors(TENNYU, state))
    assert refused(BOOK, state, ReadBack(form=TENNYU)).slot == "phone"
    state = go(BOOK, state, *put(phone="0157-23-1111"))
    assert errors(TENNYU, state) == []


def test_writing_the_same_again_settles_a_doubt_that_was_none():
    state = go(
        BOOK, FAMILY, ReadBack(form=TENNYU), Refuse(form=TENNYU, slot="phone"), *put(phone="090-1234-5678")
    )
    assert errors(TENNYU, state) == []


def test_agreeing_confirms_every_value_of_the_form():
    assert looking.unconfirmed(BOOK, BOOK.forms[KOKUHO], FAMILY) != ()
    agreed = go(BOOK, FAMILY, ReadBack(form=KOKUHO), Agree(form=KOKUHO, at=AT))
    assert looking.unconfirmed(BOOK, BOOK.forms[KOKUHO], agreed) == ()
    assert agreed.stages[KOKUHO] == Agreed(at=AT)


def test_a_change_after_a_confirmation_has_to_be_confirmed_again():
    state = go(BOOK, FAMILY, Confirm(slot="phone"), *put(phone="0157-23-1111"))
    assert "phone" in looking.unconfirmed(BOOK, BOOK.forms[TENNYU], state)


def test_a_signed_form_never_changes_and_a_correction_is_a_new_version():
    state = sign(TENNYU, FAMILY)
    first = state.filed[0]
    state = go(BOOK, state, *put(phone="0157-23-1111"))
    assert state.filed == (first,)
    assert refused(BOOK, state, Reopen(form=TENNYU)).code == "signed"
    state = sign(TENNYU, go(BOOK, state, Correct(form=TENNYU)))
    assert [filed.content.copy for filed in state.filed] == [1, 2]
    assert state.filed[0] == first
    assert all(genuine(filed) for filed in state.filed)


def test_one_changed_letter_and_the_hash_no_longer_fits():
    filed = forms.last(sign(TENNYU, FAMILY))
    assert not genuine(replace(filed, content=replace(filed.content, title="住民異動届")))
    assert not genuine(replace(filed, at=filed.at + 1))


def test_a_name_is_written_once_for_all_forms_of_a_visit_and_an_attestation_is_none():
    assert reading.name_of(FAMILY) == ()
    first = sign(TENNYU, FAMILY)
    filed = first.filed[-1].signature
    assert filed is not None
    assert reading.name_of(first) == filed.strokes
    scrawl = tuple((i % 1200, i % 400, i) for i in range(1600))
    long = replace(filed, strokes=(scrawl,))
    assert reading.name_of(replace(first, filed=(replace(first.filed[-1], signature=long),))) == ()
    said = Attestation(staff="sato", staff_name="佐藤", why="hands", at=AT)
    spoken = replace(first.filed[-1], signature=None, attestation=said)
    assert reading.name_of(replace(first, filed=(spoken,))) == ()


def test_a_dot_is_not_filed_and_the_form_waits_for_a_name():
    agreed = go(BOOK, FAMILY, ReadBack(form=TENNYU), Agree(form=TENNYU, at=AT))
    dot = Signature(strokes=(((300.0, 200.0, 0),),))
    assert refused(BOOK, agreed, Sign(form=TENNYU, signature=dot, at=AT)).code == "one_dot"
    assert refused(BOOK, agreed, Finish(form=TENNYU, at=AT)).code == "needs_signature"


def test_who_cannot_write_is_attested_by_the_clerk_with_a_reason():
    agreed = go(BOOK, FAMILY, ReadBack(form=TENNYU), Agree(form=TENNYU, at=AT))
    word = Attestation(staff="sato", staff_name="佐藤", why="other", note=" ", at=AT)
    assert refused(BOOK, agreed, Attest(form=TENNYU, attestation=word)).code == "no_reason"
    filed = forms.last(go(BOOK, agreed, Attest(form=TENNYU, attestation=replace(word, note="手に けが"))))
    assert filed.signature is None
    assert filed.attestation is not None
    assert filed.attestation.staff == "sato"


OUT_OF_TURN: list[tuple[Event, ...]] = [
    (Agree(form=TENNYU, at=AT),),
    (Refuse(form=TENNYU),),
    (Reopen(form=TENNYU),),
    (Correct(form=TENNYU),),
    (Sign(form=TENNYU, signature=forms.name_written(), at=AT),),
    (ReadBack(form=TENNYU), ReadBack(form=TENNYU)),
    (ReadBack(form=TENNYU), Sign(form=TENNYU, signature=forms.name_written(), at=AT)),
    (ReadBack(form=TENNYU), Agree(form=TENNYU, at=AT), Agree(form=TENNYU, at=AT)),
]


@pytest.mark.parametrize("events", OUT_OF_TURN, ids=lambda events: "-".join(type(e).__name__ for e in events))
def test_a_step_out_of_turn_is_refused(events: tuple[Event, ...]):
    *before, last = events
    assert refused(BOOK, go(BOOK, FAMILY, *before), last).code == "not_now"


# ---------------------------------------------------------------- rows, and what is not there


def test_a_row_taken_away_leaves_no_gap_and_the_applicants_row_cannot_be_taken():
    state = go(BOOK, FAMILY, DropRow(group="member", row=2))
    assert state.rows["member"] == 3
    assert state.entries["member.2.name"].value == "見本　髙﨑"
    assert "member.4.name" not in state.entries
    assert refused(BOOK, FAMILY, DropRow(group="member", row=1)).code == "applicants_row"


def test_a_table_has_no_more_rows_than_the_city_allows():
    state = go(BOOK, FAMILY, *(AddRow(group="member") for _ in range(4)))
    assert refused(BOOK, state, AddRow(group="member")).code == "too_many_rows"


@pytest.mark.parametrize(
    ("event", "code"),
    [
        (Open(form="nothing"), "unknown_form"), (ReadBack(form="tenkyo_todoke"), "unknown_form"),
        (Put(slot="my_number", raw="1"), "unknown_slot"), (Put(slot="member.9.name", raw="花子"), "unknown_slot"),
        (Put(slot="member.1.phone", raw="1"), "unknown_slot"), (AddRow(group="dogs"), "unknown_group"),
        (DropRow(group="member", row=7), "no_row"), (Confirm(slot="bank_branch2"), "unknown_slot"),
        (Put(slot="phone", raw="あ"), "phone"),
    ],
)  # fmt: skip
def test_what_is_not_there_is_refused_by_name(event: Event, code: str):
    assert refused(BOOK, FAMILY, event).code == code


def test_a_state_of_another_version_of_the_forms_is_not_touched():
    assert refused(BOOK, replace(FAMILY, book="0" * 16), Open(form=TENNYU)).code == "other_book"


def test_a_state_survives_its_way_through_the_case_and_says_nothing_in_a_log():
    state = sign(TENNYU, FAMILY)
    assert decode(encode(state)) == state
    for value in (
        state,
        state.entries["name"],
        state.filed[0],
        state.filed[0].content,
        Put(slot="name", raw="花子"),
    ):
        assert "見本" not in repr(value)
        assert "花子" not in repr(value)


@pytest.mark.parametrize(
    "stored",
    [
        b"",
        b"{",
        b"\xff",
        b'{"book":1}',
        b'{"book":"x","entries":{"name":{"value":"' + "花子".encode() + b'"}}}',
    ],
)
def test_a_damaged_state_is_refused_and_not_quoted(stored: bytes):
    with pytest.raises(StateUnreadable) as caught:
        decode(stored)
    assert str(caught.value) == ""


def test_no_refusal_repeats_what_was_typed():
    for slot, raw in [("name", "秘密1"), ("phone", "秘密"), ("birth", "秘密"), ("cert_whose", "秘密")]:
        assert "秘密" not in refused(BOOK, FAMILY, Put(slot=slot, raw=raw)).sentence


# ---------------------------------------------------------------- any order of anything

RAW = st.sampled_from(
    ["", "花子", "見本　太郎", "ﾐﾎﾝ", "ミホン", "yes", "no", "self", "other", "female", "child", "2026-11-20", "昭和19年5月3日",
     "1-2-3", "090-1234-5678", "2", "branch", "juminhyo_all", "koseki_all", "tennyu", "ordinary", "1234567", "😀" * 3, "あ" * 9000]
)  # fmt: skip
SLOTS = st.sampled_from(
    [*BOOK.dictionary.fields]
    + [f"member.{n}.{key}" for n in (1, 2, 3) for key in BOOK.dictionary.groups["member"].fields]
    + [f"cert.{n}.{key}" for n in (1, 2) for key in BOOK.dictionary.groups["cert"].fields]
)
FORMS = st.sampled_from([*BOOK.forms])
PEOPLE = st.lists(st.dates(date(1930, 1, 1), TODAY).map(str), max_size=4)


class Visit(RuleBasedStateMachine):
    """A clerk and a resident who press anything at any time."""

    def __init__(self) -> None:
        super().__init__()
        self.state = FAMILY
        self.filed: tuple[Filed, ...] = ()

    def happen(self, event: Event) -> None:
        before = self.state
        after = step(BOOK, before, event, TODAY, LETTERS)
        if isinstance(after, Refused):
            assert after.sentence
            return
        assert after.filed[: len(before.filed)] == before.filed
        if not hasattr(event, "form") or isinstance(event, Open):
            for key, stage in before.stages.items():
                if isinstance(stage, Reading | Agreed):
                    form = BOOK.forms[key]
                    assert looking.content(BOOK, form, after) == looking.content(BOOK, form, before)
        self.state = after

    @rule(slot=SLOTS, raw=RAW)
    def writes(self, slot: str, raw: str) -> None:
        self.happen(Put(slot=slot, raw=raw, origin="said"))

    @rule(form=FORMS, at=st.just(AT))
    def goes_on(self, form: str, at: float) -> None:
        self.happen(Open(form=form))
        self.happen(ReadBack(form=form))
        self.happen(Agree(form=form, at=at))

    @rule(form=FORMS)
    def signs(self, form: str) -> None:
        self.happen(Sign(form=form, signature=forms.name_written(), at=AT + 60))

    @rule(form=FORMS, slot=SLOTS)
    def says_no(self, form: str, slot: str) -> None:
        self.happen(Refuse(form=form, slot=slot))

    @rule(form=FORMS, event=st.sampled_from([ReadBack, Reopen, Correct, Close]))
    def presses(self, form: str, event: type[ReadBack] | type[Reopen] | type[Correct] | type[Close]) -> None:
        self.happen(event(form=form))

    @rule(slot=SLOTS)
    def confirms(self, slot: str) -> None:
        self.happen(Confirm(slot=slot))

    @rule(group=st.sampled_from(["member", "cert"]), row=st.integers(1, 4), add=st.booleans())
    def counts(self, group: str, row: int, add: bool) -> None:
        self.happen(AddRow(group=group) if add else DropRow(group=group, row=row))

    @rule(births=PEOPLE)
    def is_known(self, births: list[str]) -> None:
        self.happen(UseCard(data=CARD))
        self.happen(UseAnswers(facts={"join_household": "yes"}, births=tuple(births)))

    @invariant()
    def holds(self) -> None:
        assert self.state.filed[: len(self.filed)] == self.filed
        assert all(genuine(filed) for filed in self.state.filed[len(self.filed) :])
        self.filed = self.state.filed
        for group, rows in self.state.rows.items():
            assert 0 <= rows <= BOOK.dictionary.groups[group].most


Visit.TestCase.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)
TestAnythingAtAnyTime = Visit.TestCase
TestAnythingAtAnyTime.pytestmark = [pytest.mark.slow]  # type: ignore[attr-defined]
