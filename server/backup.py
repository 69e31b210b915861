"""`komado-server backup` and `restore`: all that a server needs to come back, in one folder, taken while it runs.

A database is copied by SQLite's own online backup in one step: the copy is the state of one moment, commits before it
whole and commits after it absent, and the writer is not held up (sqlite.org/backup.html). Keys may be left out, because
a copy of the data beside its key is a copy anybody can read.
"""

import contextlib
import hashlib
import os
import shutil
import sqlite3
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import msgspec

from server import config

MANIFEST = "manifest.json"
PREFIX = "komado-"

TEXTS = {
    "made": "控えを 取りました: {folder}（{count}個のファイル）",
    "without_keys": "鍵は 入っていません。鍵（{keys}）は 別の安全な場所に あることを 確かめてください",
    "with_keys": "鍵も 入っています。この入れ物は 管理者だけが 読めるところに 置いてください",
    "damaged": "{path}: 控えに できません（{why}）",
    "no_backup": "{folder} は 控えでは ありません（{file} が ありません）",
    "changed": "{file}: 控えの中身が 取ったときと ちがいます。別の控えを 使ってください",
    "in_the_way": "{file} が もうあります。サーバーを 止め、別の場所へ 移してから もう一度 してください。何も 変えていません",
    "restored": "もどしました: {count}個のファイル。確かめる: komado-server --config {server} --check-config",
    "keys_missing": "この控えに 鍵は ありません。しまってある鍵を {keys} に もどしてください",
}


class CannotBackUp(Exception):
    """The command stops with this sentence; nothing half done is left."""


