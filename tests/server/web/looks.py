"""What every staff screen owes its readers: nothing cut off, nothing axe-core complains about."""

from pathlib import Path

from playwright.sync_api import Page

from tests.server.web.rig import PROBLEMS

AXE = Path(__file__).resolve().parents[3] / "node_modules" / "axe-core" / "axe.min.js"
CHECK = """async () => {
  const result = await axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] });
  return result.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(' ')).join(' | ')}`);
}"""
OVERFLOW = """() => {
  const page = document.documentElement;
  const wide = page.scrollWidth > innerWidth || page.scrollHeight > innerHeight;
  const out = [...document.querySelectorAll('button, input, textarea, select, .chip, h1, h2, h3')].filter((e) => {
    const r = e.getBoundingClientRect();
    if (!r.width || getComputedStyle(e).visibility === 'hidden') return false;
    if (e.closest('.scroll, .compose, .preview, .panel, .facts, .log, .outcomes, aside')) return r.left < -1 || r.right > innerWidth + 1;
    return r.left < -1 || r.right > innerWidth + 1 || r.top < -1 || r.bottom > innerHeight + 1;
  });
  const cut = [...document.querySelectorAll('button, .chip')].filter((e) => e.scrollWidth > e.clientWidth + 2 && !e.closest('.ph'));
  return [...(wide ? ['the page itself'] : []), ...[...out, ...cut].map((e) => `${e.tagName}.${e.className} ${e.textContent.trim().slice(0, 30)}`)];
}"""


def accessible(page: Page) -> list[str]:
    """Return what axe-core finds."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    problems = PROBLEMS[page]
    before = list(problems)
    found = page.evaluate(CHECK)
    problems[:] = before  # axe-core measures with styles of its own, which our policy refuses
    return found


def overflowing(page: Page) -> list[str]:
    """Return what does not fit its place."""
    return page.evaluate(OVERFLOW)
