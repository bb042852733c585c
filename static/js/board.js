// Moving cards: by mouse (the whole card), by finger and by keys (its handle). A drop never changes anything by itself: it
// opens the dialog in which the server says what the move asks for, or why it cannot be. Without this script the link on
// each card leads to the same as a page.
const board = document.querySelector("[data-board]");
const dialog = document.querySelector("[data-board-dialog]");
const says = document.querySelector("[data-board-says]");
const news = document.querySelector("[data-board-news]");
const FAR = 6; // pixels after which a press is a drag
const narrow = matchMedia("(max-width: 47.99rem)");
const columns = () => [...board.querySelectorAll("[data-column]")];
const columnOf = (card) => card.closest("[data-column]");
const cardOf = (number) => board.querySelector(`[data-card="${CSS.escape(number ?? "")}"]`);

function say(words, places = {}) {
  says.textContent = words.replace(/\{(\w+)\}/g, (_, name) => places[name]);
}

const sayWhere = (words, card) => say(words, { number: card.dataset.card, column: columnOf(card).dataset.label });

// What is held, and over which column ----------------------------------------------------------------------------------

let held = null; // { card, column, by: "pointer" or "keys" }
let targets = null; // on phones: every column in reach of a thumb

function over(column) {
  if (!held || held.column === column) return;
  held.column = column;
  for (const one of document.querySelectorAll("[data-column], [data-target-of]"))
    one.classList.toggle("over", (one.dataset.column ?? one.dataset.targetOf) === column?.dataset.column);
  if (held.by !== "keys" || !column) return;
  column.scrollIntoView({ block: "nearest", inline: "nearest" });
  say(board.dataset.over, { column: column.dataset.label });
}

function pick(card, by) {
  held = { card, column: null, by };
  card.classList.add("held");
  card.querySelector(".grip").setAttribute("aria-pressed", "true");
  if (by === "keys") over(columnOf(card));
  sayWhere(board.dataset.picked, card);
}

/** Lets go. The card stands where it stood; whether it moves is for the server to say. */
function letGo() {
  if (!held) return null;
  const { card, column } = held;
  for (const one of document.querySelectorAll(".over")) one.classList.remove("over");
  card.classList.remove("held", "dragged");
  for (const name of ["left", "top", "width"]) card.style.removeProperty(name);
  card.querySelector(".grip").setAttribute("aria-pressed", "false");
  targets?.remove();
  held = targets = null;
  return { card, column };
}

function putBack() {
  const dropped = letGo();
  if (dropped) sayWhere(board.dataset.back, dropped.card);
}

function drop() {
  const dropped = letGo();
  if (!dropped) return;
  const { card, column } = dropped;
  if (!column || column === columnOf(card)) sayWhere(board.dataset.back, card);
  else open(`${card.dataset.move}?${new URLSearchParams({ to: column.dataset.column, seen: card.dataset.seen })}`, card);
}

// By pointer -----------------------------------------------------------------------------------------------------------

let press = null;
let hasDragged = false; // the click that ends a drag is none

function showTargets() {
  targets = Object.assign(document.createElement("div"), { className: "board-targets" });
  for (const column of columns()) {
    const target = Object.assign(document.createElement("div"), { textContent: column.dataset.label });
    target.dataset.targetOf = column.dataset.column;
    targets.append(target);
  }
  document.body.append(targets);
}

function columnAt(x, y) {
  const found = document.elementFromPoint(x, y)?.closest("[data-column], [data-target-of]");
  const key = found?.dataset.column ?? found?.dataset.targetOf;
  return columns().find((column) => column.dataset.column === key) ?? null;
}

function begin() {
  const box = press.card.getBoundingClientRect();
  Object.assign(press, { dx: press.x - box.left, dy: press.y - box.top });
  pick(press.card, "pointer");
  press.card.classList.add("dragged");
  press.card.style.width = `${box.width}px`;
  if (narrow.matches) showTargets();
  else requestAnimationFrame(scrollAlong);
}

