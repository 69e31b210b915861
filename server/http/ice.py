"""Which STUN and TURN servers a peer may use, with credentials that expire.

coturn's `use-auth-secret` (draft-uberti-behave-turn-rest-00): the username is the expiry and a label, the password
its HMAC-SHA1 under the shared secret. The label is an id, so coturn's log can be joined with ours and names nobody.
"""

import base64
import hashlib
import hmac

import msgspec

from server.protocol.values import IceServer


class TurnSecret(msgspec.Struct, frozen=True, kw_only=True):
    """What is shared with coturn."""

    urls: tuple[str, ...]
    secret: bytes
    lasts: float

    def __repr__(self) -> str:
        return f"<TurnSecret {self.urls}>"


def credentials(turn: TurnSecret, label: str, wall: float) -> IceServer:
    """Return an entry that `label` can use until it expires."""
    username = f"{int(wall + turn.lasts)}:{label}"
    digest = hmac.new(turn.secret, username.encode(), hashlib.sha1).digest()
    return IceServer(urls=turn.urls, username=username, credential=base64.b64encode(digest).decode())


def servers(
    fixed: tuple[IceServer, ...], turn: TurnSecret | None, label: str, wall: float
) -> tuple[IceServer, ...]:
    """Return all entries for one peer."""
    return fixed if turn is None else (*fixed, credentials(turn, label, wall))
