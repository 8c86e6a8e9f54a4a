// Follows a submission while it waits and runs, then shows what grading found. Without this script the page reloads itself.

import { announce } from "./copy.js";
import { forget, remember, unsee } from "./ended.js";
import { fragment, openStream } from "./stream.js";

const AGAIN_MS = 2000;
const MAX_LOG = 200_000;
const MAX_BARS = 8;

/**
 * Follows the `#submission` section inside `host` to its end; `onEnd(section)` gets the finished one. The returned function
 * stops it: another submission takes the place on this page.
 */
export function follow(host, { onEnd = () => {} } = {}) {
  const section = host.querySelector("#submission");
  if (!section || !isOpen(section)) return () => {};
  const { eventsUrl, fragmentUrl, id } = section.dataset;
  const live = new Live(section);
  let ended = false;

  const end = async () => {
    ended = true;
    close();
    const fresh = await fragment(fragmentUrl).catch(() => null);
    if (!fresh || isOpen(fresh)) { setTimeout(end, AGAIN_MS); return; }
    forget(id);
    const charts = host.querySelector("#live-charts");
    host.querySelector("#submission").replaceWith(fresh);
    if (charts?.childElementCount) fresh.querySelector(".result__head").after(charts); // the curves stay to be read
    announce(fresh.dataset.summary ?? "");
    if (document.hidden) document.title = `✓ ${document.title}`;
    onEnd(fresh);
  };
  const react = {
    state: (data) => live.state(data.state, data.position?.text),
    test: (data) => live.test(data),
    output: (data) => live.output(data.text),
    metric: (data) => live.metric(data),
    progress: (data) => live.progress(data),
    done: end,
  };
  remember(id);
  const close = openStream({ eventsUrl, fragmentUrl, onEvent: ({ kind, data }) => { if (!ended) react[kind](data); } });
  const leave = () => { ended = true; close(); unsee(id); };
  window.addEventListener("pagehide", close, { once: true });
  window.addEventListener("pageshow", (event) => { if (event.persisted && !ended) follow(host, { onEnd }); }, { once: true });
  return leave;
}

const isOpen = (section) => ["queued", "running"].includes(section.dataset.state);

/** What changes on the page while it runs. All of it is text from a student's code: never HTML. */
class Live {
  constructor(section) {
    this.section = section;
    this.tests = section.querySelector("#live-tests");
    this.log = section.querySelector("#live-output");
    this.charts = null;
  }

  state(state, position) {
    this.section.dataset.state = state;
    const badge = this.section.querySelector("[data-live-state]");
    if (badge && badge.dataset.state !== state) {
      badge.dataset.state = state;
      badge.textContent = this.section.dataset[state] ?? state;
      announce(badge.textContent);
    }
    const sentence = this.section.querySelector("#position");
    if (sentence) sentence.textContent = state === "running" ? "" : position ?? sentence.textContent;
  }

  test({ name, outcome, title }) {
    if (!this.tests) return;
    const known = [...this.tests.children].find((row) => row.dataset.name === name);
    const row = known ?? document.createElement("li");
    row.dataset.name = name;
    row.dataset.outcome = outcome;
    if (known) return;
    row.className = "test test--new";
    const text = document.createElement("span");
    text.className = "test__title";
    text.textContent = title || name;
    row.append(text);
    this.tests.append(row);
  }

  output(text) {
    if (!this.log) return;
    const atEnd = this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 40;
    this.log.append(text);
    if (this.log.textContent.length > MAX_LOG) this.log.textContent = this.log.textContent.slice(-MAX_LOG / 2);
    if (atEnd) this.log.scrollTop = this.log.scrollHeight;
  }

  progress({ label, done, total }) {
    const host = this.section.querySelector("#live-bars");
    if (!host) return;
    let row = [...host.children].find((other) => other.dataset.label === label);
    if (!row) {
      if (host.childElementCount >= MAX_BARS) return;
      row = document.createElement("label");
      row.dataset.label = label;
      row.className = "small num";
      row.append(document.createElement("span"), document.createElement("progress"));
      host.append(row);
    }
    const [words, bar] = row.children;
    words.textContent = `${label} ${done}${total > 0 ? ` / ${total}` : ""} `;
    if (total > 0) { bar.max = total; bar.value = Math.min(done, total); } else bar.removeAttribute("value");
  }

  async metric({ step, values }) {
    const host = this.section.querySelector("#live-charts");
    if (!host?.dataset.module) return;
    this.charts ??= import(host.dataset.module).then((chart) => chart.mountCharts(host, { stepLabel: host.dataset.step }));
    (await this.charts).add(step, values);
  }
}

if (document.body.dataset.follow !== undefined || document.querySelector("[data-follow-submission]")) {
  follow(document.querySelector("[data-follow-submission]"));
}
