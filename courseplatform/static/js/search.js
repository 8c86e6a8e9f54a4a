// Quick search: a dialog over any page, opened by the link in the frame or by `/`. Without a script the link leads to the
// same search as a page of its own.

const PAUSE_MS = 140;
const SLASH = "gradus:slash";

/** Whether `/` opens the search; who dictates or types by accident may turn it off. */
export function slashOpens() {
  try {
    return localStorage.getItem(SLASH) !== "off";
  } catch {
    return true; // a browser that keeps nothing
  }
}

/** Hits as the reader types, and arrow keys that walk through them. */
export function makeFinder(box) {
  const form = box.querySelector("form");
  const input = form.querySelector("input");
  const hits = box.querySelector("[data-hits]");
  const slash = box.querySelector("[data-slash]");
  let timer = null;
  let asking = null;

  // Whoever has gone down to a hit already stays there when later hits come.
  const show = (text) => {
    const at = hits.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
    hits.innerHTML = text;
    if (at === null) return;
    const same = [...hits.querySelectorAll("a")].find((hit) => hit.getAttribute("href") === at);
    (same ?? input).focus();
  };

  const ask = async () => {
    asking?.abort();
    asking = new AbortController();
    const { signal } = asking;
    const address = new URL(form.action);
    address.search = new URLSearchParams({ q: input.value, part: "hits" });
    hits.setAttribute("aria-busy", "true");
    const answer = await fetch(address, { signal }).catch(() => null);
    if (signal.aborted) return;
    if (answer?.ok) {
      const text = await answer.text();
      if (signal.aborted) return;
      show(text);
    }
    hits.setAttribute("aria-busy", "false");
  };
  input.addEventListener("input", (event) => {
    clearTimeout(timer);
    if (!event.isComposing) timer = setTimeout(ask, PAUSE_MS);
  });
  input.addEventListener("compositionend", () => { clearTimeout(timer); timer = setTimeout(ask, PAUSE_MS); });

  box.addEventListener("keydown", (event) => {
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!move || event.isComposing) return;
    const stops = [input, ...hits.querySelectorAll("a")];
    const at = stops.indexOf(document.activeElement);
    if (at < 0) return;
    event.preventDefault();
    stops[Math.min(Math.max(at + move, 0), stops.length - 1)].focus();
  });

  slash.checked = slashOpens();
  slash.addEventListener("change", () => {
    try {
      localStorage.setItem(SLASH, slash.checked ? "on" : "off");
    } catch {
      slash.checked = true;
    }
  });
}

let dialog = null;

/** Opens the dialog; where it cannot be had, the page of the search. */
export async function openFinder(url) {
  if (dialog?.open) return;
  if (!dialog) {
    const answer = await fetch(`${url}?part=finder`).catch(() => null);
    if (!answer?.ok) { window.location.assign(url); return; }
    dialog = document.createElement("dialog");
    dialog.className = "finder-dialog";
    dialog.innerHTML = await answer.text();
    dialog.setAttribute("aria-label", dialog.querySelector("label").textContent);
    document.body.append(dialog);
    makeFinder(dialog.querySelector("[data-finder]"));
    // in a search field it would only empty the field
    dialog.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.isComposing) return;
      event.preventDefault();
      dialog.close();
    });
    dialog.addEventListener("click", (event) => {
      if (event.target === dialog || event.target.closest(".hits a")) dialog.close();
    });
  }
  dialog.showModal();
  dialog.querySelector("input").select();
}
