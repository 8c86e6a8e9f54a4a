// Follows a submission while it waits and runs, then shows what grading found. Without this script the page reloads itself.

import { announce } from "./copy.js";

const TRIES_BEFORE_POLLING = 3;
const POLL_MS = 2000;
const MAX_LOG = 200_000;
const MAX_BARS = 8;

/** Follows the `#submission` section inside `host` to its end; `onEnd(section)` gets the finished one. */
export function follow(host, { onEnd = () => {} } = {}) {
  const section = host.querySelector("#submission");
  if (!section || !["queued", "running"].includes(section.dataset.state)) return;
  const { eventsUrl, fragmentUrl } = section.dataset;
  const live = new Live(section);
  let errors = 0;
  let ended = false;

  const refresh = async () => {
    const answer = await fetch(fragmentUrl, { headers: { "X-Requested-With": "fetch" } });
    if (!answer.ok) return null;
    const box = document.createElement("div");
    box.innerHTML = await answer.text();
    return box.querySelector("#submission");
  };
  const end = async () => {
    if (ended) return;
    ended = true;
    source.close();
    const fresh = await refresh().catch(() => null);
    if (!fresh) { setTimeout(() => { ended = false; end(); }, POLL_MS); return; }
    const charts = host.querySelector("#live-charts");
    host.querySelector("#submission").replaceWith(fresh);
    if (charts?.childElementCount) fresh.querySelector(".result__head").after(charts); // the curves stay to be read
    announce(fresh.dataset.summary ?? "");
    if (document.hidden) document.title = `✓ ${document.title}`;
    onEnd(fresh);
  };
  const poll = async () => {
    if (ended) return;
    const fresh = await refresh().catch(() => null);
    if (fresh && !["queued", "running"].includes(fresh.dataset.state)) { end(); return; }
    if (fresh) live.state(fresh.dataset.state, fresh.querySelector("#position")?.textContent);
    setTimeout(poll, POLL_MS);
  };

  const source = new EventSource(eventsUrl);
  const on = (kind, react) => source.addEventListener(kind, (event) => { errors = 0; react(JSON.parse(event.data)); });
  on("state", (data) => live.state(data.state, data.position?.text));
  on("test", (data) => live.test(data));
  on("output", (data) => live.output(data.text));
  on("metric", (data) => live.metric(data));
  on("progress", (data) => live.progress(data));
  on("done", end);
  source.addEventListener("error", () => {
    errors += 1;
    if (errors < TRIES_BEFORE_POLLING && source.readyState !== EventSource.CLOSED) return;
    source.close();
    poll();
  });
  window.addEventListener("pagehide", () => source.close(), { once: true });
  window.addEventListener("pageshow", (event) => { if (event.persisted && !ended) follow(host, { onEnd }); }, { once: true });
}

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
