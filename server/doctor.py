"""`komado-server doctor`: is everything there that a server needs? One line each: what is so, and what to do."""

import asyncio
import contextlib
import shutil
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec

from server import config
from server.admin import say
from server.core.city import City, Person
from server.core.forms.page import Table, owed
from server.core.matching import may_answer
from server.documents.papers import FontsMissing, Papers
from server.formwork import FORMS
from server.http.tls import expires
from server.store.cases import CaseStore
from server.store.registry import Registry
from server.store.sqlite import Database

SOON_DAYS = 30
LITTLE_SPACE = 1_000_000_000
"""Bytes; a day of a large city's journal is a hundredth of it, so there is time to act."""

TEXTS = {
    "config": "設定 {file}",
    "keys": "鍵",
    "no_data": "データは まだ ありません。はじめて 動かすと できます",
    "data": "データ {file}（{megabytes} MB）",
    "data_bad": "データ {file} が こわれています。控えから もどしてください（{why}）",
    "space": "空き {gigabytes} GB",
    "space_little": "空きが {gigabytes} GB しか ありません。古い控えを 消すか、ディスクを 足してください",
    "no_tls": "証明書なし: この機械の中だけで 使えます",
    "tls": "証明書は {day} まで",
    "tls_soon": "証明書が {day} に 切れます。取りかえてください",
    "tls_over": "証明書が {day} に 切れました。端末も 職員の画面も つながりません。取りかえてください",
    "fonts": "紙の文字",
    "fonts_missing": "紙の文字が ありません。apt-get install {package}",
    "answers": "{purposes} に 応答できる職員 {count}人",
    "export": "庁内へ 渡せていない書類は ありません",
    "export_waits": "庁内へ 渡せていない書類が {count}件 あります（{since} から、{why}）。受け取り側を 見てください。渡せるまで 自動で くり返します",
    "nobody": "{purposes} に 応答できる職員が いません。staff add --role clerk で 登録してください",
}

Mark = Literal["ok", "warn", "bad"]
SIGNS: dict[Mark, str] = {"ok": "○", "warn": "▲", "bad": "×"}


class Finding(NamedTuple):
    """One line for the person who looks."""

    mark: Mark
    text: str

    def __str__(self) -> str:
        return f"{SIGNS[self.mark]} {self.text}"


def examine(server_toml: Path, now: datetime) -> Iterator[Finding]:
    """Yield what is found; the server may run beside it, and nothing is changed. Raises ConfigError."""
    loaded = config.load_server(server_toml)
    city = config.load_city(loaded.city)
    yield Finding("ok", TEXTS["config"].format(file=server_toml))
    config.case_key(loaded)
    yield Finding("ok", TEXTS["keys"])
    yield _certificate(loaded.tls.certificate, now)
    yield _fonts()
    yield _space(loaded)
    if not loaded.database.exists():
        yield Finding("warn", TEXTS["no_data"])
        return
    data = _data(loaded.database)
    yield data
    if data.mark == "ok":
        yield from _people(city, asyncio.run(_staff(loaded, city)))
        yield from _exports(loaded, asyncio.run(_waiting(loaded, city)))


def _certificate(file: Path | None, now: datetime) -> Finding:
    if file is None:
        return Finding("ok", TEXTS["no_tls"])
    until = expires(file)
    left = (until - now).total_seconds() / 86_400
    mark, text = (
        ("bad", "tls_over") if left <= 0 else ("warn", "tls_soon") if left < SOON_DAYS else ("ok", "tls")
    )
    return Finding(mark, TEXTS[text].format(day=f"{until.astimezone():%Y-%m-%d}"))


def _fonts() -> Finding:
    try:
        Papers()
    except FontsMissing as error:
        return Finding("bad", TEXTS["fonts_missing"].format(package=error.package))
    return Finding("ok", TEXTS["fonts"])


def _space(loaded: config.Server) -> Finding:
    there = next(path for path in (loaded.data, *loaded.data.parents) if path.exists())
    free = shutil.disk_usage(there).free
    text = "space_little" if free < LITTLE_SPACE else "space"
    return Finding(
        "warn" if free < LITTLE_SPACE else "ok", TEXTS[text].format(gigabytes=round(free / 1e9, 1))
    )


def _data(file: Path) -> Finding:
    try:
        with contextlib.closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as opened:
            (verdict,) = opened.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.Error as error:
        verdict = str(error)
    if verdict != "ok":
        return Finding("bad", TEXTS["data_bad"].format(file=file, why=verdict))
    return Finding("ok", TEXTS["data"].format(file=file, megabytes=round(file.stat().st_size / 1e6, 1)))


async def _staff(loaded: config.Server, city: City) -> list[Person]:
    database = Database(loaded.database)
    try:
        return list((await Registry(database, city.id).staff()).values())
    finally:
        await database.close()


def _people(city: City, people: list[Person]) -> Iterator[Finding]:
    names = {purpose.id: purpose.staff_label for purpose in city.purposes}
    for lane in city.lanes:
        count = sum(may_answer(person, lane) for person in people)
        purposes = "・".join(names[key] for key in lane.purposes[:3]) + (
            "など" if len(lane.purposes) > 3 else ""
        )
        text = TEXTS["answers" if count else "nobody"].format(purposes=purposes, count=count)
        yield Finding("ok" if count else "warn", text)


async def _waiting(loaded: config.Server, city: City) -> list[Table]:
    """Return the forms of every visit that the back office has not got."""
    database = Database(loaded.database)
    try:
        cases = CaseStore(database, city.id, config.case_key(loaded))
        found = [await cases.get(one, FORMS) for one in await cases.holding(FORMS)]
    finally:
        await database.close()
    tables = [msgspec.json.decode(text, type=Table) for text in found if text is not None]
    return [table for table in tables if owed(table)]


def _exports(loaded: config.Server, waiting: list[Table]) -> Iterator[Finding]:
    """Say what has not gone out: nothing of it names a person or a form."""
    if loaded.export.folder is None and loaded.export.webhook is None:
        return
    failed = [table.delivery for table in waiting if table.delivery.tries]
    if not failed:
        yield Finding("ok", TEXTS["export"])
        return
    last = max(failed, key=lambda one: one.failed_at)
    since = datetime.fromtimestamp(min(one.since for one in failed), UTC).astimezone()
    text = TEXTS["export_waits"].format(count=len(failed), since=f"{since:%Y-%m-%d %H:%M}", why=last.why)
    yield Finding("warn", text)


def main(server_toml: Path) -> int:
    """Print what is found and return the exit code: 0 when nothing is broken."""
    bad = False
    for finding in examine(server_toml, datetime.now(UTC)):
        say(str(finding))
        bad |= finding.mark == "bad"
    return 1 if bad else 0
