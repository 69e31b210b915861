"""Every Japanese word the checklist itself adds to what the city wrote; the one table."""

from collections.abc import Mapping
from datetime import date

TEXTS = {
    "yes": "はい",
    "no": "いいえ",
    "unknown": "わからない",
    "unasked": "まだ 聞いていません",
    "people": "{n}人",
    "day": "{year}年{month}月{day}日({weekday})",
    "always": "どなたにも 必要です",
    "maybe": "職員が お話を 聞いて 確かめます",
    "not_yet": "{day}から 始まる手続きです",
    "no_more": "{day}で 終わった手続きです",
    "days_after": "{label}({base})の 次の日から 数えて {n}日目",
    "days_with": "{label}({base})を 1日目として {n}日目",
    "months": "{label}({base})から {n}か月",
    "years": "{label}({base})から {n}年",
    "within_day": "{label}から {n}日以内",
    "within_month": "{label}から {n}か月以内",
    "within_year": "{label}から {n}年以内",
    "stand_in": "{label}が まだ わからないので、早いほうの日から 数えました",
    "rolled": "{day}は 役所が お休みなので、次に 開く日",
    "uncharted": "先の日なので、役所の お休みは まだ わかりません",
    "if_needed": "必要な人だけの 期限です。職員が 確かめます",
    "no_limit": "期限は ありません",
    "hidden_name": "職員が ご案内した 手続き",
    "hidden_counter": "職員に おたずねください",
}

WEEKDAYS = "月火水木金土日"


def day(when: date) -> str:
    """Write a day the way people here read it: 2026年12月7日(月)."""
    return TEXTS["day"].format(
        year=when.year, month=when.month, day=when.day, weekday=WEEKDAYS[when.weekday()]
    )


def option(options: Mapping[str, str], chosen: str) -> str:
    """Write a chosen option; yes, no and unknown have the same words everywhere unless the city gave others."""
    return options.get(chosen) or TEXTS.get(chosen, chosen)
