// Keeps what somebody types into a post until it is there: a session that has ended, or a page closed by a slip, loses
// nothing. Kept in this window alone.

const form = document.querySelector("form[data-keeps]");
const KEY = `gradus:post:${location.pathname}`;
const names = ["title", "text"];

function stored() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? "null");
  } catch {
    return null;
  }
}

function store(value) {
  try {
    if (value) sessionStorage.setItem(KEY, JSON.stringify(value));
    else sessionStorage.removeItem(KEY);
  } catch {
    return; // a browser that keeps nothing
  }
}

// What was sent from elsewhere was taken: else this window would be there again, with the text in its form.
try {
  for (const key of Object.keys(sessionStorage)) {
    const elsewhere = key.startsWith("gradus:post:") && key !== KEY;
    if (elsewhere && JSON.parse(sessionStorage.getItem(key)).sent) sessionStorage.removeItem(key);
  }
} catch {
  // a browser that keeps nothing
}
if (location.hash.startsWith("#post-") && stored()?.sent) store(null); // an answer: this is where it stands
if (form) {
  const fields = names.map((name) => form.elements[name]).filter(Boolean);
  const kept = stored();
  for (const field of fields) {
    if (kept?.[field.name] && !field.value) field.value = kept[field.name];
  }
  const values = () => Object.fromEntries(fields.map((field) => [field.name, field.value]));
  form.addEventListener("input", () => store(values()));
  form.addEventListener("submit", (event) => {
    if (event.submitter?.name !== "preview") store({ ...values(), sent: true });
  });
}
