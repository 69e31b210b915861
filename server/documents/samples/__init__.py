"""The small library of samples a clerk can show: 記入例 of the fictional 見本市, drawn with typst, landscape for a screen."""

TITLES = {
    "tennyu": "転入届の 記入例",
    "inin": "委任状の 記入例",
    "mochimono": "次に お持ちいただくもの",
}
