// The desk: choosing several rows, one by one with x or by a range with Shift, and what the bar below says of them.
const boxes = () => [...document.querySelectorAll(".row-pick input")].filter((box) => box.checkVisibility());
const bar = document.getElementById("several");
let last = null;

export function count() {
  const chosen = document.querySelectorAll(".row-pick :checked").length;
  const place = bar?.querySelector("[data-several-count]");
  if (!place) return;
  place.querySelector("b").textContent = chosen; // the word gives way where there is no room for it
  place.querySelector(".several-word").textContent = place.dataset.words.replace("{count}", "").trim();
}

/** Everything between the last one that was chosen and this one gets this one's state. */
function range(box) {
  const all = boxes();
  const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
  if (from >= 0) for (const one of all.slice(from, to + 1)) one.checked = box.checked;
}

export function pick(row, isRange) {
  const box = row.querySelector(".row-pick input");
  if (!box) return;
  box.checked = isRange ? true : !box.checked;
  if (isRange) range(box);
  last = box;
  count();
}

document.addEventListener("click", (event) => {
  const box = event.target.closest?.(".row-pick input");
  if (box) {
    if (event.shiftKey && last) range(box);
    last = box;
    count();
  }
  if (event.target.closest?.("[data-several-none]")) {
    for (const one of document.querySelectorAll(".row-pick :checked")) one.checked = false;
    count();
    document.querySelector("[data-row].on a, [data-row] a")?.focus();
  }
});
count();
