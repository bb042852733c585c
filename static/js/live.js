// What moves by itself: the line that shows the reminders alive, the seconds left to undo, copying.

/** One beat for all: what has hx-trigger="tick" asks the server every 20 s, as long as somebody can see it. */
function beat() {
  setInterval(() => {
    for (const part of document.querySelectorAll('[hx-trigger="tick"]'))
      if (!document.hidden && part.checkVisibility()) part.dispatchEvent(new CustomEvent("tick"));
  }, 20_000);
}

/** Counts down against the time this page has been open, so that a wrong clock on the reader's side does no harm. */
function countDown(banner) {
  const left = () => Math.ceil(Number(banner.dataset.undo) - performance.now() / 1000);
  const timer = setInterval(() => {
    if (left() > 0) banner.querySelector("[data-left]").textContent = left();
    else {
      banner.querySelector("form")?.remove();
      clearInterval(timer);
    }
  }, 1000);
}

/** Copies data-copy, an address, whole; or the words of data-copy-text as they stand. */
async function copy(button) {
  const text = button.dataset.copyText ?? new URL(button.dataset.copy, location.href).href;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    prompt("", text); // no permission, or plain http: hand it over to be copied
    return;
  }
  const words = button.querySelector("span");
  const before = words.textContent;
  words.textContent = button.dataset.copied;
  setTimeout(() => (words.textContent = before), 2000);
}

/** Says that a request failed, in the place where messages stand; what was typed is untouched. */
function failed() {
  const place = document.querySelector("[data-say]");
  if (!place || place.querySelector("[data-failure]")) return;
  const banner = Object.assign(document.createElement("p"), { className: "banner error", textContent: document.body.dataset.failed });
  banner.dataset.failure = "";
  banner.setAttribute("role", "alert");
  place.append(banner);
}

export function live() {
  beat();
  document.querySelectorAll("[data-undo]").forEach(countDown);
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-copy], [data-copy-text]");
    if (button) copy(button);
  });
  document.addEventListener("htmx:configRequest", (event) => {
    // What is said about a person is looked up nowhere.
    if (event.target.closest?.("[data-not-friction]") && document.querySelector("#kind-friction:checked")) return event.preventDefault();
    const token = document.querySelector("input[name=csrf_token]");
    if (token && event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = token.value;
  });
  for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"])
    document.addEventListener(name, (event) => event.target.closest?.("[data-alive]") || failed());
}
