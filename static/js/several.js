// Several at once: the headline, the button and what is said about mails follow the ticks, so that each names one number.
const boxes = () => [...document.querySelectorAll('.picks input[name="n"]')];

/** Different people who wait for what is ticked, each by a number of this page. */
const people = (ticked) => new Set(ticked.flatMap((box) => (box.dataset.waits ?? "").split(" ").filter(Boolean))).size;

function count() {
  const ticked = boxes().filter((box) => box.checked);
  const counts = { picks: ticked.length, people: people(ticked) };
  for (const place of document.querySelectorAll("[data-counted]")) {
    const number = counts[place.dataset.counted];
    place.textContent = (number === 1 ? place.dataset.one : place.dataset.many).replace("{count}", number);
  }
}

document.addEventListener("change", ({ target }) => target.matches('.picks input[name="n"]') && count());
if (boxes().length) count();
