"""The linter of forms: every mistake is named with file, line, key and what to do, a template's too."""

import shutil
from pathlib import Path

import pytest

from server.core.checklist.catalogue import Catalogue
from server.core.forms.content import Content
from server.documents.forms import templates
from server.forms.check import check, main
from server.forms.load import SHIPPED, BookError, load
from server.procedures.load import SHIPPED as PROCEDURES
from server.procedures.load import load as load_procedures

pytestmark = pytest.mark.slow  # files


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_procedures(PROCEDURES)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped forms, to make mistakes in."""
    return Path(shutil.copytree(SHIPPED, tmp_path / "city"))


def fine(content: Content) -> str | None:
    return None


def change(folder: Path, name: str, old: str, new: str) -> int:
    """Make one mistake, and return the line it is on."""
    text = (folder / name).read_text(encoding="utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


DICT, TENNYU, SHOMEI, JIDO = "dictionary.yaml", "tennyu_todoke.yaml", "shomei_togo.yaml", "jido_teate.yaml"
MISTAKES = [
    (DICT, "kind: postal", "kind: zip", "fields", "決まった言葉"),
    (DICT, "key: moved_on, when", "key: moved_onn, when", "fields.kokuho_on.same", "dictionary.yaml に ありません"),
    (DICT, "{key: moved_on, when", "{key: name, when", "fields.kokuho_on.same", "種類（kind）"),
    (DICT, "same: {key: kana}", "same: {key: account_kana}", "fields.account_kana.same", "また same"),
    (DICT, "when: {head_is: self}", "when: {head_is: me}", "fields.head_name.same[1].when", "self、other"),
    (DICT, "when: {head_is: self}", "when: {phone: self}", "fields.head_name.same[1].when", "条件には 使えません"),
    (DICT, "{key: head_name, when", "{key: spouse_name, when", "fields.spouse_name.same[2]", "また same"),
    (DICT, "{key: name, of: {group: member,", "{of: {group: member,", "fields.head_name.same[2]", "key か value"),
    (DICT, "of: {group: member,", "of: {group: members,", "fields.head_name.same[2].of", "groups に ありません"),
    (DICT, "{value: head, when", "{value: heed, when", "groups.member.first.relation.value", "head、wife"),
    (DICT, "options: {yes: 有, no: 無}}\n  joins", "most: 3}\n  joins", "fields.has_card", "どちらか 1つ"),
    (DICT, "kind: phone}", "kind: phone, options: {a: b}}", "fields.phone", "消してください"),
    (DICT, "relation, has_card", "relation, has_crad", "groups.member.fields[6]", "dictionary.yaml に ありません"),
    (DICT, "birth: birth, sex: sex, relation", "birth: birth, sexx: sex, relation", "groups.member.first.sexx", "fields に ありません"),
    (DICT, "begins: {name: name,", "begins: {name: phone,", "groups.member.begins.name", "種類（kind）"),
    (DICT, "proves: {has_card: yes}", "proves: {has_card: ja}", "card.proves.has_card", "yes、no"),
    (DICT, "card: {name: name", "card: {name: phone", "card.name", "name の 欄"),
    (DICT, "persons: member.birth", "persons: member.name", "persons.persons", "date の 欄"),
    (DICT, "answers: {moved_on: moved_on", "answers: {moved_on: moved", "answers.moved_on", "ありません"),
    (DICT, "{key: postal, required: no}", "{key: postal, requird: no}", "header", "つづり"),
    (DICT, "least: 1, most: 20", "least: 20, most: 1", "fields.cert_copies", "小さい数に"),
    (TENNYU, "form: tennyu_todoke", "form: tennyu", "form", "ファイルの名前と 同じ"),
    (TENNYU, "template: tennyu_todoke", "template: tennyu", "template", "型紙「tennyu」が ありません"),
    (TENNYU, "serves: [tennyu.tennyu_todoke]", "serves: [tennyu.todoke]", "serves[1]", "つづり"),
    (TENNYU, "card_address: old_address", "card_address: phone", "card_address", "address の 欄"),
    (TENNYU, "fields: [moved_on,", "fields: [moved_on, moved_on,", "sections[1].fields[2]", "2回"),
    (TENNYU, "fields: [moved_on,", "fields: [moved,", "sections[1].fields[1]", "dictionary.yaml に"),
    (TENNYU, "group: member", "group: members", "sections[2].group", "groups に ありません"),
    (TENNYU, "fields: [name, kana", "fields: [phone, kana", "sections[2].fields[1]", "表「member」"),
    (TENNYU, 'version: "2026.1"', "version: new", "version", "書き直して"),
    (TENNYU, "signature: required", "signature: maybe", "signature", "決まった言葉"),
    (JIDO, "only: {relation: child}", "only: {relation: kid}", "sections[2].only", "child"),
    (JIDO, "when: {spouse: yes}", "when: [spouse]", "sections[1].fields[3].when", "条件の 書き方"),
    (SHOMEI, "{cert_whose: other}", "{cert_whose: cousin}", "sections[3].fields[6].when", "same_household"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "key", "advice"), MISTAKES)
def test_a_mistake_is_shown_with_its_line_its_key_and_what_to_do(
    folder: Path, catalogue: Catalogue, file: str, old: str, new: str, key: str, advice: str
):
    line = change(folder, file, old, new)
    book, problems = check(folder, catalogue, templates(), fine)
    assert book is None
    assert any(
        p.file == file and abs(p.line - line) <= 1 and p.key.startswith(key) and advice in p.sentence
        for p in problems
        if p.severity == "error"
    ), problems


@pytest.mark.parametrize(
    "content", ["", "form: [x", "- 1\n", "a: &x [*x]\n", "fields: 3\nheader: 1\n", "sections: [1]\n"]
)
@pytest.mark.parametrize("name", [DICT, TENNYU])
def test_a_broken_file_is_named_and_nothing_breaks_with_it(
    folder: Path, catalogue: Catalogue, name: str, content: str
):
    (folder / name).write_text(content, encoding="utf-8")
    book, problems = check(folder, catalogue, templates(), fine)
    assert book is None
    assert any(p.file == name and p.severity == "error" for p in problems)


def test_an_empty_folder_and_one_that_is_not_there_say_so(tmp_path: Path, catalogue: Catalogue):
    for folder in (tmp_path, tmp_path / "nowhere"):
        book, problems = check(folder, catalogue, templates(), fine)
        assert book is None
        assert problems


def test_a_template_that_cannot_print_its_form_is_a_mistake_of_that_form(folder: Path, catalogue: Catalogue):
    book, problems = check(
        folder,
        catalogue,
        templates(),
        lambda content: "not on the paper" if content.form == "jido_teate" else None,
    )
    assert book is None
    assert [(p.file, p.key) for p in problems] == [("jido_teate.yaml", "template")]
    assert "not on the paper" in problems[0].sentence


def test_a_field_nobody_uses_is_doubted_but_the_forms_may_be_used(folder: Path, catalogue: Catalogue):
    change(folder, DICT, "fields:\n", "fields:\n  spare: {label: あまり, ask: なに, kind: text}\n")
    book, problems = check(folder, catalogue, templates(), fine)
    assert book is not None
    assert [(p.severity, p.key) for p in problems] == [("warning", "fields.spare")]


def test_the_start_is_refused_with_every_mistake_at_once(folder: Path, catalogue: Catalogue):
    change(folder, DICT, "kind: postal", "kind: zip")
    change(folder, TENNYU, "group: member", "group: members")
    with pytest.raises(BookError) as caught:
        load(folder, catalogue, templates())
    assert DICT in str(caught.value)


def test_the_shipped_forms_are_reported_as_usable(catalogue: Catalogue, capsys: pytest.CaptureFixture[str]):
    assert main(SHIPPED, catalogue, templates(), fine) == 0
    said = capsys.readouterr().out
    assert "まちがいは ありません" in said
    assert "転入" in said
