"""Written on one side, asked on neither again: what forms and the questionnaire tell each other."""

from server.core.forms.learnt import births, learnt, newer
from server.core.forms.state import DropRow, Open, Put, UseAnswers, UseCard
from server.core.forms.step import begin
from tests import forms
from tests.forms import CARD, go, put

BOOK = forms.book()
OPEN = go(BOOK, begin(BOOK), Open(form="tennyu_todoke"))
TENNYU = "tennyu_todoke"


def test_a_day_and_a_birth_written_into_a_form_are_what_the_questionnaire_learns():
    after = go(BOOK, OPEN, *put(moved_on="2026-11-20", member__2__birth="H29.5.5"))
    news = learnt(BOOK, OPEN, after)
    assert (news.facts, news.come, news.gone) == ({"moved_on": "2026-11-20"}, ("2017-05-05",), ())
    again = go(BOOK, after, *put(member__2__birth="H29.5.6", phone="0312345678"))
    news = learnt(BOOK, after, again)
    assert (news.facts, news.come, news.gone) == ({}, ("2017-05-06",), ("2017-05-05",))


def test_a_card_tells_the_applicants_birth_and_a_row_taken_away_takes_its_birth_along():
    read = go(BOOK, OPEN, UseCard(data=CARD), *put(member__2__birth="2017-05-05"))
    assert births(BOOK, read) == ("1990-05-03", "2017-05-05")
    news = learnt(BOOK, read, go(BOOK, read, DropRow(group="member", row=2)))
    assert (news.come, news.gone) == ((), ("2017-05-05",))


def test_a_birth_the_questionnaire_knew_becomes_the_applicants_when_the_card_says_whose_it_is():
    told = UseAnswers(facts={}, births=("1988-01-02", "1990-05-03", "2018-04-01"))
    first = go(BOOK, OPEN, told, UseCard(data=CARD), *put(applicant_in="yes"))
    second = go(BOOK, OPEN, UseCard(data=CARD), told, *put(applicant_in="yes"))
    assert births(BOOK, first) == births(BOOK, second) == ("1990-05-03", "1988-01-02", "2018-04-01")


def test_a_birth_put_right_in_the_questionnaire_comes_into_the_row_it_stood_in():
    told = go(
        BOOK, OPEN, UseAnswers(facts={}, births=("1990-07-15", "2017-05-05")), *put(member__3__name="見本 健")
    )
    right = go(BOOK, told, UseAnswers(facts={}, births=("1990-07-15", "2017-05-06")))
    assert births(BOOK, right) == ("1990-07-15", "2017-05-06")
    assert right.entries["member.3.birth"].value == "2017-05-06"


def test_a_person_taken_out_of_the_questions_takes_a_row_along_that_says_nothing_else():
    told = UseAnswers(facts={}, births=("1990-07-15", "2017-05-05", "2018-05-05"))
    three = go(BOOK, OPEN, told, *put(member__2__name="見本 太郎"))
    assert three.rows["member"] == 4  # the first is kept for who applies
    fewer = UseAnswers(facts={}, births=("1990-07-15",))
    assert go(BOOK, three, fewer).rows["member"] == 2
    nobody = go(BOOK, three, UseAnswers(facts={}, births=()))
    assert (nobody.rows["member"], nobody.entries["member.2.name"].value) == (2, "見本　太郎")


def test_the_newest_word_counts_on_both_sides_and_what_is_the_same_changes_nothing():
    said = go(BOOK, OPEN, Put(slot="moved_on", raw="2026-11-20", origin="said"))
    told = UseAnswers(facts={"moved_on": "2026-11-18", "event": "tennyu"})
    assert go(BOOK, said, *newer(BOOK, said, (told,))).entries["moved_on"].value == "2026-11-18"
    same = UseAnswers(facts={"moved_on": "2026-11-20", "event": "no_such_reason"})
    assert newer(BOOK, said, (same,)) == (same,)
