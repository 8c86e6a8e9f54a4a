// The charts of a pool or a worker: numbers over time, asked for again every half a minute. Without this script, or
// without the charts' module, the table below them says the same.

const EVERY_MS = 30_000;
const PLOTS = [["waiting"], ["running", "slots"], ["utilisation"], ["memory"]];

async function mount(box) {
  if (!box.dataset.module) return;
  const { mountSeries } = await import(box.dataset.module);
  const host = box.querySelector(".charts__plots");
  const buttons = box.querySelector(".charts__hours");
  const draw = mountSeries(host, { timeLabel: box.dataset.time });
  let hours = "1";

  const refresh = async () => {
    const answer = await fetch(`${box.dataset.series}?hours=${hours}`, { headers: { "X-Requested-With": "fetch" } });
    if (!answer.ok) return;
    const numbers = await answer.json();
    draw(numbers.at, PLOTS.map((names) => names
      .filter((name) => numbers[name].some((value) => value !== null))
      .map((name) => ({ label: box.dataset[name], values: numbers[name] }))).filter((plot) => plot.length));
    buttons.hidden = numbers.at.length === 0;
  };
  buttons.addEventListener("click", (event) => {
    const chosen = event.target.closest("button");
    if (!chosen) return;
    hours = chosen.value;
    for (const button of buttons.querySelectorAll("button")) button.setAttribute("aria-pressed", String(button === chosen));
    refresh();
  });
  await refresh();
  setInterval(() => { if (!document.hidden) refresh(); }, EVERY_MS);
}

for (const box of document.querySelectorAll(".charts[data-series]")) mount(box);
