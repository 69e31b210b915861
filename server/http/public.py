"""The public page of the waits, as HTML that needs no script, and as a table for whoever builds on it. Pure.

Numbers from one to four are not told apart anywhere here: in a small place the one who waits would be known.
"""

import csv
import io
from html import escape

from server.core.numbers import SMALL
from server.core.overview import Hall, HallLane

FEW = f"1〜{SMALL - 1}"
NOTICES = {
    "busy": "ただいま こみ合っています。順番に おつなぎします。",
    "short_staff": "職員が 少ないため、いつもより お待たせしています。",
    "system": "機械の 調子が わるく、時間が かかっています。",
    "soon": "まもなく 受付を 再開します。",
    "closing": "今日の 受付は まもなく 終わります。いま お待ちの方は おつなぎします。",
}
CLOSED = {
    "hours": "受付時間の 外です",
    "full": "今日は いっぱいです",
    "no_staff": "いま 職員が いません",
    "today": "今日は お休みです",
}


def page(hall: Hall, telephone: str) -> str:
    """Return the whole page."""
    lanes = "".join(_lane(lane) for lane in hall.lanes)
    day, _, time = hall.updated_at.partition("T")
    month, date = (str(int(part)) for part in day.split("-")[1:])
    said = "" if hall.announcement is None else _said(hall.announcement.notice, hall.announcement.text)
    return f"""<!doctype html>
<html lang="ja">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>リモート窓口の 待ちの ようす｜{escape(hall.city)}</title>
<link rel="icon" href="/shared/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/shared/theme.css">
<link rel="stylesheet" href="/wallboard/public.css">
</head>
<body>
<main class="public">
<header><p class="city">{escape(hall.city)} リモート窓口</p><h1>いまの 待ちの ようす</h1>
<p class="mut">{month}月{date}日 {time[:5]} の ようす <a class="again" href="/open/">新しくする</a></p></header>
{said}
<ul class="lanes">{lanes}</ul>
<footer>
<p>待ち時間は 目安です。順番は、急ぎの方などで 変わることが あります。待っている人が 4人までのときは、正確な人数を 出しません。</p>
<p>お問い合わせ <a href="tel:{escape(telephone.replace("-", ""))}">{escape(telephone)}</a></p>
<p>データ: <a href="/open/wait.json">いま（JSON）</a> <a href="/open/wait.csv">いま（CSV）</a> <a href="/open/visits.csv">4週間（CSV）</a></p>
</footer>
</main>
</body>
</html>
"""


def table(hall: Hall) -> str:
    """Return the same as CSV, one line per lane."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(("updated_at", "lane", "name", "open", "waiting", "wait_from", "wait_to", "hours"))
    for lane in hall.lanes:
        low, high = lane.wait_minutes or ("", "")
        waiting = FEW if lane.waiting is None else lane.waiting
        writer.writerow((hall.updated_at, lane.id, lane.name, int(lane.open), waiting, low, high, lane.hours))
    return out.getvalue()


def _said(notice: str | None, text: str) -> str:
    words = " ".join(part for part in (NOTICES.get(notice or "", ""), escape(text)) if part)
    return f'<p class="alert"><b>お知らせ</b>{words}</p>'


def _lane(lane: HallLane) -> str:
    people = FEW if lane.waiting is None else str(lane.waiting)
    waits = f'<p class="people">待っている人 <b>{people}</b>人</p>'
    if not lane.open:
        again = f"つぎは {escape(lane.opens)}" if lane.opens else ""
        now = f'<p class="shut"><b>{CLOSED[lane.closed or "hours"]}</b> {again}</p>'
        waits = waits if lane.waiting != 0 else ""
    elif lane.wait_minutes is None:
        now = '<p class="soon"><b>すぐ つながります</b></p>'
    else:
        low, high = lane.wait_minutes
        span = f"{high}分くらい" if low == high else f"{low}〜{high}分"
        now = f'<p class="about">待ち時間 <b>{span}</b></p>'
    hours = f'<p class="mut">受付 {escape(lane.hours)}</p>' if lane.hours else ""
    return f"<li><h2>{escape(lane.name)}</h2>{now}{waits}{hours}</li>"
