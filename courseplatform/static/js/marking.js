// Grading by hand: keys for saving and going on, and a copy of what is typed in this browser until it is saved, so that
// neither a lost connection nor a lapsed session costs a word. The page works without it.

const form = document.getElementById("marking-form");
const fields = [...form.querySelectorAll("input.input, textarea")];
const key = form.dataset.keep;
let dirty = false;
let leaving = false;

function keep() {
  const typed = Object.fromEntries(fields.map((field) => [field.name, field.value]));
  try { localStorage.setItem(key, JSON.stringify(typed)); } catch { /* a full or forbidden storage: the form still works */ }
}

function restore() {
  let typed = null;
  try { typed = JSON.parse(localStorage.getItem(key)); } catch { return; }
  if (!typed || form.querySelector("[role=alert]")) return;
  for (const field of fields) {
    if (typed[field.name] !== undefined && typed[field.name] !== field.value) {
      field.value = typed[field.name];
      dirty = true;
    }
  }
  document.getElementById("marking-restored").hidden = !dirty;
}

// A saved review has a new version, and so another key: what belongs to older ones is let go.
function forgetOlder() {
  const stem = key.slice(0, key.lastIndexOf(":") + 1);
  const version = Number(key.slice(stem.length));
  try {
    for (const name of Object.keys(localStorage)) {
      if (name.startsWith(stem) && Number(name.slice(stem.length)) < version) localStorage.removeItem(name);
    }
  } catch { /* no storage, nothing to forget */ }
}

forgetOlder();
restore();
if (form.querySelector("[role=alert]")) { dirty = true; keep(); }  // refused: what is in the fields is saved nowhere
form.addEventListener("input", () => { dirty = true; keep(); });
form.addEventListener("submit", () => { leaving = true; });
window.addEventListener("beforeunload", (event) => { if (dirty && !leaving) event.preventDefault(); });

for (const button of form.querySelectorAll("[data-fill]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const field = document.getElementById(button.dataset.into);
    field.value = button.dataset.fill;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && (event.key === "Enter" || event.key === "s")) {
    event.preventDefault();
    form.requestSubmit(form.querySelector(event.key === "s" ? "[name=stay]" : "[name=next]"));
  } else if (event.altKey && !event.ctrlKey) {
    const link = document.querySelector(`[data-key="${event.code.replace("Key", "").toLowerCase()}"]`);
    if (link) { event.preventDefault(); link.click(); }
  }
});
