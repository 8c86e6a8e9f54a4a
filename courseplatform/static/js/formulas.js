// Formulas are MathML, which every current browser sets by itself. Browsers built into other programs can be years older:
// they get a renderer of ours, and only they load it.

/** Whether a space of a known size, in MathML, has that size. */
function knowsMathML() {
  const probe = document.createElement("div");
  probe.className = "visually-hidden";
  probe.setAttribute("aria-hidden", "true");
  probe.innerHTML = "<math><mspace height='23px' width='77px'></mspace></math>";
  document.body.append(probe);
  const { height, width } = probe.querySelector("mspace").getBoundingClientRect();
  probe.remove();
  return Math.abs(height - 23) <= 1 && Math.abs(width - 77) <= 1;
}

let known = null;

export async function mendFormulas(root) {
  const formulas = root.querySelectorAll?.("math[alttext]") ?? [];
  const { formulas: module } = document.body.dataset;
  if (!formulas.length || !module) return;
  known ??= knowsMathML();
  if (known) return;
  if (!document.querySelector("link[data-formulas]")) {
    const sheet = document.createElement("link");
    sheet.rel = "stylesheet";
    sheet.href = new URL("formulas.css", new URL(module, window.location.href));
    sheet.dataset.formulas = "";
    document.head.append(sheet);
  }
  const { setFormulas } = await import(module);
  setFormulas(formulas);
}
