// The desk: choosing several rows, one by one with x, by a range with Shift, or all that are shown of a group; and what the
// bar below says of them.
const boxes = () => [...document.querySelectorAll(".row-pick input")].filter((box) => box.checkVisibility());
const bar = document.getElementById("several");
const ofGroup = (all) => [...all.closest("section").querySelectorAll(".row-pick input:enabled")];
let last = null;

/** The box of a group says whether all, some or none of its rows are ticked. */
function countGroups() {
  for (const all of document.querySelectorAll("[data-group-pick]")) {
    const those = ofGroup(all), ticked = those.filter((box) => box.checked).length;
    const words = all.parentElement.querySelector("[data-words]");
    words.textContent = words.dataset.words.replace("{count}", those.length);
    all.checked = ticked > 0 && ticked === those.length;
    all.indeterminate = ticked > 0 && ticked < those.length;
    all.disabled = !those.length;
  }
}

export function count() {
  countGroups();
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
  const all = event.target.closest?.("[data-group-pick]");
  if (all) {
    for (const one of ofGroup(all)) one.checked = all.checked;
    count();
  }
  if (event.target.closest?.("[data-several-none]")) {
    for (const one of document.querySelectorAll(".row-pick :checked")) one.checked = false;
    count();
    document.querySelector("[data-row].on a, [data-row] a")?.focus();
  }
});
// Who ticked a group's box before this was here meant its rows.
for (const all of document.querySelectorAll("[data-group-pick]:checked")) for (const one of ofGroup(all)) one.checked = true;
count();
