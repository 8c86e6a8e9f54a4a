// A copy button on every listing. The words come from the page, in the reader's language.

export function addCopyButtons(root) {
  const { copy, copied } = document.body.dataset;
  if (!navigator.clipboard || !copy) return;
  for (const pre of root.querySelectorAll(".highlight > pre, .code > pre")) {
    const box = pre.parentElement;
    if (box.querySelector(".code__copy")) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "code__copy";
    button.textContent = copy;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(pre.textContent);
      button.textContent = copied;
      announce(copied);
      setTimeout(() => { button.textContent = copy; }, 1600);
    });
    box.append(button);
  }
}

/** Tells a screen reader what has changed without moving the focus. */
export function announce(sentence) {
  const region = document.getElementById("announcer");
  if (region) region.textContent = sentence;
}
