// Returns what is wrong with the picture on the screen: text that does not fit, text or targets too small, anything outside.
() => {
  const out = [];
  const walk = (root, path) => {
    for (const el of root.children ?? []) {
      const name = path + ">" + el.tagName.toLowerCase() + (el.className && typeof el.className === "string" ? "." + el.className.replaceAll(" ", ".") : "");
      if (el.shadowRoot) walk(el.shadowRoot, name);
      walk(el, name);
      if (el.namespaceURI !== "http://www.w3.org/1999/xhtml") continue;
      if (!el.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
      const box = el.getBoundingClientRect();
      if (box.width < 2 || box.height < 2) continue;
      const text = [...el.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
      const style = getComputedStyle(el);
      if (style.display !== "inline" && style.display !== "contents" && el.tagName !== "RUBY" && el.tagName !== "RT") {
        const clamped = style.webkitLineClamp !== "none"; // ends in 「…」 where it must
        if (!clamped && (el.scrollWidth > el.clientWidth + 1 || el.scrollHeight > el.clientHeight + 1)) out.push(`overflow ${name} ${el.scrollWidth}x${el.scrollHeight} in ${el.clientWidth}x${el.clientHeight}`);
      }
      if (text && el.tagName !== "RT" && el.tagName !== "RP" && parseFloat(style.fontSize) < 28) out.push(`small text ${name} ${style.fontSize}`);
      if (el.tagName === "BUTTON" && (box.width < 95.5 || box.height < 95.5)) out.push(`small target ${name} ${box.width}x${box.height}`);
      if (text || el.tagName === "BUTTON") {
        if (box.left < -1 || box.top < -1 || box.right > innerWidth + 1 || box.bottom > innerHeight + 1) out.push(`outside ${name} ${[box.left, box.top, box.right, box.bottom].map(Math.round)}`);
      }
    }
  };
  walk(document.body, "");
  return out;
}
