// What others change on the desk appears by itself and moves nothing: a row that changed is written anew where it
// stands, one that is gone says so, and new ones wait behind "2 new · show" until somebody wants them. What is under the
// pointer or has the focus is left alone until it has neither; the right half, where somebody writes, is never touched.
// A group shows its first rows only, so that what is gone and what is new is read from data-open, which names them all.
import { count } from "./desk.js";

const list = document.querySelector("[data-desk-list]");
const mark = document.querySelector("[data-desk-new]");
const span = (text) => {
  const [first, last = first] = text.split("-").map(Number);
  return Array.from({ length: last - first + 1 }, (_, i) => String(first + i));
};
const open = (place) => new Set((place.dataset.open.match(/[\d-]+/g) ?? []).flatMap(span)); // "41-43 47"
let fresh = null, wayOut = null; // as they were last sent
let known = list && open(list); // what was open when somebody last saw the list made anew

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
  row.classList.add("changed");
}

const left = new Map(); // of rows that are gone: what stood there, and whether they were ticked

function leave(row) {
  if (left.has(row)) return;
  const due = row.querySelector(".row-due"), box = row.querySelector(".row-pick input");
  left.set(row, { due: [...due.childNodes], checked: box?.checked });
  row.style.minHeight = `${row.getBoundingClientRect().height}px`;
  row.classList.add("gone");
  if (box) Object.assign(box, { disabled: true, checked: false });
  due.replaceChildren(document.createTextNode(list.dataset.gone));
}

/** An answer was taken back: it is open as before. */
function comeBack(row) {
  const former = left.get(row), box = row.querySelector(".row-pick input");
  if (!former) return;
  left.delete(row);
  row.classList.remove("gone");
  row.querySelector(".row-due").replaceChildren(...former.due);
  if (box) Object.assign(box, { disabled: false, checked: former.checked });
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

const say = (here, there) => here && there && here.textContent !== there.textContent && (here.textContent = there.textContent);

/** The numbers beside the headings, and of what leads to the rest of a group. */
function recountGroups() {
  for (const group of list.querySelectorAll("section.group")) {
    const other = fresh.querySelector(`#${CSS.escape(group.id)}`);
    say(group.querySelector(".n"), other?.querySelector(".n") ?? { textContent: "0" });
    say(group.querySelector(".pager > :nth-child(2)"), other?.querySelector(".pager > :nth-child(2)"));
    const more = group.querySelector(".group-more"), others = other?.querySelector(".group-more a");
    say(more?.querySelector("a"), others);
    if (more) more.style.visibility = others ? "" : "hidden"; // and what stands below it stays
  }
}

/** The way out above the list counts anew too; where it would need more room it waits for the page. */
function renewWayOut() {
  const here = document.querySelector("[data-way-out]");
  if (!here || isBusy(here) || (wayOut ? here.innerHTML === wayOut.innerHTML : here.textContent === here.dataset.over)) return;
  const height = here.offsetHeight, former = [...here.childNodes];
  here.style.minHeight = `${here.getBoundingClientRect().height}px`;
  if (wayOut) here.replaceChildren(...wayOut.cloneNode(true).childNodes);
  else here.replaceChildren(Object.assign(document.createElement("p"), { textContent: here.dataset.over }));
  if (here.offsetHeight > height) here.replaceChildren(...former);
}

function settle() {
  if (!fresh) return;
  recount();
  recountGroups();
  renewWayOut();
  const busy = rows(list).filter(isBusy), now = open(fresh);
  for (const row of rows(list)) {
    if (busy.includes(row)) continue;
    if (!now.has(row.dataset.number)) {
      leave(row);
      continue;
    }
    comeBack(row);
    const other = rowOf(fresh, row.dataset.number); // none: it is open, further down than what is shown
    if (other && words(other) !== words(row)) renew(row, other, busy);
  }
  count();
  const come = [...now].filter((number) => !known.has(number)); // said once there is a row to show of them
  mark.hidden = !come.some((number) => rowOf(fresh, number));
  mark.querySelector("[data-count]").textContent = mark.dataset.words.replace("{count}", come.length);
}

/** The whole list anew, because somebody asked for it; ticks, open groups and the chosen row stay. */
function show() {
  if (!document.getElementById("pane")) return location.reload(); // it was empty: all of the desk is to come
  const ticked = new Set([...list.querySelectorAll(".row-pick :checked")].map((box) => box.value));
  const unfolded = [...list.querySelectorAll("details[open]")].map((one) => one.closest("section").id);
  const on = list.querySelector(".row.on")?.dataset.number;
  list.replaceChildren(...fresh.cloneNode(true).childNodes);
  left.clear();
  known = open(fresh);
  for (const box of list.querySelectorAll(".row-pick input")) box.checked = ticked.has(box.value);
  for (const id of unfolded) list.querySelector(`#${CSS.escape(id)} details`)?.setAttribute("open", "");
  for (const row of rows(list)) row.classList.toggle("on", row.dataset.number === on);
  count();
  mark.hidden = true;
  list.querySelector("[data-row] a")?.focus();
}

export async function look() {
  const url = new URL(list.dataset.live, location.href);
  url.searchParams.set("v", list.dataset.version);
  const answer = await fetch(url, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (answer?.status === 200) {
    const sent = new DOMParser().parseFromString(await answer.text(), "text/html");
    fresh = sent.querySelector("[data-desk-list]");
    wayOut = sent.querySelector("[data-way-out]");
    list.dataset.version = fresh.dataset.version;
  }
  settle();
}

list?.addEventListener("tick", (event) => event.target === list && look());
mark?.querySelector("button").addEventListener("click", show);