/** Near its edges the board goes on by itself for as long as the card is held there. */
function scrollAlong() {
  if (!press || held?.by !== "pointer") return;
  const { left, right } = board.getBoundingClientRect();
  const before = board.scrollLeft;
  if (press.nowX > Math.min(right, innerWidth) - 48) board.scrollLeft += 9;
  else if (press.nowX < left + 48) board.scrollLeft -= 9;
  if (board.scrollLeft !== before) over(columnAt(press.nowX, press.nowY));
  requestAnimationFrame(scrollAlong);
}

function onDown(event) {
  const card = event.target.closest("[data-move]");
  const grip = event.target.closest(".grip");
  const isOnCard = event.pointerType === "mouse" && !event.target.closest("a, button");
  if (!card || event.button !== 0 || held || !(grip || isOnCard)) return;
  press = { card, x: event.clientX, y: event.clientY, id: event.pointerId };
  if (!grip) event.preventDefault(); // no text is marked while a card is dragged
}

function onMove(event) {
  if (event.pointerId !== press?.id) return;
  if (!held && Math.hypot(event.clientX - press.x, event.clientY - press.y) < FAR) return;
  Object.assign(press, { nowX: event.clientX, nowY: event.clientY });
  if (!held) begin();
  press.card.style.left = `${event.clientX - press.dx}px`;
  press.card.style.top = `${event.clientY - press.dy}px`;
  over(columnAt(event.clientX, event.clientY));
}

function onUp(event) {
  if (event.pointerId !== press?.id) return;
  press = null;
  if (held?.by !== "pointer") return;
  hasDragged = true;
  setTimeout(() => (hasDragged = false), 50);
  drop();
}

function onCancel() {
  press = null;
  if (held?.by === "pointer") putBack();
}

// By keys --------------------------------------------------------------------------------------------------------------

function onKey(event) {
  if (!held) return;
  if (event.key === "Escape") {
    event.preventDefault();
    press = null;
    putBack();
    return;
  }
  const step = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key];
  if (!step || held.by !== "keys" || !event.target.closest?.(".grip")) return;
  event.preventDefault();
  const all = columns();
  over(all[Math.min(Math.max(all.indexOf(held.column) + step, 0), all.length - 1)]);
}

/** Space and Enter press the handle: it picks the card up, then drops it. The link opens the same choice as a menu. */
function onClick(event) {
  const link = event.target.closest(".move-to");
  if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    open(link.href, link.closest("[data-card]"));
  }
  const grip = event.target.closest(".grip");
  if (!grip || hasDragged) return;
  if (held) drop();
  else pick(grip.closest("[data-card]"), "keys");
}

// The dialog -----------------------------------------------------------------------------------------------------------

async function ask(url, how = {}) {
  const answer = await fetch(url, { ...how, headers: { "HX-Request": "true" }, redirect: "manual" });
  // Signed out meanwhile: what was typed is kept in this browser, and signing in leads back here.
  if (answer.status === 401 || answer.type === "opaqueredirect") location.reload();
  return answer;
}

const isPage = (answer) => answer.status < 500 && answer.headers.get("Content-Type")?.includes("html");

async function open(url, card) {
  try {
    const answer = await ask(url);
    if (!isPage(answer) || answer.status === 404) throw new Error(String(answer.status));
    dialog.dataset.from = card.dataset.card;
    show(await answer.text());
  } catch {
    failed();
  }
}

function show(html) {
  dialog.innerHTML = html;
  if (!dialog.open) dialog.showModal();
  dialog.dispatchEvent(new CustomEvent("htmx:load", { bubbles: true })); // what this browser kept goes back in
  const first = dialog.querySelector("[data-focus]") ?? dialog.querySelector("textarea, input:not([type=hidden]), select") ?? dialog.querySelector("h1");
  first.focus();
}

