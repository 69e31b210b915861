"""A process that is killed while writing loses nothing it had acknowledged."""

from pathlib import Path

import pytest

from tests.server.store.crash import run

pytestmark = pytest.mark.slow


@pytest.mark.slow
def test_killed_again_and_again_nothing_acknowledged_is_lost(tmp_path: Path):
    total, wrong = run(tmp_path / "crash.db", cycles=5, seed=7)
    assert wrong == []
    assert total > 5
