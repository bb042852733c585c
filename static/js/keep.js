// Forms with data-keep remember what is typed, across reload and sign-in, for a day. The server says when one has arrived
// (data-kept-done on <body>); signing out forgets the rest. Trouble between people is remembered for this tab only.
export const PREFIX = "kept:";
export const SENT = "sent:"; // when a form arrived that was sent in this tab
const DAY = 86_400_000;
const texts = "textarea[name], input[name]:is([type=text], [type=date], :not([type]))";
const choices = "input[name]:is([type=radio], [type=checkbox]), select[name]";

const place = (form) =>
  form.closest("#pane, body").querySelector("[data-keep-in-tab], #kind-friction:checked") ? sessionStorage : localStorage;

function forget(key) {
  for (const store of [localStorage, sessionStorage]) store.removeItem(PREFIX + key);
}

function arrived(key) {
  forget(key);
  sessionStorage.setItem(SENT + key, String(Date.now()));
}

/** `sent`: on its way. Should nobody hear whether it arrived, the same form is sent again under the same key. */
function save(form, sent = false) {
  const values = {};
  for (const field of form.querySelectorAll(texts)) if (field.value) values[field.name] = field.value;
  const typed = Object.keys(values).length > 0;
  for (const field of form.querySelectorAll(choices))
    if (field.type === "checkbox" || field.type === "radio" ? field.checked : true) values[field.name] = field.value;
  forget(form.dataset.keep);
  const key = sent === true ? form.elements.request_key?.value : undefined;
  const kept = { at: Date.now(), values, key, version: form.dataset.draftVersion, madeOf: form.madeOf };
  if (typed) place(form).setItem(PREFIX + form.dataset.keep, JSON.stringify(kept));
  sign(typed ? new Date() : null);
}

function sign(at) {
  const sign = document.querySelector("[data-kept-sign]");
  if (!sign) return;
  const time = at?.toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
  sign.textContent = time ? sign.dataset.words.replace("{time}", time) : "";
}

export function read(key) {
  const raw = sessionStorage.getItem(PREFIX + key) ?? localStorage.getItem(PREFIX + key);
  const kept = raw && JSON.parse(raw);
  if (kept && Date.now() - kept.at < DAY) return kept;
  forget(key);
  return null;
}

/** The server has this text now, too, as the draft of this version: where that one is gone, this copy goes with it. */
export function draftKept(form) {
  try {
    const kept = read(form.dataset.keep);
    if (kept) place(form).setItem(PREFIX + form.dataset.keep, JSON.stringify({ ...kept, version: form.dataset.draftVersion }));
  } catch {
    // A browser that forbids storage keeps nothing.
  }
}

/** Puts the text back, but only into a form that the server sent empty: what it sends filled is newer, unless this was
    typed after that very draft, or made of that very text. Where the server had a draft and has none now, it was sent
    from elsewhere. */
function restore(form) {
  form.dataset.restored = "1";
  const fields = [...form.querySelectorAll(texts)];
  const kept = read(form.dataset.keep);
  const { draft, draftVersion } = form.dataset;
  if (kept?.version && draft && !draftVersion) return forget(form.dataset.keep);
  const came = JSON.stringify(fields.map((field) => field.defaultValue));
  // A refused form comes back with what was sent. It is still made of what that was made of.
  const cameBack = kept && came === JSON.stringify(fields.map((field) => kept.values[field.name] ?? ""));
  form.madeOf = cameBack ? kept.madeOf : came;
  const goesOn = draft && kept && kept.version === draftVersion;
  const isOfThis = !draft && !cameBack && kept?.madeOf === came;
  if (!kept || (!goesOn && !isOfThis && fields.some((field) => field.tagName === "TEXTAREA" && field.defaultValue))) return;
  for (const field of fields) {
    const words = kept.values[field.name] ?? "";
    if (isOfThis ? field.value === field.defaultValue : words && (goesOn || !field.value)) field.value = words;
  }
  if (kept.key && form.elements.request_key) form.elements.request_key.value = kept.key;
  for (const field of form.querySelectorAll(choices)) {
    const value = kept.values[field.name];
    if (field.tagName !== "SELECT") field.checked = value === field.value;
    else if (value !== undefined && [...field.options].some((option) => option.value === value)) field.value = value;
  }
  for (const field of form.querySelectorAll(`${texts}, select`)) field.dispatchEvent(new Event("input", { bubbles: true }));
  form.closest("details")?.setAttribute("open", "");
  sign(new Date(kept.at));
}

export function keepTyped() {
  try {
    for (const key of (document.body.dataset.keptDone ?? "").split(" ").filter(Boolean)) arrived(key);
    const restoreAll = (root) => root.querySelectorAll("form[data-keep]:not([data-restored])").forEach(restore);
    let waiting = null; // the form that was typed into last, and when it is saved
    const rest = () => {
      clearTimeout(waiting?.timer);
      waiting = null;
    };
    const now = () => {
      const form = waiting?.form;
      rest();
      if (form) save(form);
    };
    const back = (isAsItWas) => import("./back.js").then(({ comesAnew }) => comesAnew(isAsItWas) || restoreAll(document), () => restoreAll(document));
    if (performance.getEntriesByType("navigation")[0]?.type === "back_forward") back(false);
    else restoreAll(document);
    addEventListener("pageshow", (event) => event.persisted && back(true));
    document.addEventListener("htmx:load", (event) => restoreAll(event.target));
    document.addEventListener("input", (event) => {
      const form = event.isTrusted && event.target.closest?.("form[data-keep]");
      if (!form) return;
      if (waiting?.form !== form) now();
      rest();
      waiting = { form, timer: setTimeout(now, 400) };
    });
    addEventListener("pagehide", now); // the last words before a tab is closed, and before a phone puts it away
    document.addEventListener("visibilitychange", () => document.hidden && now());
    document.addEventListener("submit", (event) => {
      rest(); // what was typed last is in it, and a save that comes after it would not know of its key
      if (event.target.dataset.keep) save(event.target, true);
      if (event.target.matches("[data-forgets]"))
        for (const store of [localStorage, sessionStorage])
          Object.keys(store).filter((key) => key.startsWith(PREFIX)).forEach((key) => store.removeItem(key));
    });
  } catch {
    // A browser that forbids storage keeps nothing.
  }
}
