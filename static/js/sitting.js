// The minutes that are left of a sitting, counted against the time this page has been open. When they are over nothing is
// taken away: whoever is in the middle of a text finishes it.
const left = document.querySelector("[data-sitting]");

function say() {
  const seconds = Number(left.dataset.sitting) - performance.now() / 1000;
  left.textContent = seconds > 0 ? left.dataset.words.replace("{num}", Math.ceil(seconds / 60)) : left.dataset.over;
}

if (left) {
  say();
  setInterval(say, 5000);
}
