// Lists to be put in order: buttons that move an item up or down, beside the select field that holds its place.
// Without this script the select fields do the work alone.

import { announce } from "./copy.js";

function button(label, mark) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "button button--quiet arrange__move";
  made.setAttribute("aria-label", label);
  made.textContent = mark;
  return made;
}

/** Write the places of the rows, as they stand now, into their fields. */
function number(list) {
  [...list.children].forEach((row, index) => {
    const field = row.querySelector("select");
    field.selectedIndex = index + 1;
  });
}

function byPlace(list) {
  const place = (row) => row.querySelector("select").selectedIndex || list.children.length + 1;
  list.append(...[...list.children].sort((one, other) => place(one) - place(other)));
}

export function makeArrangeable(root) {
  for (const list of root.querySelectorAll?.(".arrange[data-arrange]:not([data-ready])") ?? []) {
    list.dataset.ready = "";
    byPlace(list);
    for (const row of list.children) {
      const name = row.querySelector("label").textContent.trim();
      const up = button(`${list.dataset.up}: ${name}`, "↑");
      const down = button(`${list.dataset.down}: ${name}`, "↓");
      row.append(up, down);
      for (const [move, step] of [[up, -1], [down, 1]]) {
        move.addEventListener("click", () => {
          const other = step < 0 ? row.previousElementSibling : row.nextElementSibling;
          if (!other) return;
          if (step < 0) other.before(row);
          else other.after(row);
          number(list);
          move.focus();
          announce(`${name}: ${[...list.children].indexOf(row) + 1}`);
        });
      }
    }
  }
}
