"""Copy the browser libraries that pages need from node_modules into ignored `vendor/` folders (`make vendor`).

Bare imports are rewritten to absolute ones, so pages need neither a bundler nor an inline import map, and the
content security policy can forbid every inline script.
"""

import re
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
TARGETS = (ROOT / "kiosk" / "screen" / "vendor", ROOT / "server" / "web" / "vendor")
FILES = {
    "lit/index.js": "lit.js",
    "@lit/reactive-element/reactive-element.js": "reactive-element.js",
    "@lit/reactive-element/css-tag.js": "css-tag.js",
    "lit-html/lit-html.js": "lit-html.js",
    "lit-html/is-server.js": "is-server.js",
    "lit-html/directive.js": "directive.js",
    "lit-html/directive-helpers.js": "directive-helpers.js",
    "lit-html/directives/repeat.js": "repeat.js",
    "lit-html/directives/style-map.js": "style-map.js",
    "lit-html/directives/class-map.js": "class-map.js",
    "lit-html/directives/keyed.js": "keyed.js",
    "lit-html/directives/live.js": "live.js",
    "lit-element/lit-element.js": "lit-element.js",
    "@digital-go-jp/design-tokens/dist/tokens.css": "tokens.css",
}
LICENCES = {"lit": "lit", "@digital-go-jp/design-tokens": "design-tokens"}
IMPORT = re.compile(r"""((?:from|import)\s*)(["'])((?:@lit/|lit|\.{1,2}/)[^"']*)\2""")


def _absolute(match: re.Match[str]) -> str:
    name = match[3].rsplit("/", 1)[-1]
    name = name if name.endswith(".js") else f"{name}.js"
    return f"{match[1]}{match[2]}/vendor/{name}{match[2]}"


def main() -> int:
    """Fill both folders; say what is missing if node_modules is not there."""
    if not (MODULES / "lit").is_dir():
        sys.stderr.write("node_modules is missing: run `make setup` (it runs `npm ci`)\n")
        return 1
    for target in TARGETS:
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        for source, name in FILES.items():
            text = (MODULES / source).read_text(encoding="utf-8")
            text = re.sub(r"\n?//# sourceMappingURL=.*", "", text)
            (target / name).write_text(
                IMPORT.sub(_absolute, text) if name.endswith(".js") else text, encoding="utf-8"
            )
        for package, name in LICENCES.items():
            for licence in (MODULES / package).glob("LICENSE*"):
                shutil.copy(licence, target / f"{name}.LICENSE")
    return 0


if __name__ == "__main__":
    sys.exit(main())
