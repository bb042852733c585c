// Half-written texts are kept on the server while somebody writes, and go on on the other device (data-draft, the address).
// Each save says which state of the kept text it knows: where another device has written on since, nothing is written
// over, and whoever writes chooses which text goes on.
import { goOn } from "./forms.js";
import { draftKept } from "./keep.js";

const PAUSE = 1500;
const waiting = new Map();

const sign = (form) => form.querySelector("[data-draft-sign]") ?? document.querySelector("[data-kept-sign]");

function choice(form, open) {
  const box = form.querySelector("[data-draft-choice]");
  if (box) box.hidden = !open;
}

function say(form, words) {
  const line = sign(form);
  if (line && line.textContent !== words) line.textContent = words;
}

/** `last`: the page is about to go, and the request has to outlive it. */
async function save(form, last = false) {
  clearTimeout(waiting.get(form));
  waiting.delete(form);
  if (form.dataset.sent || form.draftOther) return;
  const body = new URLSearchParams(new FormData(form));
  body.set("version", form.dataset.draftVersion);
  let answer;
  try {
    answer = await fetch(form.dataset.draft, { method: "POST", body, keepalive: last, headers: { Accept: "application/json" } });
  } catch {
    return; // no network: this browser keeps the text by itself (keep.js), and the next word tries again
  }
  if (!(answer.headers.get("Content-Type") ?? "").startsWith("application/json")) return;
  const kept = await answer.json();
  if (answer.status === 409) {
    form.draftOther = kept;
    say(form, sign(form)?.dataset.other.replace("{time}", kept.time) ?? "");
    choice(form, true);
  } else if (answer.ok) {
    form.dataset.draftVersion = kept.version;
    if (kept.version && form.dataset.keep) draftKept(form);
    say(form, kept.said);
  }
}

function take(form) {
  const { fields, version, said } = form.draftOther;
  for (const [name, value] of Object.entries(fields))
    for (const field of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
      if (field.type === "radio") field.checked = field.value === value;
      else field.value = value;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
  settle(form, version);
  say(form, said);
}

function settle(form, version) {
  form.dataset.draftVersion = version;
  delete form.draftOther;
  choice(form, false);
  goOn(form.querySelector("[data-sends]"));
}

export function keepDrafts() {
  const soon = (event) => {
    const form = event.target.closest?.("form[data-draft]");
    if (!form) return;
    clearTimeout(waiting.get(form));
    waiting.set(form, setTimeout(save, PAUSE, form));
  };
  document.addEventListener("input", soon);
  document.addEventListener("attached", soon);
  document.addEventListener("click", ({ target }) => {
    const form = target.closest?.("[data-draft-choice]")?.closest("form");
    if (!form?.draftOther) return;
    if (target.closest("[data-draft-take]")) take(form);
    else if (target.closest("[data-draft-mine]")) {
      settle(form, form.draftOther.version);
      save(form);
    }
  });
  // What is sent needs no draft, and one that arrived after it would come back as half-written. It says which one it has.
  document.addEventListener("submit", ({ target }) => {
    if (target.elements.version) target.elements.version.value = target.dataset.draftVersion;
    clearTimeout(waiting.get(target));
    waiting.delete(target);
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) for (const form of [...waiting.keys()]) save(form, true);
  });
  // The right half of the desk changes to another suggestion: what was typed there is kept first.
  document.addEventListener("htmx:beforeSwap", ({ target }) => {
    for (const form of [...waiting.keys()]) if (target.contains(form)) save(form, true);
  });
}