class Saved(msgspec.Struct, frozen=True, kw_only=True):
    """One file of a backup: its name here, where it belongs, its mode, and what it must still be."""

    name: str
    belongs: str
    mode: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a backup holds; `keys` are the files that were left out on purpose."""

    made: str
    server: str
    files: tuple[Saved, ...]
    keys: tuple[str, ...] = ()


def backup(server_toml: Path, into: Path, now: datetime, *, keys: bool, keep: int | None) -> list[str]:
    """Copy config, databases and (with `keys`) keys into a new folder below `into`; return what to tell.

    With `keep`, only that many of the newest backups stay. Raises CannotBackUp and ConfigError.
    """
    loaded = config.load_server(server_toml)
    folder = into / f"{PREFIX}{now:%Y%m%d-%H%M%S}"
    partial = into / f".{folder.name}.partial"
    into.mkdir(mode=0o700, parents=True, exist_ok=True)
    partial.mkdir(mode=0o700)
    try:
        plain, secret = _files(server_toml.resolve(), loaded)
        saved = [_copy(partial, name, file) for name, file in (*plain, *(secret if keys else ()))]
        saved += [_copy_database(partial, file) for file in sorted(loaded.data.glob("*.db"))]
        manifest = Manifest(
            made=now.isoformat(timespec="seconds"),
            server=str(server_toml.resolve()),
            files=tuple(saved),
            keys=() if keys else tuple(str(file) for _, file in secret),
        )
        (partial / MANIFEST).write_bytes(msgspec.json.format(msgspec.json.encode(manifest)))
        (partial / MANIFEST).chmod(0o600)
        _to_the_disk(partial)
        partial.rename(folder)
    except (OSError, sqlite3.Error) as error:
        path = getattr(error, "filename", None) or loaded.data
        raise CannotBackUp(TEXTS["damaged"].format(path=path, why=error)) from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    if keep is not None:
        _prune(into, keep)
    note = TEXTS["with_keys"] if keys else TEXTS["without_keys"].format(keys=" ".join(manifest.keys))
    return [TEXTS["made"].format(folder=folder, count=len(saved)), note]


def restore(folder: Path, *, owner: str | None = None) -> list[str]:
    """Put every file of a backup where it belongs, or none; return what to tell. Raises CannotBackUp."""
    try:
        manifest = msgspec.json.decode((folder / MANIFEST).read_bytes(), type=Manifest)
    except (OSError, msgspec.DecodeError) as error:
        raise CannotBackUp(TEXTS["no_backup"].format(folder=folder, file=MANIFEST)) from error
    for saved in manifest.files:
        copy = folder / saved.name
        if (
            not copy.resolve().is_relative_to(folder.resolve())
            or not copy.is_file()
            or _sum(copy) != saved.sha256
        ):
            raise CannotBackUp(TEXTS["changed"].format(file=copy))
        belongs = Path(saved.belongs)
        # A log of an older database beside a restored one would be replayed into it.
        for file in (belongs, belongs.with_name(belongs.name + "-wal")):
            if file.exists():
                raise CannotBackUp(TEXTS["in_the_way"].format(file=file))
    for saved in manifest.files:
        _put(folder / saved.name, Path(saved.belongs), saved.mode, owner)
    told = [TEXTS["restored"].format(count=len(manifest.files), server=manifest.server)]
    return told if not manifest.keys else [*told, TEXTS["keys_missing"].format(keys=" ".join(manifest.keys))]


def _files(server_toml: Path, loaded: config.Server) -> tuple[list[tuple[str, Path]], list[tuple[str, Path]]]:
    """Return what everybody may read and what nobody may: (name in the backup, file)."""
    plain = [("server.toml", server_toml), ("city.toml", loaded.city)]
    authority = server_toml.parent / "ca.pem"
    plain += [("ca.pem", authority)] if authority.exists() else []
    plain += [("tls/server.pem", loaded.tls.certificate)] if loaded.tls.certificate else []
    named = config.load_identity(loaded.city).files
    plain += [(f"identity/{number}-{file.name}", file) for number, file in enumerate(named)]
    plain += [(f"data/{file.relative_to(loaded.data)}", file) for file in _kept(loaded)]
    for name, folder in (("procedures", loaded.procedures), ("forms", loaded.forms)):
        if folder is not None:
            files = sorted(file for file in folder.rglob("*") if file.is_file())
            plain += [(f"{name}/{file.relative_to(folder)}", file) for file in files]
    secret = [("secrets/case.key", loaded.case_key)]
    secret += [("secrets/identity.key", loaded.card_key)] if loaded.card_key.exists() else []
    secret += [("tls/server.key", loaded.tls.key)] if loaded.tls.key else []
    secret += [("secrets/turn", loaded.turn.secret_file)] if loaded.turn.secret_file else []
    return plain, secret


def _kept(loaded: config.Server) -> list[Path]:
    """Return what else the data folder keeps: no database, no key, and no log of a kiosk."""
    files = (file.relative_to(loaded.data) for file in loaded.data.rglob("*") if file.is_file())
    return sorted(
        loaded.data / file
        for file in files
        if file.parts[0] != "logs" and ".db" not in file.suffix and loaded.data / file != loaded.card_key
    )


def _copy(folder: Path, name: str, file: Path) -> Saved:
    copy = folder / name
    for parent in reversed(copy.relative_to(folder).parents):
        (folder / parent).mkdir(mode=0o700, exist_ok=True)
    shutil.copyfile(file, copy)
    copy.chmod(0o600)
    return Saved(name=name, belongs=str(file.resolve()), mode=file.stat().st_mode & 0o777, sha256=_sum(copy))


def _copy_database(folder: Path, file: Path) -> Saved:
    name = f"data/{file.name}"
    copy = folder / name
    copy.parent.mkdir(mode=0o700, exist_ok=True)
    os.close(os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    with (
        contextlib.closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=rw", uri=True)) as source,
        contextlib.closing(sqlite3.connect(copy)) as target,
    ):
        source.execute("PRAGMA busy_timeout=5000")
        source.backup(target)
        target.execute("PRAGMA journal_mode=DELETE")  # one file, with nothing beside it
        (verdict,) = target.execute("PRAGMA integrity_check(1)").fetchone()
        if verdict != "ok":
            raise sqlite3.DatabaseError(verdict)
    return Saved(name=name, belongs=str(file.resolve()), mode=0o600, sha256=_sum(copy))


def _put(copy: Path, belongs: Path, mode: int, owner: str | None) -> None:
    new = [parent for parent in belongs.parents if not parent.exists()]
    belongs.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
    with open(os.open(belongs, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
        opened.write(copy.read_bytes())
        os.fchmod(opened.fileno(), mode)
    if owner is not None:
        for path in (belongs, *new):
            shutil.chown(path, owner, owner)


def _sum(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _to_the_disk(folder: Path) -> None:
    for path in _below(folder):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _below(folder: Path) -> Iterator[Path]:
    yield from folder.rglob("*")
    yield folder


def _prune(into: Path, keep: int) -> None:
    # By name, which is by age; nothing that is not ours is touched.
    for old in sorted(one for one in into.glob(f"{PREFIX}*") if (one / MANIFEST).is_file())[: -keep or None]:
        shutil.rmtree(old)
