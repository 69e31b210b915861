"""A way out that does not work today is told in a word, and the window opens all the same."""

from pathlib import Path

import pytest

from server import config, exits
from tests import forms

pytestmark = pytest.mark.slow


async def test_a_folder_that_cannot_be_made_stops_no_start_and_its_forms_wait(tmp_path: Path):
    (tmp_path / "share").write_text("no folder")
    book = forms.book()
    filed = forms.last(forms.signed(book, forms.family(book), "tennyu_todoke"))
    async with exits.opened(config.Export(folder=tmp_path / "share" / "out")) as ways:
        assert ways is not None
        assert await ways.form(filed, b"%PDF-1.7", None) == "NotADirectoryError"
