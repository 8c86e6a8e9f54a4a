// What every page does once it is read: the theme without a reload, menus that close, code that can be copied.
// Nothing here is needed to use a page.

import { makeArrangeable } from "./arrange.js";
import { addCopyButtons, announce } from "./copy.js";
import { watch } from "./ended.js";
import { mendFormulas } from "./formulas.js";
import { openFinder, makeFinder, slashOpens } from "./search.js";
import { followSections, followTheme, reachScrollers } from "./reading.js";
import { makeTabs } from "./tabs.js";

document.documentElement.classList.add("js");
addCopyButtons(document);
mendFormulas(document);
followTheme();
reachScrollers(document);
new ResizeObserver(() => reachScrollers(document)).observe(document.body);
for (const toc of document.querySelectorAll(".toc[data-follow]")) {
  toc.open = matchMedia("(min-width: 64rem)").matches; // beside the text it is in nobody's way
  followSections(toc);
}
for (const box of document.querySelectorAll("[data-tabs]")) makeTabs(box);
makeArrangeable(document);
document.addEventListener("htmx:load", (event) => {
  addCopyButtons(event.target);
  makeArrangeable(event.target);
  mendFormulas(event.target);
});

// A quiz that was checked is a new form in the place of the old one: say how it went, and keep the keyboard there.
// It settles at once: whoever has gone on by Tab meanwhile would be fetched back.
document.addEventListener("htmx:afterSettle", (event) => {
  const quiz = event.target.closest?.(".quiz") ?? document.getElementById(event.target.id);
  if (!quiz?.matches(".quiz")) return;
  announce(quiz.querySelector("[role=status]")?.textContent.trim() ?? "");
  const next = quiz.querySelector("button") ?? quiz.querySelector(".quiz__title");
  next.tabIndex = next.matches("button") ? 0 : -1;
  next.focus({ preventScroll: true });
});

// A file that would be refused is not sent first: a large one takes minutes, and a closed connection tells nothing.
for (const field of document.querySelectorAll("input[type=file][data-limit]")) {
  field.addEventListener("change", () => {
    const large = [...field.files].some((file) => file.size > Number(field.dataset.limit));
    field.setCustomValidity(large ? field.dataset.tooLarge : "");
    field.reportValidity();
  });
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
// What is folded away on the screen is there on paper.
addEventListener("beforeprint", () => {
  for (const folded of document.querySelectorAll("main details:not([open], .hint)")) {
    folded.open = true;
    folded.dataset.opened = "";
  }
});
addEventListener("afterprint", () => {
  for (const opened of document.querySelectorAll("details[data-opened]")) {
    opened.open = false;
    delete opened.dataset.opened;
  }
});

for (const form of document.querySelectorAll("[data-theme-switch]")) {
  form.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (!button) return;
    event.preventDefault();
    const theme = button.value;
    if (theme === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    for (const other of form.querySelectorAll("button")) other.setAttribute("aria-pressed", String(other === button));
    followTheme();
    const body = new FormData(form);
    body.set("theme", theme);
    fetch(form.action, { method: "POST", body, redirect: "manual" });
  });
}

for (const box of document.querySelectorAll("[data-finder]")) makeFinder(box);
const searchLink = document.querySelector("[data-search]");
searchLink?.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey || document.querySelector("main [data-finder]")) return;
  event.preventDefault();
  openFinder(searchLink.href);
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
  if (event.target.closest?.("input, textarea, select, [contenteditable]") || !searchLink || !slashOpens()) return;
  event.preventDefault();
  const here = document.querySelector("main [data-finder] input");
  if (here) here.focus();
  else openFinder(searchLink.href);
});
watch(document.body.dataset.ended);

// An answer that a link leads to is opened.
const aim = () => {
  const folded = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)))?.closest("details");
  if (folded) folded.open = true;
};
aim();
addEventListener("hashchange", aim);

function closeMenus(except) {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (menu !== except) menu.open = false;
  }
}
document.addEventListener("click", (event) => closeMenus(event.target.closest("details[data-menu]")));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const open = document.querySelector("details[data-menu][open]");
  if (!open) return;
  open.open = false;
  open.querySelector("summary").focus();
});
