// Tells, on whatever page the reader is by then, that a submission has been graded. Windows share what they wait for and one
// poll, which the window with the lock makes.

import { announce } from "./copy.js";

const OPEN = "gradus:open";
const FORGET_MS = 24 * 3600 * 1000;
/** How long to wait before asking again, by how long it has been waited for. */
const PAUSES = [[60_000, 3000], [600_000, 10_000], [Infinity, 30_000]];

const here = new Set(); // what this page itself shows

function read() {
  try {
    const entries = Object.entries(JSON.parse(localStorage.getItem(OPEN) ?? "{}"));
    return Object.fromEntries(entries.filter(([, entry]) => Date.now() - entry.since < FORGET_MS));
  } catch {
    return {};
  }
}

let wake = () => {}; // ends the pause before the next question

function write(entries) {
  try {
    if (Object.keys(entries).length) localStorage.setItem(OPEN, JSON.stringify(entries));
    else localStorage.removeItem(OPEN);
  } catch {
    return; // a browser that keeps nothing: other pages tell nothing
  }
  wake();
}

/** This page shows the submission while it runs; should the reader leave, another page tells of its end. */
export function remember(id) {
  here.add(id);
  write({ ...read(), [id]: { since: Date.now() } });
}

/** This page no longer shows it, though it goes on. */
export function unsee(id) {
  here.delete(id);
}

export function forget(id) {
  here.delete(id);
  const { [id]: _gone, ...rest } = read();
  write(rest);
}

/** Starts to wait, where there is something to wait for. */
export function watch(url) {
  if (!url) return;
  tell();
  addEventListener("storage", (event) => {
    if (event.key !== OPEN) return;
    tell();
    wake();
  });
  document.addEventListener("visibilitychange", tell);
  const ask = () => askUntilEnded(url);
  if (navigator.locks) navigator.locks.request("gradus:ended", ask);
  else ask();
}

async function askUntilEnded(url) {
  for (;;) {
    const waiting = Object.entries(read()).filter(([, entry]) => !entry.text);
    const age = Math.min(...waiting.map(([, entry]) => Date.now() - entry.since));
    await new Promise((resolve) => {
      wake = resolve;
      setTimeout(resolve, PAUSES.find(([limit]) => age < limit || limit === Infinity)[1]);
    });
    const ids = Object.entries(read()).filter(([id, entry]) => !entry.text && !here.has(id)).map(([id]) => id);
    if (!ids.length) continue;
    const answer = await fetch(`${url}?${new URLSearchParams({ ids: ids.join(",") })}`).catch(() => null);
    if (!answer?.ok) continue;
    const found = await answer.json();
    const entries = read();
    for (const id of ids) {
      if (!(id in found)) delete entries[id]; // somebody else's, or gone
      else if (found[id] && entries[id]) Object.assign(entries[id], found[id]);
    }
    write(entries);
    tell();
  }
}

/** Shows what has ended, once, in a window that is being looked at. */
function tell() {
  if (document.hidden) return;
  for (const [id, entry] of Object.entries(read())) {
    if (!entry.text || here.has(id)) continue;
    forget(id);
    show(entry);
  }
}

function show({ text, url, link, close }) {
  let host = document.querySelector(".toasts");
  if (!host) {
    host = document.createElement("div");
    host.className = "toasts";
    document.body.append(host);
  }
  const toast = document.createElement("div");
  toast.className = "notice notice--success toast";
  const words = document.createElement("p");
  words.textContent = text;
  const actions = document.createElement("p");
  actions.className = "cluster";
  const to = document.createElement("a");
  to.href = url;
  to.textContent = link;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button--quiet button--small";
  button.textContent = close;
  button.addEventListener("click", () => toast.remove());
  actions.append(to, button);
  toast.append(words, actions);
  host.append(toast);
  announce(text);
}
