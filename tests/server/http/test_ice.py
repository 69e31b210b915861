"""TURN credentials as coturn checks them."""

import base64
import hashlib
import hmac

import pytest

from server.http.ice import TurnSecret, servers
from server.protocol.values import IceServer

pytestmark = pytest.mark.slow

STUN = IceServer(urls=("stun:mado.example:3478",))
TURN = TurnSecret(urls=("turn:mado.example:3478",), secret=b"s3cret", lasts=600.0)


def test_credentials_expire_and_carry_the_label_and_coturns_hmac() -> None:
    fixed, turn = servers((STUN,), TURN, "t17", 1000.5)
    assert fixed == STUN
    assert turn.username == "1600:t17"
    wanted = base64.b64encode(hmac.new(b"s3cret", b"1600:t17", hashlib.sha1).digest()).decode()
    assert turn.credential == wanted


def test_without_a_secret_there_are_only_the_fixed_servers() -> None:
    assert servers((STUN,), None, "t17", 0.0) == (STUN,)


def test_the_secret_does_not_print_itself() -> None:
    assert "s3cret" not in repr(TURN)
