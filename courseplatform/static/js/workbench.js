// The desk of an exercise: editors over the textareas, the draft, Run and Submit without leaving the page.

import { announce } from "./copy.js";
import { Draft } from "./draft.js";
import { follow } from "./live.js";

const form = document.getElementById("workbench");
const result = document.getElementById("result");
const words = form.dataset;
const nonce = document.querySelector("script[nonce]")?.nonce;
const csrf = () => form.elements.csrfmiddlewaretoken.value;

function say(key, detail) {
  const state = document.getElementById("draft-state");
  const sentence = detail || words[`say${key[0].toUpperCase()}${key.slice(1)}`] || "";
  if (state && state.textContent !== sentence) state.textContent = sentence;
}

/** A textarea that answers like an editor, where the editor was not built or could not be loaded. */
function plainEditor(textarea, onChange) {
  textarea.addEventListener("input", onChange);
  return {
    text: () => textarea.value,
    replace(text) { textarea.value = text; onChange(); },
    focus: () => textarea.focus(),
  };
}

async function mountEditors(onChange) {
  const module = words.editorUrl ? await import(words.editorUrl).catch(() => null) : null;
  const editors = new Map();
  for (const section of form.querySelectorAll("[data-file]")) {
    const textarea = section.querySelector("textarea");
    const keys = { "Mod-Enter": () => send("run"), "Mod-Shift-Enter": () => send("submit") };
    editors.set(
      section.dataset.file,
      module
        ? module.mountEditor(textarea, { label: section.dataset.label ?? section.dataset.file, describedBy: "editor-hint", nonce, keys, onChange })
        : plainEditor(textarea, onChange),
    );
  }
  return editors;
}

let sending = false;

async function send(action) {
  const url = action === "run" ? words.runUrl : words.submitUrl;
  const button = document.getElementById(`${action}-button`);
  if (sending || !url || !button || button.disabled) return;
  sending = true;
  form.setAttribute("aria-busy", "true");
  try {
    const { status, data } = await draft.alone(() => post(url));
    if (status === 201) await show(data);
    else complain(data.detail || words.sayUnreachable);
  } catch {
    complain(words.sayUnreachable);
  } finally {
    sending = false;
    form.removeAttribute("aria-busy");
  }
}

async function post(url) {
  const answer = await fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": csrf() },
    body: JSON.stringify({ files: draft.files(), draft_version: draft.version }),
  });
  const data = await answer.json().catch(() => ({}));
  return { status: answer.status, data, version: data.draft_version };
}

let leave = () => {};

async function show(data) {
  leave();
  const answer = await fetch(data.fragment_url);
  result.innerHTML = await answer.text();
  result.scrollIntoView({ block: "nearest" });
  leave = follow(result, { onEnd: () => { result.scrollIntoView({ block: "nearest" }); refreshDesk(); } });
}

/** Points, attempts, earlier submissions and the solution, as the server now has them. The editor is left alone. */
async function refreshDesk() {
  const answer = await fetch(window.location.href).catch(() => null);
  if (!answer?.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const id of ["points", "attempts-left", "after"]) {
    const [old, now] = [document.getElementById(id), fresh.getElementById(id)];
    if (old && now) old.replaceWith(now);
  }
  showLoaders();
}

function showLoaders() {
  for (const button of document.querySelectorAll("[data-load-files-url]")) button.hidden = false;
}

function complain(sentence) {
  const notice = document.createElement("div");
  notice.className = "notice notice--error";
  notice.textContent = sentence;
  result.replaceChildren(notice);
  announce(sentence);
}

// On a narrow screen the statement and the desk are two tabs.
for (const tab of document.querySelectorAll("[data-show-tab]")) {
  tab.addEventListener("click", () => {
    tab.closest("[data-tab]").dataset.tab = tab.dataset.showTab;
    for (const other of document.querySelectorAll("[data-show-tab]")) other.setAttribute("aria-pressed", String(other === tab));
  });
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  send(event.submitter?.value === "run" ? "run" : "submit");
});
form.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing || event.defaultPrevented) return;
  event.preventDefault();
  send(event.shiftKey ? "submit" : "run");
});

let draft;
const editors = await mountEditors(() => draft?.changed());
draft = new Draft(form, editors, { say, csrf });

const reset = document.getElementById("reset-button");
if (reset) {
  reset.hidden = false;
  reset.addEventListener("click", () => {
    if (!window.confirm(reset.dataset.confirm)) return;
    const starter = JSON.parse(document.getElementById("starter-files").textContent);
    for (const [name, text] of Object.entries(starter)) editors.get(name)?.replace(text);
  });
}
showLoaders();
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-load-files-url]");
  if (!button) return;
  const answer = await fetch(button.dataset.loadFilesUrl, { headers: { Accept: "application/json" } });
  if (!answer.ok) return;
  const { files } = await answer.json();
  for (const [name, text] of Object.entries(files)) editors.get(name)?.replace(text);
  [...editors.values()][0]?.focus();
});
