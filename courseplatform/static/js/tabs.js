// Panels that stand one under the other become tabs.

let count = 0;

export function makeTabs(box) {
  const panels = [...box.querySelectorAll(":scope > [data-tab-title]")];
  const list = box.querySelector(":scope > .tabs__list");
  if (!list || panels.length < 2) return;
  const tabs = panels.map((panel) => {
    panel.id ||= `tab-panel-${++count}`;
    const tab = document.createElement("button");
    tab.type = "button";
    tab.id = `${panel.id}-tab`;
    tab.textContent = panel.dataset.tabTitle;
    tab.setAttribute("role", "tab");
    tab.setAttribute("aria-controls", panel.id);
    panel.setAttribute("role", "tabpanel");
    panel.setAttribute("aria-labelledby", tab.id);
    list.append(tab);
    return tab;
  });
  const show = (chosen) => {
    tabs.forEach((tab, i) => {
      tab.setAttribute("aria-selected", String(tab === chosen));
      tab.tabIndex = tab === chosen ? 0 : -1;
      panels[i].hidden = tab !== chosen;
    });
  };
  list.setAttribute("role", "tablist");
  list.hidden = false;
  // Whoever chose Keras once wants Keras in the next listing too.
  const choose = (tab) => {
    show(tab);
    document.dispatchEvent(new CustomEvent("tabs:chosen", { detail: { title: tab.textContent, box } }));
  };
  document.addEventListener("tabs:chosen", ({ detail }) => {
    const same = detail.box !== box && tabs.find((tab) => tab.textContent === detail.title);
    if (same) show(same);
  });
  list.addEventListener("click", (event) => { if (tabs.includes(event.target)) choose(event.target); });
  list.addEventListener("keydown", (event) => {
    const move = { ArrowRight: 1, ArrowLeft: -1, Home: -tabs.length, End: tabs.length }[event.key];
    if (!move) return;
    const at = Math.min(Math.max(tabs.indexOf(document.activeElement) + move, 0), tabs.length - 1);
    choose(tabs[at]);
    tabs[at].focus();
    event.preventDefault();
  });
  show(tabs[0]);
}
