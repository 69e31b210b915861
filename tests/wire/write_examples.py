"""Write one example of each message into `tests/wire/<PROTOCOL>/`: run once per protocol version, then never edited.

usage: python -m tests.wire.write_examples
"""

from pathlib import Path
from typing import Any, get_args

import msgspec
from msgspec import inspect as i

from server.protocol import messages, screen

UNIONS: tuple[Any, ...] = (
    messages.FromKiosk, messages.ToKiosk, messages.FromStaff, messages.ToStaff,
    messages.ToResident, messages.ToClerk, screen.Screen, screen.ToScreen, screen.FromScreen,
)  # fmt: skip
HERE = Path(__file__).parent / str(messages.PROTOCOL)
TEXT = {
    "^(0[0-9]{9,10})?$": "09012345678",
    "^0[0-9]{9,10}$": "09012345678",
    "^[0-9]{8}$": "19440503",
    "^[0-9]{6}$": "048213",
    "^[0-9]{14}$": "19050320352285",
    "^[a-z][a-z0-9_.]*$": "tennyu",
    "^[0-9]{4}-[0-9]{2}-[0-9]{2}$": "2026-11-24",
    "^[a-z][a-z0-9_.:]*$": "purpose:tennyu",
}


def example(kind: i.Type) -> Any:
    """Return JSON-able data of this type with every field present."""
    match kind:
        case i.StructType(fields=fields, tag=tag, tag_field=tag_field):
            body = {} if tag_field is None else {tag_field: tag}
            return body | {field.encode_name: example(field.type) for field in fields}
        case i.UnionType(types=types):
            return example(next((t for t in types if not isinstance(t, i.NoneType)), types[0]))
        case i.LiteralType(values=values):
            return values[0]
        case i.StrType(pattern=pattern, min_length=least):
            return TEXT.get(pattern or "", "見本" if pattern is None and not least else "t-12")
        case i.BytesType(min_length=least, max_length=most):
            return "A" * 4 * -(-(least or 0) // 3) if (least or 0) % 3 == 0 else _base64(least or most or 0)
        case i.IntType(ge=least):
            return max(1, int(least or 0)) if (kind.le is None or kind.le >= 1) else 0
        case i.FloatType():
            return 1.5
        case i.BoolType():
            return True
        case i.VarTupleType(item_type=item) | i.ListType(item_type=item):
            return [example(item)]
        case i.TupleType(item_types=items):
            return [example(item) for item in items]
        case i.DictType(key_type=key, value_type=value):
            return {example(key): example(value)}
        case i.NoneType():
            return None
        case i.DateType():
            return "2026-11-24"
        case _:
            raise TypeError(f"no example of {kind}")


def _base64(length: int) -> str:
    import base64

    return base64.b64encode(bytes(length)).decode()


def all_messages() -> dict[str, type[msgspec.Struct]]:
    """Every message by its tag."""
    found: dict[str, type[msgspec.Struct]] = {}
    for union in UNIONS:
        for kind in get_args(union):
            found[kind.__struct_config__.tag] = kind
    return found


def main() -> None:
    """Write what is not there yet."""
    HERE.mkdir(exist_ok=True)
    for tag, kind in all_messages().items():
        path = HERE / f"{tag}.json"
        if not path.exists():
            body = example(i.type_info(kind))
            msgspec.json.decode(msgspec.json.encode(body), type=kind)
            path.write_bytes(msgspec.json.format(msgspec.json.encode(body), indent=1) + b"\n")


if __name__ == "__main__":
    main()
