// The desk's right half. What is chosen is marked at once; its suggestion is fetched once the choice has rested for a
// moment, so that passing ten rows with j asks once. Until it is there the former one cannot be pressed, and whatever key
// acts waits for it: an answer never goes to the row that was left.
const REST = 150;
const pane = document.getElementById("pane");
let timer = 0;
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

async function bring() {
  clearTimeout(timer);
  if (!isBehind()) return;
  const row = wanted;
  try {
    await window.htmx.ajax("GET", row.dataset.pane, { target: pane, swap: "innerHTML show:none" });
  } catch {
    return; // the page has said so; the former one stays out of reach
  }
  if (row !== wanted) return bring();
  pane.inert = isBehind();
  pane.scrollTop = 0;
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

export function watchPane() {
  document.addEventListener("chosen", (event) => choose(event.target, REST));
  document.addEventListener("click", (event) => {
    const row = event.target.closest?.("[data-row]");
    if (row && !event.target.closest(".row-pick") && !event.defaultPrevented && event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && choose(row)) event.preventDefault();
  });
}

/** Something to wait for before a key acts, where the right half is behind; it gives whether it has caught up. */
export function catchUp() {
  if (!pane || !isBehind()) return null;
  return bring().then(() => !isBehind());
}
