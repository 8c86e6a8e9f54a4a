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
    for (const [name, curve] of curves) {
      curve.plot.setData([curve.steps, curve.values]);
      curve.box.setAttribute("aria-label", `${name}: ${curve.values.at(-1)} (${stepLabel} ${curve.steps.at(-1)})`);
    }
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
          box.setAttribute("role", "img");
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

const LINES = ["--accent", "--seal"];

// Marks of a time axis stand at whole minutes, as they are written, and at whole hours and days: in seconds.
const STEPS = [60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 14400, 21600, 43200, 86400];

/** Marks of a time axis as the page's language writes them: hours, or days where they change. */
function moments() {
  const clock = new Intl.DateTimeFormat(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  return (_plot, marks) => marks.map((seconds) => clock.format(new Date(seconds * 1000)));
}

/** Draws numbers over time into `host`: one uPlot for each list of series. The returned function draws them anew. */
export function mountSeries(host, { timeLabel }) {
  let plots = [];
  const fit = new ResizeObserver(() => {
    for (const { box, plot } of plots) plot.setSize({ width: box.clientWidth, height: 180 });
  });
  return (times, drawings) => {
    fit.disconnect();
    for (const { plot, box } of plots) { plot.destroy(); box.remove(); }
    plots = times.length === 0 ? [] : drawings.map((series) => {
      const box = document.createElement("div");
      box.className = "chart";
      box.setAttribute("aria-hidden", "true"); // the table below says the same
      host.append(box);
      const shown = options("", box.clientWidth || 480, timeLabel);
      shown.axes[0] = { ...shown.axes[0], incrs: STEPS, values: moments() };
      shown.scales = { x: { time: true }, y: { range: (_plot, _low, high) => [0, Math.max(1, high ?? 1) * 1.05] } };
      shown.series = [{ label: timeLabel, value: (_plot, seconds) => (seconds === null ? "–" : moments()(null, [seconds])[0]) }, ...series.map(({ label }, index) => (
        { label, stroke: () => token(LINES[index]), width: 2, points: { show: times.length < 2 } }))];
      return { box, plot: new uPlot(shown, [times, ...series.map(({ values }) => values)], box) };
    });
    for (const { box } of plots) fit.observe(box);
  };
}
