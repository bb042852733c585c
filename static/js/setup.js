// The set-up form: the browser's zone, presets that fill the hours, and hours that are changed by hand.
const form = document.querySelector("form.setup");
const presets = JSON.parse(form.dataset.presets);
const zones = form.elements.timezone;
const words = form.querySelector("[data-zone-words]");

function tellZone() {
  words.textContent = zones.value.replaceAll("_", " ");
}

/** The browser knows where it is; a form that comes back keeps what was chosen. */
function guessZone() {
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const isNew = !form.elements.team_name.value;
  if (isNew && [...zones.options].some((option) => option.value === here)) zones.value = here;
  tellZone();
}

function fill(week) {
  for (const [day, times] of Object.entries(week))
    for (const number of [0, 1]) {
      const [from, to] = times[number] ?? ["", ""];
      form.elements[`${day}-${number}-from`].value = from;
      form.elements[`${day}-${number}-to`].value = to;
    }
}

guessZone();
zones.addEventListener("change", tellZone);
form.addEventListener("change", (event) => {
  if (event.target.name === "hours" && presets[event.target.value]) fill(presets[event.target.value]);
  if (event.target.name === "hours" && event.target.value === "own") form.querySelector(".own-hours").open = true;
});
form.addEventListener("input", (event) => {
  if (/^[a-z]{3}-\d-(from|to)$/.test(event.target.name ?? "")) form.elements.hours.value = "own";
});
