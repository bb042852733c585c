// The columns by name above the board: which of them can be seen, and the way to each. Without this script the names are
// links to the headings.
const board = document.querySelector("[data-board]");
const names = document.querySelector(".board-columns");
const still = matchMedia("(prefers-reduced-motion: reduce)");

function mark() {
  const { left, right } = board.getBoundingClientRect();
  for (const name of names.children) {
    const box = board.querySelector(`[data-column="${name.dataset.goesTo}"]`).getBoundingClientRect();
    const isSeen = box.left >= left - box.width / 2 && box.right <= Math.min(right, innerWidth) + box.width / 2;
    if (isSeen) name.setAttribute("aria-current", "true");
    else name.removeAttribute("aria-current");
  }
  const first = names.querySelector("[aria-current]");
  if (first && !names.contains(document.activeElement)) show(first);
}

/** Brings a name into sight, at the beginning of their line. */
function show(name) {
  names.scrollLeft = name.offsetLeft - names.offsetLeft - 16;
}

function go(event) {
  const name = event.target.closest("[data-goes-to]");
  if (!name || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const column = board.querySelector(`[data-column="${name.dataset.goesTo}"]`);
  const left = column.offsetLeft - board.firstElementChild.offsetLeft;
  board.scrollTo({ left, behavior: still.matches ? "auto" : "smooth" });
  column.querySelector("h2").focus({ preventScroll: true });
}

if (board && names) {
  names.addEventListener("click", go);
  names.addEventListener("focusin", ({ target }) => show(target));
  board.addEventListener("scroll", mark, { passive: true });
  addEventListener("resize", mark);
  mark();
}
