"""Kiosks are updated one by one: what any released version ever sent must decode for ever."""

import msgspec
import pytest

from server.protocol import messages
from tests.wire.write_examples import HERE, all_messages

KINDS = all_messages()
FILES = sorted(HERE.parent.glob("[0-9]*/*.json"))


def within(old: object, new: object) -> bool:
    """Whether `new` says everything `old` says; fields that came later do not matter."""
    match old, new:
        case dict(), dict():
            return all(key in new and within(value, new[key]) for key, value in old.items())
        case list(), list():
            return len(old) == len(new) and all(map(within, old, new))
        case _:
            return old == new


def test_every_message_has_an_example():
    assert {path.stem for path in HERE.glob("*.json")} == set(KINDS)


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_an_old_message_still_decodes_and_keeps_its_meaning(path):
    raw = msgspec.json.decode(path.read_bytes())
    message = msgspec.json.decode(path.read_bytes(), type=KINDS[path.stem])
    again = msgspec.json.decode(msgspec.json.encode(message))
    assert within(raw, again)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_an_unknown_field_is_ignored_and_a_missing_optional_one_is_filled(path):
    kind = KINDS[path.stem]
    raw = msgspec.json.decode(path.read_bytes())
    needed = {field.encode_name for field in msgspec.structs.fields(kind) if field.required}
    small = {key: value for key, value in raw.items() if key in needed or key == "type"}
    msgspec.convert(small | {"from_the_future": 1}, kind)


def test_an_unknown_tag_is_refused_with_its_path():
    with pytest.raises(msgspec.ValidationError, match=r"at `\$\.type`"):
        msgspec.json.decode(b'{"type":"nope"}', type=messages.FromKiosk)


def test_too_long_is_refused_without_repeating_it():
    with pytest.raises(msgspec.ValidationError) as refusal:
        msgspec.json.decode(
            msgspec.json.encode({"type": "say", "id": "a", "text": "秘密" * 2000}), type=messages.ToResident
        )
    assert "秘密" not in str(refusal.value)


def test_personal_messages_never_print_what_they_hold():
    for tag, kind in KINDS.items():
        text = repr(msgspec.json.decode((HERE / f"{tag}.json").read_bytes(), type=kind))
        if tag in ("say", "call_snapshot", "written", "card_confirm", "key_pressed"):
            assert "redacted" in text
            assert "見本" not in text
