"""The linter: every mistake is named with file, line, key and what to do, all of them in one run."""

import shutil
from pathlib import Path

import pytest

from server.procedures.check import check, main
from server.procedures.load import SHIPPED, CatalogueError, load, version

pytestmark = pytest.mark.slow

TENKYO = SHIPPED / "tenkyo.yaml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped procedures, to make mistakes in."""
    return Path(shutil.copytree(SHIPPED, tmp_path / "city"))


def change(folder: Path, name: str, old: str, new: str) -> int:
    """Make one mistake, and return the line it is on."""
    text = (folder / name).read_text(encoding="utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


MISTAKES = [
    ("tenkyo.yaml", "when: {dog: yes}", "when: {dgo: yes}", "procedures[9].when", "questions に 足す"),
    ("tenkyo.yaml", "when: {dog: yes}", "when: {dog: maybe}", "procedures[9].when", "yes、no から"),
    ("tenkyo.yaml", "when: {dog: yes}", "when: {dog: unknown}", "procedures[9].when", "yes、no から"),
    ("tenkyo.yaml", "when: {dog: yes}", "when: sometimes", "procedures[9].when", "条件の 書き方"),
    ("tenkyo.yaml", "when: {dog: yes}", "when: {moved_on: yes}", "procedures[9].when", "since"),
    ("tenkyo.yaml", "when: {dog: yes}", "when: {persons: yes}", "procedures[9].when", "any_school"),
    ("tenkyo.yaml", "when: {dog: yes}", "when: {dog: {since: 2026-04-01}}", "procedures[9].when", "日付の 質問"),
    ("tenkyo.yaml", "counter: kankyo", "counter: kankyou", "procedures[9].counter", "counters に"),
    ("tenkyo.yaml", "conf: S", "conf: X", "procedures[1].conf", "決まった言葉"),
    ("tenkyo.yaml", "n: 30", "n: thirty", "procedures[9].deadline.n", "整数を 書いて"),
    ("tenkyo.yaml", "n: 30", "n: 0", "procedures[9].deadline.n", "数は 1 以上です"),
    ("tenkyo.yaml", "bring: [honnin, ", "bring: [honin, ", "procedures[1].bring[1]", "items に ありません"),
    ("tenkyo.yaml", "id: dog_addr", "id: 犬", "procedures[9].id", "英小文字"),
    ("tenkyo.yaml", "name: 犬の住所変更", "name: 犬\u202eの住所変更", "", "U+202E"),
    ("tenkyo.yaml", "name: 犬の住所変更", "name: 犬\0", "", "U+0000"),
    ("tenkyo.yaml", "id: dog_addr, name", "id: dog_addr, nmae", "procedures[9]", "つづり"),
    ("tenkyo.yaml", "id: dog_addr", "id: zairyu", "procedures[10]", "2回 あります"),
    ("tenkyo.yaml", "by_card: yes", "by_card: maybe", "questions[4].by_card", "yes、no から"),
    ("tenkyo.yaml", "id: moved_on, type: date", "id: moved_on, type: date, by_card: yes", "questions[1].by_card", "消して"),
    ("tennyu.yaml", "done_is: tennyu_filed_on", "done_is: tennyu_filed", "procedures[1].done_is", "base_dates の"),
    ("tennyu.yaml", "done_is: tennyu_filed_on", "done_is: mnc", "procedures[1].done_is", "date の 質問"),
    ("tenkyo.yaml", "event: tenkyo", "event: tennkyo", "event", "ファイルの名前と 同じ"),
    ("tenkyo.yaml", "from: moved_on", "from: moved_onn", "procedures[1].deadline.from", "base_dates に"),
    ("shibo.yaml", "roll: none, severe:", "roll: next_open_day, severe:", "procedures[19].deadline.roll", "のばせません"),
    ("shibo.yaml", "ask_if: {was_head: yes}", "ask_if: {debt: yes}", "questions[10].ask_if", "前に 移して"),
    ("shibo.yaml", "form: shomei_togo", "form: shomei", "procedures[30].form", "certificates.yaml"),
    ("konin.yaml", "link: [tennyu, tenkyo]", "link: [tenyu]", "procedures[2].link", "tenyu.yaml"),
    ("common.yaml", "also: [kita, minami]", "also: [kta]", "counters.madoguchi", "支所"),
    ("common.yaml", "12-29..01-03", "12-29..13-03", "closed_days.extra[1]", "休みの日として"),
    ("certificates.yaml", "certs: [inkan]", "certs: [inkann]", "rules[1].certs", "certs に ありません"),
    ("certificates.yaml", "option: mynumber", "option: number", "rules[2].option", "options に"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "key", "advice"), MISTAKES)
def test_a_mistake_is_shown_with_its_line_its_key_and_what_to_do(
    folder: Path, file: str, old: str, new: str, key: str, advice: str
):
    line = change(folder, file, old, new)
    found = [p for p in check(folder) if p.severity == "error"]
    assert found
    assert any(
        p.file == file and abs(p.line - line) <= 1 and p.key.startswith(key) and advice in p.sentence
        for p in found
    ), found


@pytest.mark.parametrize(
    ("content", "advice"),
    [
        ("event: [tenkyo", "書き方"),
        ("event: tenkyo\nevent: tennyu\n", "2回"),
        ("a: &x [*x]\n", "参照"),
        ("", "中身が ありません"),
        ("- 1\n", "中身が ありません"),
        ("when: 2026-13-40\n", "書き方"),
        ("[1]: 2\n", "文字で"),
    ],
)
def test_a_file_that_is_no_yaml_of_ours_is_refused_in_words(folder: Path, content: str, advice: str):
    (folder / "tenkyo.yaml").write_text(content, encoding="utf-8")
    assert [p.file for p in check(folder) if advice in p.sentence] == ["tenkyo.yaml"]


def test_a_file_whose_name_ends_otherwise_is_named_and_never_left_out_in_silence(folder: Path):
    (folder / "shussei.yaml").rename(folder / "shussei.yml")
    (problem,) = check(folder)
    assert (problem.file, problem.severity) == ("shussei.yml", "error")


def test_who_links_to_a_file_that_cannot_be_read_made_no_mistake(folder: Path):
    (folder / "tennyu.yaml").write_text("event: [", encoding="utf-8")
    assert {p.file for p in check(folder)} == {"tennyu.yaml"}


def test_the_mark_windows_writes_before_utf_8_is_no_mistake(folder: Path):
    text = (folder / "tennyu.yaml").read_bytes()
    (folder / "tennyu.yaml").write_bytes(b"\xef\xbb\xbf" + text)
    assert check(folder) == []


def test_a_file_in_another_encoding_is_refused(folder: Path):
    (folder / "tenkyo.yaml").write_bytes(TENKYO.read_text(encoding="utf-8").encode("cp932", "replace"))
    assert any("UTF-8" in p.sentence for p in check(folder))


def test_all_mistakes_are_shown_at_once(folder: Path):
    change(folder, "tenkyo.yaml", "counter: kankyo", "counter: kankyou")
    change(folder, "tenkyo.yaml", "remote: prefill", "remote: perhaps")
    change(folder, "rikon.yaml", "when: {child: yes}", "when: {chlid: yes}")
    assert {(p.file, p.key.partition(".")[2]) for p in check(folder)} >= {
        ("tenkyo.yaml", "remote"), ("rikon.yaml", "when"),
    }  # fmt: skip


def test_a_missing_folder_or_an_empty_one_is_named(tmp_path: Path):
    assert "フォルダ" in check(tmp_path / "nowhere")[0].sentence
    assert {p.file for p in check(tmp_path)} >= {"common.yaml"}


def test_a_question_nobody_needs_is_a_warning_and_stops_nothing(folder: Path):
    change(
        folder,
        "tenkyo.yaml",
        "  - {id: dog,",
        "  - {id: cat, type: yn, ask: ねこを飼っていますか}\n  - {id: dog,",
    )
    assert [p.severity for p in check(folder)] == ["warning"]
    assert load(folder).events["tenkyo"].questions[-4].id == "cat"


def test_yes_and_no_stay_words_whatever_yaml_thinks(folder: Path):
    change(folder, "tenkyo.yaml", "when: {dog: yes}", "when: {dog: no}")
    assert check(folder) == []
    rule = next(p.when for p in load(folder).events["tenkyo"].procedures if p.id == "dog_addr")
    assert getattr(rule, "value", None) == "no"


def test_a_server_does_not_start_on_a_mistake_and_says_which(folder: Path):
    change(folder, "tenkyo.yaml", "counter: kankyo", "counter: kankyou")
    with pytest.raises(CatalogueError, match=r"tenkyo\.yaml:\d+: procedures\[9\]\.counter"):
        load(folder)


def test_every_change_is_another_version(folder: Path):
    before = version(folder)
    assert before == version(SHIPPED)
    change(folder, "tenkyo.yaml", "n: 30", "n: 31")
    assert version(folder) != before


def test_the_command_says_what_it_found_and_how_it_went(folder: Path, capsys: pytest.CaptureFixture[str]):
    assert main([str(folder)]) == 0
    assert "まちがいは ありません" in capsys.readouterr().out
    line = change(folder, "tenkyo.yaml", "counter: kankyo", "counter: kankyou")
    assert main([str(folder)]) == 1
    assert f"tenkyo.yaml:{line}: まちがい:" in capsys.readouterr().out
    assert main([]) == 2
