// Keeps the draft on the server as the student types. Each save names the version it was written on; where another tab
// was faster, both texts are offered and nothing is overwritten.

const PAUSE_MS = 800;
const RETRY_MS = 5000;

export class Draft {
  /** `editors` maps file names to mounted editors; `say(key)` shows one of the page's sentences. */
  constructor(form, editors, { say, csrf }) {
    this.form = form;
    this.editors = editors;
    this.say = say;
    this.csrf = csrf;
    this.url = form.dataset.draftUrl;
    this.version = Number(form.dataset.draftVersion);
    this.timer = null;
    this.saving = null;
    this.dirty = false;
    this.stopped = false;
    document.addEventListener("visibilitychange", () => { if (document.hidden && this.dirty) this.save({ keepalive: true }); });
  }

  files() {
    return Object.fromEntries([...this.editors].map(([name, editor]) => [name, editor.text()]));
  }

  changed() {
    this.dirty = true;
    if (this.stopped) return;
    this.say("unsaved");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), PAUSE_MS);
  }

  /** A run or a submission keeps the draft too: `send` goes out with no save beside it, which would be on an old version. */
  async alone(send) {
    while (this.saving) await this.saving.catch(() => {});
    clearTimeout(this.timer);
    const before = this.dirty;
    this.dirty = false;
    let kept = false;
    const sent = send();
    this.saving = sent;
    try {
      const answer = await sent;
      kept = answer.version != null;
      if (kept) this.moveTo(answer.version);
      return answer;
    } finally {
      this.saving = null;
      this.dirty ||= before && !kept;
      if (this.dirty) this.changed();
      else if (kept) this.say("saved");
    }
  }

  moveTo(version) {
    this.version = version;
    this.form.dataset.draftVersion = version;
    const field = this.form.elements.draft_version;
    if (field) field.value = version;
  }

  async save({ keepalive = false } = {}) {
    clearTimeout(this.timer);
    if (this.stopped || !this.dirty) return;
    while (this.saving) await this.saving.catch(() => {});
    if (this.stopped || !this.dirty) return;
    this.dirty = false;
    this.say("saving");
    this.saving = this.post(keepalive);
    try {
      await this.saving;
    } catch {
      this.dirty = true;
      this.say("failed");
      this.timer = setTimeout(() => this.save(), RETRY_MS);
    } finally {
      this.saving = null;
    }
  }

  async post(keepalive) {
    const answer = await fetch(this.url, {
      method: "POST",
      keepalive,
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": this.csrf() },
      body: JSON.stringify({ files: this.files(), version: this.version }),
    });
    const data = await answer.json().catch(() => ({}));
    if (answer.status === 409) { this.offerBoth(data); return; }
    if (!answer.ok) { this.say("refused", data.detail); return; }
    this.moveTo(data.version);
    this.say(this.dirty ? "unsaved" : "saved");
  }

  offerBoth({ version, theirs }) {
    this.stopped = true;
    this.dirty = true;
    this.say("conflict");
    const notice = document.getElementById("draft-conflict").content.firstElementChild.cloneNode(true);
    const texts = notice.querySelector("[data-their-text]");
    if (texts) texts.textContent = Object.values(theirs).join("\n");
    const settle = () => { this.moveTo(version); this.stopped = false; notice.remove(); };
    notice.querySelector("[data-keep-mine]").addEventListener("click", () => { settle(); this.save(); });
    notice.querySelector("[data-take-theirs]").addEventListener("click", () => {
      settle();
      for (const [name, text] of Object.entries(theirs)) this.editors.get(name)?.replace(text);
      this.dirty = false;
      clearTimeout(this.timer);
      this.say("saved");
    });
    this.form.prepend(notice);
    notice.querySelector("button").focus();
  }
}
