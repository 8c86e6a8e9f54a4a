// Live curves of numbers that a student's code tracks: one uPlot per name, in the colours of the design language.

import uPlot from "uplot";

const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function options(name, width, stepLabel) {
  const axis = { stroke: () => token("--ink-faint"), grid: { stroke: () => token("--line"), width: 1 }, ticks: { stroke: () => token("--line") } };
  return {
    width,
    height: 180,
    scales: { x: { time: false } },
    cursor: { y: false },
    legend: { live: true },
    axes: [axis, { ...axis, size: 64 }],
    series: [{ label: stepLabel }, { label: name, stroke: () => token("--accent"), width: 2, points: { show: false } }],
  };
}

/** Draws into `host`; `add(step, {loss: 0.4})` appends a point to each named curve. */
export function mountCharts(host, { stepLabel }) {
  const curves = new Map();
  let waiting = false;
  const draw = () => {
    waiting = false;
    for (const curve of curves.values()) curve.plot.setData([curve.steps, curve.values]);
  };
  const fit = new ResizeObserver(() => {
    for (const curve of curves.values()) curve.plot.setSize({ width: curve.box.clientWidth, height: 180 });
  });
  return {
    add(step, values) {
      for (const [name, value] of Object.entries(values)) {
        if (!curves.has(name)) {
          if (curves.size >= 8) continue;
          const box = document.createElement("div");
          box.className = "chart";
          host.append(box);
          const plot = new uPlot(options(name, box.clientWidth || 480, stepLabel), [[], []], box);
          curves.set(name, { box, steps: [], values: [], plot });
          fit.observe(box);
        }
        const curve = curves.get(name);
        curve.steps.push(step);
        curve.values.push(value);
      }
      if (!waiting) {
        waiting = true;
        requestAnimationFrame(draw);
      }
    },
  };
}
