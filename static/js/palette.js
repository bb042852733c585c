// Ctrl+K: jump to any place, or press what this page offers, by typing a few letters of it. Places are the links of the
// navigation; what can be done is read off the page, so that nothing is offered that is not there.
import { goOn } from "./forms.js";

const dialog = document.getElementById("palette");
const input = dialog.querySelector("input");
const list = dialog.querySelector("[role=listbox]");
const MOST = 12;

const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
/** What an element is called: its label, its own words without a count or a key. */
function said(element) {
  const from = element.labels?.[0] ?? element;
  const words = from.getAttribute("aria-label") ?? from.querySelector("span:not(.count), b")?.textContent ?? from.textContent;
  return words.replace(/\s+/g, " ").trim();
}

/** Everything to choose from: what to call it, where it belongs, and what happens. */
function offers() {
  const places = [...document.querySelectorAll("nav.side a[href]")].map((link) => ({ words: said(link), group: "go", act: () => link.click() }));
  const acts = [...document.querySelectorAll("main [data-key], main .also > details > summary, main [data-outcome]")]
    .filter((element) => element.checkVisibility())
    .map((element) => ({ words: said(element), group: "do", act: () => press(element) }));
  const seen = new Set();
  return [...acts, ...places].filter(({ words }) => words && !seen.has(words) && seen.add(words));
}

function press(element) {
  element.click();
  goOn(element.closest("details")?.querySelector("textarea, input:not([type=hidden])") ?? element);
}

/** A number alone is a suggestion's: whether it is there, and for whom, the server says. */
function numbered(text) {
  const number = text.trim().match(/^#?(\d{1,9})$/)?.[1];
  const { team } = document.body.dataset;
  return number && team ? [{ words: `#${number}`, group: "go", act: () => location.assign(`/t/${encodeURIComponent(team)}/${number}`) }] : [];
}

/** What was typed may be words of a suggestion: last of all, the search takes them. */
function searched(text) {
  const words = text.trim();
  const { team } = document.body.dataset;
  if (!words || !team) return [];
  const act = () => location.assign(`/t/${encodeURIComponent(team)}/search?q=${encodeURIComponent(words)}`);
  return [{ words: dialog.dataset.search.replace("{}", () => words), group: "go", act }];
}

/** All letters of a word have to occur together; words in any order. What begins with the text comes first. */
function fitting(text) {
  const words = plain(text).split(" ").filter(Boolean);
  const fits = offers().filter((offer) => words.every((word) => plain(offer.words).includes(word)));
  return fits.sort((one, other) => plain(other.words).startsWith(words[0] ?? "") - plain(one.words).startsWith(words[0] ?? "")).slice(0, MOST);
}

let found = [];
let at = 0;

function show() {
  found = [...numbered(input.value), ...fitting(input.value), ...searched(input.value)];
  at = 0;
  list.replaceChildren(...found.map(option));
  dialog.querySelector("[data-none]").hidden = found.length > 0;
  mark();
}

function option({ words, group }, index) {
  const item = document.createElement("div");
  item.id = `palette-${index}`;
  item.setAttribute("role", "option");
  item.append(words);
  const hint = document.createElement("span");
  hint.className = "soft small";
  hint.textContent = dialog.dataset[group];
  item.append(hint);
  return item;
}

function mark() {
  [...list.children].forEach((item, index) => item.setAttribute("aria-selected", String(index === at)));
  const here = list.children[at];
  if (here) input.setAttribute("aria-activedescendant", here.id);
  else input.removeAttribute("aria-activedescendant");
  here?.scrollIntoView({ block: "nearest" });
}

function choose(index) {
  const chosen = found[index];
  if (!chosen) return;
  dialog.close();
  chosen.act();
}

input.addEventListener("input", show);
input.addEventListener("keydown", (event) => {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (by && found.length) at = (at + by + found.length) % found.length;
  else if (event.key === "Enter" && !event.isComposing) choose(at);
  else return;
  event.preventDefault();
  mark();
});
list.addEventListener("click", (event) => choose([...list.children].indexOf(event.target.closest("[role=option]"))));

/** With what was typed before this module was there. */
export function open(typed) {
  input.value = typed;
  dialog.showModal();
  show();
}
