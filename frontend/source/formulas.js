// Formulas for browsers that do not know MathML: set anew from the TeX that is kept beside each.

import katex from "katex";

/** Puts a picture of the formula made of text into the place of each `<math>`; what does not set stays as TeX. */
export function setFormulas(formulas) {
  for (const math of formulas) {
    const tex = math.getAttribute("alttext");
    const display = math.getAttribute("display") === "block";
    const box = document.createElement(display ? "div" : "span");
    box.className = "formula";
    box.setAttribute("role", "img");
    box.setAttribute("aria-label", tex);
    try {
      katex.render(tex, box, { displayMode: display, output: "html", throwOnError: true, strict: "ignore" });
    } catch {
      box.replaceChildren(Object.assign(document.createElement("code"), { textContent: tex }));
    }
    math.replaceWith(box);
  }
}
