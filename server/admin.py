"""What is done at the command line beside a server: setting up a folder, and keeping the list of staff."""

import asyncio
import getpass
import os
import secrets
import shutil
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from server import config
from server.core.city import SKILL_KINDS, Person
from server.core.skills import ANSWERING
from server.http.auth import HASHER, LONGEST_PASSWORD
from server.http.tls import Pair, make_authority, make_server, server_context
from server.protocol.values import MunicipalityId, StaffId
from server.store.registry import Account, Registry, Taken
from server.store.sqlite import Database

ROLES = ("clerk", "supervisor", "field_it", "administrator", "auditor", "helper")
FIRST = ("administrator", "field_it", "supervisor")
"""What the first administrator is; a supervisor answers residents too, so one person can try everything."""
SHORTEST_PASSWORD = 8

TEXTS = {
    "exists": "{file} は もうあります。別の入れ物を 指定するか、それを 片づけてください",
    "half_own": "--certificate と --key は 両方 指定してください",
    "bad_pair": "{file}: 証明書と鍵が 合いません（{why}）",
    "made": "{folder} に 用意しました。",
    "administrator": "管理者の",
    "credentials": "ID: {account}  パスワード: {password}",
    "shown_once": "このパスワードは もう表示できません。控えてから 画面を 消してください。",
    "next": """
つぎに すること
 1. {city} を 自分の市に 書きかえる（名前・電話・場所・受付時間）
 2. {trust}
 3. 始める:  komado-server run --config {server}
""",
    "trust": "職員のパソコンと端末に {ca} を 信頼する証明書として 入れる。{key} は 別の安全な場所へ 移す",
    "own_trust": "市の証明書を 使います。期限の前に 取りかえてください",
    "loopback_trust": "この機械の中だけで 使えます。ほかから使うには --host で 名前を 指定して 作りなおす",
    "taken": "そのIDは もう使われています",
    "unknown_account": "そのIDの職員は いません",
    "unknown_skill": "「{skill}」は できることの 書き方では ありません。使えるもの: {kinds} のあとに : と名前",
    "unknown_role": "役割「{role}」は ありません。使えるもの: {roles}",
    "short": "パスワードは {n}文字以上に してください",
    "long": "パスワードは {n}文字までに してください",
    "again": "2回の入力が ちがいます",
    "no_terminal": "パスワードを 聞けません。--generate を 付けると 作って表示します",
    "missing": "{option} を 指定してください",
    "added": "登録しました: {account}",
    "changed": "変えました: {account}。開いている画面は すぐ閉じます",
    "nobody": "まだ だれも いません",
    "cannot_answer": """
この人は 呼び出しに 応答できません。応答する職員を 登録する（ためすときも）:
  komado-server --config {server} staff add --role clerk
""",
    "can_answer": """
この ID で、すぐに ためせます
  職員の画面（呼び出しに 応答する）: /console/
  端末の見守り（端末を 登録する）:   /dashboard/
""",
}


class Refused(Exception):
    """The command stops with this sentence."""


def say(text: str) -> None:
    """Tell the person at the terminal."""
    sys.stdout.write(text + "\n")


# ---------------------------------------------------------------- init


