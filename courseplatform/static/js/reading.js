// Keeps the reader's place: the table of contents marks the section that is being read.

export function followSections(toc) {
  const links = new Map();
  for (const link of toc.querySelectorAll('a[href^="#"]')) {
    const heading = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (heading) links.set(heading, link);
  }
  if (!links.size) return;
  const above = new Set();
  let current = null;
  keepPlace(toc.dataset.placeUrl, () => current?.id);
  const mark = () => {
    current = null;
    for (const heading of links.keys()) if (above.has(heading)) current = heading;
    for (const [heading, link] of links) {
      if (heading === current) link.setAttribute("aria-current", "location");
      else link.removeAttribute("aria-current");
    }
  };
  const observer = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (entry.boundingClientRect.top < window.innerHeight * 0.35) above.add(entry.target);
      else above.delete(entry.target);
    }
    mark();
  }, { rootMargin: "0px 0px -65% 0px" });
  for (const heading of links.keys()) observer.observe(heading);
}

/** Tells the server, when the reader leaves, which section was read last; the page offers to go on there. */
function keepPlace(url, place) {
  if (!url) return;
  let kept = null;
  const keep = () => {
    const now = place();
    if (document.visibilityState !== "hidden" || !now || now === kept) return;
    kept = now;
    const body = new FormData();
    body.set("place", now);
    body.set("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]").value);
    fetch(url, { method: "POST", body, keepalive: true }).catch(() => { kept = null; });
  };
  document.addEventListener("visibilitychange", keep); // also when the page is left
}

/** A figure's dark variant follows the system by itself; this makes it follow a chosen theme too. */
export function followTheme() {
  const theme = document.documentElement.dataset.theme;
  for (const source of document.querySelectorAll("picture > source[media]")) {
    source.dataset.media ??= source.media;
    source.media = theme === "dark" ? "all" : theme === "light" ? "not all" : source.dataset.media;
  }
}

/** What is wider than its place can be scrolled, with the keyboard too. A formula in a line gets a line of its own then. */
export function reachScrollers(root) {
  for (const math of root.querySelectorAll("math[data-wide]")) delete math.dataset.wide; // the window may be wider now
  for (const math of window.innerWidth < 700 ? root.querySelectorAll('.prose math:not([display="block"], [data-wide])') : []) {
    if (math.getBoundingClientRect().width > math.parentElement.closest("p, li, dd, td, div").clientWidth) math.dataset.wide = "";
  }
  for (const box of root.querySelectorAll('.prose math:is([display="block"], [data-wide]), .prose table, pre')) {
    if (box.scrollWidth > box.clientWidth && !box.hasAttribute("tabindex")) box.tabIndex = 0;
  }
}
