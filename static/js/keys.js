// Single keys on the desk and on a suggestion. They can be switched off in the list that ? opens (WCAG 2.1.4), and are
// silent while somebody types or holds a modifier.
import { goOn } from "./forms.js";

const OFF = "keys-off";

const isOff = () => {
  try {
    return localStorage.getItem(OFF) === "1";
  } catch {
    return false;
  }
};

/** On the desk a key may have to wait for the right half (pane.js). */
const desk = document.querySelector("[data-desk]") ? import("./pane.js") : null;
let pane = null;
desk?.then((module) => (pane = module));

const types = (element) => element.closest?.("input:not([type=radio], [type=checkbox]), textarea, select, dialog, [contenteditable]");

/** Moves the choice to the next or previous visible row. */
function step(by) {
  const rows = [...document.querySelectorAll("[data-row]")].filter((row) => row.checkVisibility());
  const here = rows.findIndex((row) => row.contains(document.activeElement));
  const at = here < 0 ? rows.findIndex((row) => row.classList.contains("on")) : here;
  const row = rows[Math.min(Math.max(at + by, 0), rows.length - 1)];
  row?.querySelector("a").focus();
  row?.dispatchEvent(new CustomEvent("chosen", { bubbles: true }));
}

/** Ticks the row that has the focus or is marked now, also while the module that does it is still on its way. */
async function pick(range) {
  const row = document.activeElement?.closest?.("[data-row]") ?? document.querySelector("[data-row].on");
  if (row && document.querySelector("[data-desk]")) (await import("./desk.js")).pick(row, range);
}

function press(key) {
  if (key === "j") return step(1);
  if (key === "k") return step(-1);
  if (key === "x" || key === "X") return pick(key === "X");
  const outcome = document.querySelector(`[data-outcome="${CSS.escape(key)}"]`);
  if (outcome?.closest("form").checkVisibility()) {
    outcome.click();
    goOn(outcome.closest("form").querySelector("[data-sends]"));
    return;
  }
  const hits = [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)].filter((hit) => hit.checkVisibility());
  const hit = hits.find((one) => one.closest("main")) ?? hits[0]; // what the page itself offers comes before its frame
  if (hit?.matches("input")) hit.select();
  else hit?.click();
}

/** What is typed while the box for jumping is on its way: it belongs into it, and presses nothing meanwhile. */
let early = null;

/** The box for jumping is fetched when somebody first asks for it. */
async function jump(event) {
  if (!document.getElementById("palette") || document.querySelector("dialog[open]")) return;
  event.preventDefault(); // before the wait: the browser has a Ctrl+K of its own
  if (early !== null) return;
  early = "";
  try {
    const palette = await import("./palette.js");
    palette.open(early);
  } finally {
    early = null;
  }
}

/** True for a letter that the box will get. */
function isEarly(event) {
  if (early === null || event.key.length !== 1 || event.ctrlKey || event.metaKey) return false;
  early += event.key;
  event.preventDefault();
  return true;
}

export function watchKeys() {
  document.addEventListener("click", (event) => event.target.closest?.("[data-jumps]") && jump(event));
  const box = document.querySelector("[data-keys-switch]");
  if (box) {
    box.checked = !isOff();
    box.addEventListener("change", () => localStorage.setItem(OFF, box.checked ? "0" : "1"));
  }
  document.addEventListener("keydown", (event) => {
    if (event.key === "k" && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey) return jump(event);
    if (isEarly(event)) return;
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.repeat && !"jk".includes(event.key)) return;
    if (types(event.target)) return;
    if (pane?.takes(event)) return;
    if ((isOff() && event.key !== "?") || !/^[a-zX1-4?/]$/.test(event.key)) return;
    event.preventDefault();
    if (desk) desk.then(({ inTurn }) => inTurn(event.key, press, types));
    else press(event.key);
  });
}