def init(
    folder: Path,
    *,
    hosts: Sequence[str],
    port: int,
    data: Path | None,
    certificate: Path | None,
    key: Path | None,
    account: str,
    ask: bool,
    owner: str | None,
    roles: Sequence[str],
    name: str,
    department: str,
) -> None:
    """Make everything a server needs in `folder`, and print what to do next. Raises Refused."""
    _check_roles(roles)
    if (certificate is None) != (key is None):
        raise Refused(TEXTS["half_own"])
    server, city = folder / "server.toml", folder / "city.toml"
    for file in (server, city, folder / "secrets" / "case.key"):
        if file.exists():
            raise Refused(TEXTS["exists"].format(file=file))
    for inner in (folder, folder / "tls", folder / "secrets"):
        inner.mkdir(mode=0o750, parents=True, exist_ok=True)
    data = (data or folder / "data").resolve()
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    trust = _certificates(folder, hosts, certificate, key)
    _write(folder / "secrets" / "case.key", secrets.token_bytes(32), 0o600)
    _write(city, (Path(__file__).parent / "city.toml").read_bytes(), 0o644)
    tls = bool(hosts) or certificate is not None
    _write(server, _server_toml(tls=tls, port=port, data=data).encode(), 0o644)
    loaded = config.load_server(server)
    chosen = _typed_password() if ask else secrets.token_urlsafe(12)
    asyncio.run(_first_administrator(loaded, account, chosen, roles, name, department))
    if owner is not None:
        for path in (folder, *folder.rglob("*"), data, *data.rglob("*")):
            shutil.chown(path, owner, owner)
    say(TEXTS["made"].format(folder=folder))
    say(
        TEXTS["administrator"]
        + TEXTS["credentials"].format(account=account, password="***" if ask else chosen)
    )
    if not ask:
        say(TEXTS["shown_once"])
    say(TEXTS["next"].format(city=city, trust=trust, server=server))
    answers = any(role in ANSWERING for role in roles)
    say(TEXTS["can_answer" if answers else "cannot_answer"].format(server=server))


def _certificates(folder: Path, hosts: Sequence[str], certificate: Path | None, key: Path | None) -> str:
    tls = folder / "tls"
    if certificate is not None and key is not None:
        _write(tls / "server.pem", certificate.read_bytes(), 0o644)
        _write(tls / "server.key", key.read_bytes(), 0o600)
        try:
            server_context(tls / "server.pem", tls / "server.key")
        except OSError as error:  # ssl.SSLError is one
            raise Refused(TEXTS["bad_pair"].format(file=certificate, why=error)) from error
        return TEXTS["own_trust"]
    if not hosts:
        return TEXTS["loopback_trust"]
    now = datetime.now(UTC)
    authority = make_authority(f"Komado CA {now:%Y-%m-%d}", now)
    own: Pair = make_server(authority, hosts, now)
    _write(folder / "ca.pem", authority.certificate, 0o644)
    _write(tls / "ca.key", authority.key, 0o600)
    _write(tls / "server.pem", own.certificate + authority.certificate, 0o644)
    _write(tls / "server.key", own.key, 0o600)
    return TEXTS["trust"].format(ca=folder / "ca.pem", key=tls / "ca.key")


def _server_toml(*, tls: bool, port: int, data: Path) -> str:
    """Return a `server.toml`; the annotated one is deploy/examples/server.toml."""
    lines = [
        "# komado-server init が 作りました。書き方の説明は deploy/examples/server.toml にあります。",
        f'data = "{data}"',
        'city = "city.toml"',
        'case_key = "secrets/case.key"',
        "",
        "[listen]",
        f'host = "{"0.0.0.0" if tls else "127.0.0.1"}"',
        f"port = {port}",
    ]
    if tls:
        lines += ["", "[tls]", 'certificate = "tls/server.pem"', 'key = "tls/server.key"']
    return "\n".join(lines) + "\n"


async def _first_administrator(
    loaded: config.Server, account: str, password: str, roles: Sequence[str], name: str, department: str
) -> None:
    city = config.load_city(loaded.city)
    async with _Registry(loaded, city.id) as registry:
        await add(
            registry,
            account=account,
            name=name,
            department=department,
            roles=roles,
            password=password,
        )


def _write(file: Path, content: bytes, mode: int) -> None:
    with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as opened:
        os.fchmod(opened.fileno(), mode)
        opened.write(content)


# ---------------------------------------------------------------- staff


class _Registry:
    """The registry of a configured server, opened for one command; the server may run beside it."""

    def __init__(self, loaded: config.Server, city: MunicipalityId) -> None:
        loaded.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._database = Database(loaded.database)
        self._registry = Registry(self._database, city)

    async def __aenter__(self) -> Registry:
        return self._registry

    async def __aexit__(self, *_: object) -> None:
        await self._database.close()


def staff(loaded: config.Server, action: str, options: "StaffOptions") -> None:
    """Run one `komado-server staff` command. Raises Refused and ConfigError."""
    asyncio.run(_staff(loaded, action, options))


class StaffOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What `staff add` and its brothers were given; what is missing is asked for."""

    account: str = ""
    name: str = ""
    department: str = ""
    roles: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    generate: bool = False
    from_stdin: bool = False

    def __repr__(self) -> str:
        return "<StaffOptions>"


async def _staff(loaded: config.Server, action: str, options: StaffOptions) -> None:
    city = config.load_city(loaded.city)
    async with _Registry(loaded, city.id) as registry:
        match action:
            case "add":
                _check_roles(options.roles)
                account = options.account or _ask("ID", "--account")
                name = options.name or _ask("名前", "--name")
                department = options.department or _ask("課", "--department")
                roles = options.roles or tuple(_ask(f"役割 ({' '.join(ROLES)})", "--role").split())
                await add(
                    registry,
                    account=account,
                    name=name,
                    department=department,
                    roles=roles,
                    skills=options.skills,
                    password=_password(options, account),
                )
                say(TEXTS["added"].format(account=account))
            case "list":
                _print_list(await registry.accounts())
            case "disable" | "enable":
                found = await _find(registry, options.account)
                await registry.set_enabled(found.person.id, action == "enable")
                say(TEXTS["changed"].format(account=options.account))
            case "password":
                found = await _find(registry, options.account)
                await registry.set_password(found.person.id, await _hash(_password(options, options.account)))
                say(TEXTS["changed"].format(account=options.account))
            case _:
                raise AssertionError(action)  # argparse offers these five


async def add(
    registry: Registry,
    *,
    account: str,
    name: str,
    department: str,
    roles: Sequence[str],
    password: str,
    skills: Sequence[str] = (),
) -> StaffId:
    """Add a person who can sign in and return their id. Raises Refused."""
    _check_roles(roles)
    for skill in skills:
        if skill.partition(":")[0] not in SKILL_KINDS or skill.endswith(":"):
            raise Refused(TEXTS["unknown_skill"].format(skill=skill, kinds=" ".join(SKILL_KINDS)))
    id = StaffId("s-" + secrets.token_hex(4))
    person = Person(id=id, name=name, department=department, roles=tuple(roles), skills=tuple(skills))
    try:
        await registry.add_staff(Account(account=account, person=person, password=await _hash(password)))
    except Taken:
        raise Refused(TEXTS["taken"]) from None
    return id


async def _hash(password: str) -> str:
    if len(password) < SHORTEST_PASSWORD:
        raise Refused(TEXTS["short"].format(n=SHORTEST_PASSWORD))
    if len(password) > LONGEST_PASSWORD:
        raise Refused(TEXTS["long"].format(n=LONGEST_PASSWORD))
    return await asyncio.to_thread(HASHER.hash, password)


async def _find(registry: Registry, account: str) -> Account:
    found = await registry.account(account)
    if found is None:
        raise Refused(TEXTS["unknown_account"])
    return found


def _check_roles(roles: Sequence[str]) -> None:
    for role in roles:
        if role not in ROLES:
            raise Refused(TEXTS["unknown_role"].format(role=role, roles=" ".join(ROLES)))


def _ask(question: str, option: str) -> str:
    if not sys.stdin.isatty():
        raise Refused(TEXTS["missing"].format(option=option))
    return input(f"{question}: ").strip()


def _password(options: StaffOptions, account: str) -> str:
    if options.from_stdin:
        return sys.stdin.readline().rstrip("\n")
    if options.generate:
        made = secrets.token_urlsafe(12)
        say(TEXTS["credentials"].format(account=account, password=made))
        say(TEXTS["shown_once"])
        return made
    return _typed_password()


def _typed_password() -> str:
    if not sys.stdin.isatty():
        raise Refused(TEXTS["no_terminal"])
    first = getpass.getpass("パスワード: ")
    if first != getpass.getpass("もう一度: "):
        raise Refused(TEXTS["again"])
    return first


def _print_list(accounts: Sequence[Account]) -> None:
    if not accounts:
        say(TEXTS["nobody"])
    for one in accounts:
        state = "" if one.person.enabled else "  (停止中)"
        say(f"{one.account}\t{one.person.name}\t{one.person.department}\t{' '.join(one.person.roles)}{state}")
