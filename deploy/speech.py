"""Record the sentences of the resident's screen (`make speech`): Open JTalk's voice "Mei", Opus in Ogg, one file per sentence.

Run it after changing a sentence that is spoken; a test compares `spoken.json` with the string tables. A kiosk itself needs
no speech engine. Needs the extra "speech".
"""

import json
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

ROOT = Path(__file__).resolve().parent.parent
SCREEN = ROOT / "kiosk" / "screen"
SPEECH = SCREEN / "speech"
LANGUAGES = ("ja", "easy")
SPEED = 0.85  # of the voice's usual pace (ux.md §1.7)
RATE = 48_000
BITS = 24_000
PAUSE = 0.25  # seconds of silence after a sentence
READ_AS = {
    "番号はいりません": "番号は、いりません", "いちばん上": "いちばんうえ", "急ぎの方": "急ぎのかた", "ほかの方": "ほかのかた",
    "もういちどお": "もういちど、お", "123": "いち、に、さん", "開いてい": "あいてい", "ここの人": "ここのひと",
    "表でも": "おもてでも",
}  # fmt: skip
"""Where the engine's dictionary reads something else than people do; listen again after changing a sentence."""


def spoken_keys() -> list[str]:
    """Read which sentences are spoken."""
    text = (SCREEN / "speech.js").read_text("utf-8")
    block = text[text.index("SPOKEN = ") : text.index("]);")]
    return re.findall(r'"([a-z0-9_.]+)"', block)


def sentences(language: str) -> dict[str, str]:
    """Return what is said for each key: its words without breaths and without ruby."""
    text = (SCREEN / f"strings.{language}.js").read_text("utf-8")
    table = dict(re.findall(r'^\s*"([a-z0-9_.]+)": "(.*)",$', text, re.MULTILINE))
    return {key: _said(table[key]) for key in spoken_keys()}


def _said(text: str) -> str:
    bare = re.sub(r"\{([^{}|]*)\|[^{}]*\}", r"\1", text.replace("\\u200b", ""))
    bare = re.sub(r"(?<=[ぁ-んァ-ヶ一-龠々ー、。]) +", "", bare)
    for written, read in READ_AS.items():
        bare = bare.replace(written, read)
    return bare


def record(text: str, file: Path) -> None:
    """Write one sentence."""
    import av
    import numpy as np

    samples = np.concatenate([_voice(text), np.zeros(int(RATE * PAUSE))])
    pcm = np.clip(samples, -32_768, 32_767).astype(np.int16).reshape(1, -1)
    with av.open(str(file), "w", format="ogg") as ogg:
        stream = ogg.add_stream("libopus", rate=RATE, layout="mono")
        stream.bit_rate = BITS
        frame = av.AudioFrame.from_ndarray(pcm, format="s16", layout="mono")
        frame.sample_rate = RATE
        for packet in (*stream.encode(frame), *stream.encode(None)):
            ogg.mux(packet)


def _voice(text: str) -> Any:
    import pyopenjtalk  # pyright: ignore[reportMissingImports]

    samples, rate = cast(Any, pyopenjtalk).tts(text, speed=SPEED)
    assert rate == RATE
    return samples


def changed(old: dict[str, dict[str, str]]) -> Iterator[tuple[str, str, str]]:
    """Yield what has to be recorded anew."""
    for language in LANGUAGES:
        for key, text in sentences(language).items():
            if old.get(language, {}).get(key) != text or not (SPEECH / language / f"{key}.ogg").exists():
                yield language, key, text


def main() -> None:
    """Record what changed, and remove what is spoken no longer."""
    index = SPEECH / "spoken.json"
    old = json.loads(index.read_text("utf-8")) if index.exists() else {}
    for language, key, text in changed(old):
        (SPEECH / language).mkdir(parents=True, exist_ok=True)
        record(text, SPEECH / language / f"{key}.ogg")
        sys.stdout.write(f"{language} {key}: {text}\n")
    new = {language: sentences(language) for language in LANGUAGES}
    for language in LANGUAGES:
        for file in (SPEECH / language).glob("*.ogg"):
            if file.stem not in new[language]:
                file.unlink()
    for folder in SPEECH.iterdir():
        if folder.is_dir() and folder.name not in LANGUAGES:
            shutil.rmtree(folder)
    index.write_text(json.dumps(new, ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8")


if __name__ == "__main__":
    main()
