// What others change on the desk appears by itself and moves nothing: a row that changed is written anew where it
// stands, one that is gone says so, and new ones wait behind "2 new · show" until somebody wants them. What is under the
// pointer or has the focus is left alone until it has neither; the right half, where somebody writes, is never touched.
const list = document.querySelector("[data-desk-list]");
const mark = document.querySelector("[data-desk-new]");
let fresh = null;

const rows = (place) => [...place.querySelectorAll("[data-row][data-number]")];
const rowOf = (place, number) => place.querySelector(`[data-row][data-number="${CSS.escape(number)}"]`);
const isBusy = (row) => row.matches(":hover") || row.contains(document.activeElement);
const PARTS = [".row-title", ".row-number", ".row-meta", ".row-due"];
const words = (row) => PARTS.map((part) => row.querySelector(part)?.textContent.trim()).join("|");

/** Writes a row anew where it stands; its box keeps its tick. One that would push down what is under the pointer waits. */
function renew(row, other, busy) {
  row.style.minHeight = `${row.getBoundingClientRect().height}px`; // it may grow, and what stands below it never comes up
  const height = row.offsetHeight, former = new Map();
  for (const part of PARTS) {
    const here = row.querySelector(part), there = other.querySelector(part);
    if (!here || !there || here.textContent === there.textContent) continue;
    former.set(here, [...here.childNodes]);
    here.replaceChildren(...there.cloneNode(true).childNodes);
  }
  const pushes = busy.some((one) => row.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING);
  if (pushes && row.offsetHeight !== height) {
    for (const [here, nodes] of former) here.replaceChildren(...nodes);
    return;
  }
  row.classList.remove("gone");
  row.classList.add("changed");
}

function leave(row) {
  if (row.classList.contains("gone")) return;
  row.style.minHeight = `${row.getBoundingClientRect().height}px`;
  row.classList.add("gone");
  row.querySelector(".row-pick input")?.setAttribute("disabled", "");
  row.querySelector(".row-due")?.replaceChildren(document.createTextNode(list.dataset.gone));
}

/** How many there are to answer: at the head of the page, whose line keeps its height, and beside the desk's name. */
function recount() {
  const lead = document.querySelector(".desk-head .lead");
  if (lead && lead.textContent !== fresh.dataset.summary) {
    lead.style.minHeight = `${lead.offsetHeight}px`;
    const former = lead.textContent, height = lead.offsetHeight;
    lead.textContent = fresh.dataset.summary;
    if (lead.offsetHeight !== height) lead.textContent = former;
  }
  const desk = new URL(list.dataset.live, location.href).pathname.replace(/\/live$/, "");
  for (const place of document.querySelectorAll(`nav a[href="${desk}"] .count`)) {
    place.textContent = fresh.dataset.count;
    place.hidden = fresh.dataset.count === "0";
  }
}

function settle() {
  if (!fresh) return;
  recount();
  const busy = rows(list).filter(isBusy);
  for (const row of rows(list)) {
    const other = rowOf(fresh, row.dataset.number);
    if (busy.includes(row)) continue;
    if (!other) leave(row);
    else if (words(other) !== words(row)) renew(row, other, busy);
  }
  const count = rows(fresh).filter((row) => !rowOf(list, row.dataset.number)).length;
  mark.hidden = !count;
  mark.querySelector("[data-count]").textContent = mark.dataset.words.replace("{count}", count);
}

/** The whole list anew, because somebody asked for it; ticks, open groups and the chosen row stay. */
function show() {
  const ticked = new Set([...list.querySelectorAll(".row-pick :checked")].map((box) => box.value));
  const open = [...list.querySelectorAll("details[open]")].map((one) => one.closest("section").id);
  const on = list.querySelector(".row.on")?.dataset.number;
  list.replaceChildren(...fresh.cloneNode(true).childNodes);
  for (const box of list.querySelectorAll(".row-pick input")) box.checked = ticked.has(box.value);
  for (const id of open) list.querySelector(`#${CSS.escape(id)} details`)?.setAttribute("open", "");
  for (const row of rows(list)) row.classList.toggle("on", row.dataset.number === on);
  mark.hidden = true;
  list.querySelector("[data-row] a")?.focus();
}

export async function look() {
  const url = new URL(list.dataset.live, location.href);
  url.searchParams.set("v", list.dataset.version);
  const answer = await fetch(url, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (answer?.status === 200) {
    fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-desk-list]");
    list.dataset.version = fresh.dataset.version;
  }
  settle();
}

list?.addEventListener("tick", (event) => event.target === list && look());
mark?.querySelector("button").addEventListener("click", show);
