"""`komado-server doctor`: is everything there that a server needs? One line each: what is so, and what to do."""

import asyncio
import contextlib
import shutil
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, NamedTuple

from server import config
from server.admin import say
from server.core.city import City, Person
from server.core.matching import may_answer
from server.documents.papers import FontsMissing, Papers
from server.http.tls import expires
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


def main(server_toml: Path) -> int:
    """Print what is found and return the exit code: 0 when nothing is broken."""
    bad = False
    for finding in examine(server_toml, datetime.now(UTC)):
        say(str(finding))
        bad |= finding.mark == "bad"
    return 1 if bad else 0
