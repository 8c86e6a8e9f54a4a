// The events of one submission, for every window of a browser that shows it. A browser opens six connections to a site and
// no more: were each window to hold one for its stream, the seventh would show nothing. So the windows of one submission
// choose a leader (a lock that only one can have), which follows the stream and tells the others over a channel; and of all
// leaders only a few hold a stream, the rest ask every two seconds. Where locks are missing (an address without TLS), each
// window follows by itself.

const SLOTS = 3;
const TRIES = 3;
const POLL_MS = 2000;
const KEEP = 4000;
const KINDS = ["state", "test", "output", "metric", "progress", "done"];

/** Calls `onEvent({kind, id, data})` for what happens, to `done` or until the returned function is called. */
export function openStream({ eventsUrl, fragmentUrl, onEvent }) {
  const seen = new Set(); // a new leader hears everything again
  const stop = new AbortController();
  const take = (event) => {
    if (stop.signal.aborted || (event.id && seen.has(event.id))) return;
    if (event.id) seen.add(event.id);
    onEvent(event);
  };
  if (!navigator.locks || !window.BroadcastChannel) listen({ eventsUrl, fragmentUrl, emit: take, signal: stop.signal });
  else share({ eventsUrl, fragmentUrl, take, signal: stop.signal });
  return () => stop.abort();
}

function share({ eventsUrl, fragmentUrl, take, signal }) {
  const channel = new BroadcastChannel(`gradus:${eventsUrl}`);
  const me = crypto.randomUUID();
  let leads = false;
  let told = false; // what was there before this window came
  let kept = [];
  channel.addEventListener("message", ({ data }) => {
    if (leads) {
      if (data.asks) channel.postMessage({ for: data.asks, events: kept });
    } else if (data.for === me) {
      told = true;
      for (const event of data.events) take(event);
    } else if (data.event && told) take(data.event);
  });
  channel.postMessage({ asks: me });
  const emit = (event) => {
    if (event.kind !== "state") kept = [...kept.slice(-KEEP), event];
    channel.postMessage({ event });
    take(event);
  };
  navigator.locks.request(`gradus:lead:${eventsUrl}`, { signal }, () => {
    leads = true;
    return inSlot((stream) => listen({ eventsUrl: stream ? eventsUrl : null, fragmentUrl, emit, signal }));
  }).catch(() => {}); // no longer wanted before it was its turn
  signal.addEventListener("abort", () => channel.close(), { once: true });
}

/** Does the work while it holds one of the browser's streams, or with `false` where all are taken. */
async function inSlot(work) {
  for (let slot = 0; slot < SLOTS; slot += 1) {
    const had = await navigator.locks.request(`gradus:stream:${slot}`, { ifAvailable: true }, async (lock) => {
      if (lock) await work(true);
      return Boolean(lock);
    });
    if (had) return;
  }
  await work(false);
}

/** Follows the stream; asks from time to time where there is none or it fails. Ends when it is aborted. */
function listen({ eventsUrl, fragmentUrl, emit, signal }) {
  return new Promise((resolve) => {
    const source = eventsUrl && !signal.aborted ? new EventSource(eventsUrl) : null;
    let errors = 0;
    for (const kind of source ? KINDS : []) {
      source.addEventListener(kind, (event) => {
        errors = 0;
        emit({ kind, id: event.lastEventId, data: JSON.parse(event.data) });
        if (kind === "done") source.close();
      });
    }
    source?.addEventListener("error", () => {
      errors += 1;
      if (errors < TRIES && source.readyState !== EventSource.CLOSED) return;
      source.close();
      ask({ fragmentUrl, emit, signal });
    });
    signal.addEventListener("abort", () => { source?.close(); resolve(); }, { once: true });
    if (signal.aborted) resolve();
    else if (!source) ask({ fragmentUrl, emit, signal });
  });
}

async function ask({ fragmentUrl, emit, signal }) {
  while (!signal.aborted) {
    const section = await fragment(fragmentUrl).catch(() => null);
    const state = section?.dataset.state;
    if (state && !["queued", "running"].includes(state)) { emit({ kind: "done", data: { state } }); return; }
    if (state) emit({ kind: "state", data: { state, position: { text: section.querySelector("#position")?.textContent } } });
    await new Promise((resolve) => { setTimeout(resolve, POLL_MS); });
  }
}

/** The `#submission` section as the server now has it; null where it does not say. */
export async function fragment(url) {
  const answer = await fetch(url, { headers: { "X-Requested-With": "fetch" } });
  if (!answer.ok) return null;
  const box = document.createElement("div");
  box.innerHTML = await answer.text();
  return box.querySelector("#submission");
}
