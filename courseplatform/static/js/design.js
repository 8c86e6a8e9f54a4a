// The curve on the page of the design language: what a training of some steps looks like.

const host = document.querySelector("[data-sample-chart]");
if (host?.dataset.module) {
  const { mountCharts } = await import(host.dataset.module);
  const chart = mountCharts(host, { stepLabel: host.dataset.step });
  for (let step = 0; step <= 60; step += 1) chart.add(step, { loss: 2.3 * Math.exp(-step / 14) + 0.12 + 0.05 * Math.sin(step * 1.7) });
}