function failed() {
  say(board.dataset.failedWords);
  const place = dialog.open ? dialog : document.querySelector("[data-say]");
  if (place.querySelector("[data-failure]")) return;
  const banner = Object.assign(document.createElement("p"), { className: "banner error", textContent: board.dataset.failedWords });
  banner.dataset.failure = "";
  place.prepend(banner);
}

async function send(form) {
  const button = form.querySelector("[data-main]");
  button.disabled = true;
  try {
    const answer = await ask(form.action, { method: "POST", body: new FormData(form) });
    const next = answer.headers.get("HX-Redirect");
    if (next) {
      history.replaceState(null, "", next);
      location.reload();
    } else if (isPage(answer)) show(await answer.text());
    else failed();
  } catch {
    failed();
  } finally {
    button.disabled = false;
  }
}

function onDialogClick(event) {
  const target = event.target.closest("[data-target]");
  if (!target && !event.target.closest("[data-close]")) return;
  event.preventDefault();
  const card = cardOf(dialog.dataset.from);
  if (!target) dialog.close();
  else open(`${target.href}&${new URLSearchParams({ seen: card.dataset.seen })}`, card);
}

function onDialogClose() {
  dialog.textContent = "";
  const card = cardOf(dialog.dataset.from);
  if (card) {
    card.querySelector(".grip").focus();
    sayWhere(board.dataset.back, card);
  }
  look({ isAsked: true });
}

// What others change ---------------------------------------------------------------------------------------------------

let isUnder = false; // a mouse is over the board: nothing moves beneath it

/** Asks whether something has changed, and shows it unless somebody is at it; ``isAsked``: they have just come back. */
async function look({ isAsked = false } = {}) {
  if (document.hidden) return;
  try {
    const answer = await fetch(board.dataset.versionUrl, { redirect: "error" });
    const { version } = await answer.json();
    if (version === board.dataset.version) return;
    const isBusy = held || dialog.open || isUnder || board.contains(document.activeElement);
    if (isBusy && !(isAsked && !held && !dialog.open)) news.hidden = false;
    else await renew();
  } catch {
    // Without a network the board stands as it is.
  }
}

/** Puts the new columns in place of the old ones, and the focus back where it was. */
async function renew() {
  const answer = await fetch(location.pathname);
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-board]");
  if (!fresh || held || dialog.open) return;
  const focused = document.activeElement?.closest?.("[data-card]")?.dataset.card;
  const { scrollLeft } = board;
  board.replaceChildren(...fresh.children);
  Object.assign(board, { scrollLeft }).dataset.version = fresh.dataset.version;
  news.hidden = true;
  if (focused) cardOf(focused)?.querySelector(".grip")?.focus({ preventScroll: true });
}

function watchOthers() {
  setInterval(look, 20_000);
  board.addEventListener("pointerenter", (event) => (isUnder = event.pointerType === "mouse"));
  board.addEventListener("pointerleave", () => {
    isUnder = false;
    if (!news.hidden) look({ isAsked: true });
  });
  news.querySelector("button").addEventListener("click", renew);
}

function watchCards() {
  board.addEventListener("pointerdown", onDown);
  document.addEventListener("pointermove", onMove);
  document.addEventListener("pointerup", onUp);
  document.addEventListener("pointercancel", onCancel);
  document.addEventListener("keydown", onKey);
  board.addEventListener("click", onClick);
}

function watchDialog() {
  dialog.addEventListener("submit", (event) => {
    event.preventDefault();
    send(event.target);
  });
  dialog.addEventListener("click", onDialogClick);
  dialog.addEventListener("close", onDialogClose);
}

if (board) {
  watchCards();
  watchDialog();
  watchOthers();
  const moved = cardOf(location.hash.replace("#card-", ""));
  moved?.scrollIntoView({ block: "nearest", inline: "center" });
  moved?.querySelector(".grip")?.focus({ preventScroll: true });
}
