"""The demo's guide: every button it names is a button of today's pages."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / "deploy" / "demo" / "page"


def shown(*files: Path) -> str:
    """Return what these files hold, without the places where a line may break."""
    return "\n".join(file.read_text("utf-8") for file in files).replace("\\u200b", "")


def test_every_button_the_guide_names_exists() -> None:
    guide = shown(DEMO / "demo.js")
    named = re.findall(r"\[([^\]\[\"]+)\]", guide[guide.index("STEPS = [") : guide.index("];")])
    pages = shown(
        ROOT / "kiosk" / "screen" / "strings.ja.js",
        *sorted((ROOT / "server" / "web" / "shared").glob("*.ja.js")),
        DEMO / "index.html",
    )
    assert len(named) >= 9
    assert [button for button in named if f'"{button}"' not in pages and f">{button}<" not in pages] == []
