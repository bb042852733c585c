// The desk's right half. What is chosen is marked at once; its suggestion is fetched once the choice has rested for a
// moment, so that passing ten rows with j asks once. Until it is there the former one cannot be pressed, and whatever key
// acts waits for it: an answer never goes to the row that was left.
const REST = 150;
const pane = document.getElementById("pane");
let timer = 0;
let bringing = null; // the fetching that is on its way
let wanted = null; // the row whose suggestion is to stand there

const shown = () => pane.querySelector("[data-shown]")?.dataset.shown;
const isBehind = () => Boolean(wanted) && wanted.dataset.number !== shown();

function mark(row) {
  for (const other of document.querySelectorAll("[data-row]")) {
    other.classList.toggle("on", other === row);
    const link = other.querySelector("a");
    if (other === row) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

/** One at a time: two on their way could come in the wrong order, and the later one would take the focus out of a text. */
function bring() {
  clearTimeout(timer);
  bringing ??= bringWanted().finally(() => (bringing = null));
  return bringing;
}

async function bringWanted() {
  let row = null;
  while (isBehind() && row !== wanted) {
    row = wanted;
    try {
      await window.htmx.ajax("GET", row.dataset.pane, { target: pane, swap: "innerHTML show:none" });
    } catch {
      return; // the page has said so; the former one stays out of reach
    }
    pane.scrollTop = 0;
  }
  pane.inert = isBehind();
}

/** Brings a row's suggestion into the right half where there is one; elsewhere the link leads to its page. */
function choose(row, rest = 0) {
  if (!pane?.checkVisibility() || !row.dataset.pane || !window.htmx) return false;
  mark(row);
  wanted = row;
  pane.inert = isBehind();
  clearTimeout(timer);
  if (rest) timer = setTimeout(bring, rest);
  else bring();
  return true;
}

document.addEventListener("chosen", (event) => choose(event.target, REST));
document.addEventListener("click", (event) => {
  const row = event.target.closest?.("[data-row]");
  if (row && !event.target.closest(".row-pick") && !event.defaultPrevented && event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && choose(row)) event.preventDefault();
});

// Keys -----------------------------------------------------------------------------------------------------------------

let waiting = null; // what was pressed while the right half was on its way

/** Presses a key, once the right half has caught up where the key may act on it. */
export async function inTurn(key, press, types) {
  if (waiting) return waiting.push(key);
  if ("jkxX?".includes(key) || !pane || !isBehind()) return press(key);
  waiting = [key];
  await bring();
  const keys = isBehind() ? [] : waiting; // it did not come: nothing acts on what is not shown
  waiting = null;
  for (const [at, one] of keys.entries()) {
    const field = document.activeElement;
    if (at && types(field) && field.setRangeText) return type(field, keys.slice(at).join(""));
    inTurn(one, press, types);
  }
}

/** What was typed behind a key that leads into a field belongs into it. */
function type(field, text) {
  field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

/** Takes a letter that is typed while something waits. */
export function takes(event) {
  if (!waiting || event.key.length !== 1) return false;
  event.preventDefault();
  waiting.push(event.key);
  return true;
}
