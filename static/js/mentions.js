// "@" in a text offers those who can read it. What is chosen is written out as a name, so that plain text says the same.
// The list belongs to the text area that has the focus; there is one list for the page.
const START = /(?:^|[\s(„"])@([\p{L}\p{N}._-]{0,40})$/u;
const MOST = 6;
const known = new Map();
const box = Object.assign(document.createElement("ul"), { id: "mentions", className: "mentions", hidden: true });
box.setAttribute("role", "listbox");

let area = null;
let found = [];
let at = 0;

const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/** The names that this form may call; asked once, and again after a page that could not be reached. */
async function names(url) {
  if (!known.has(url)) {
    const response = await fetch(url, { headers: { Accept: "application/json" } });
    if (!response.ok) return [];
    known.set(url, await response.json());
  }
  return known.get(url);
}

function typed() {
  return area.value.slice(0, area.selectionStart).match(START)?.[1];
}

function close() {
  box.hidden = true;
  area?.removeAttribute("aria-activedescendant");
}

function draw() {
  box.replaceChildren(
    ...found.map((name, index) => {
      const option = Object.assign(document.createElement("li"), { id: `mention-${index}`, textContent: name });
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", String(index === at));
      return option;
    }),
  );
  box.hidden = !found.length;
  if (found.length) area.setAttribute("aria-activedescendant", `mention-${at}`);
  else area.removeAttribute("aria-activedescendant");
}

function choose(name) {
  const end = area.selectionStart;
  area.setRangeText(`${name} `, end - typed().length, end, "end");
  close();
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

async function offer(target) {
  area = target;
  if (typed() === undefined) return close();
  const all = await names(area.dataset.mentions);
  const begun = typed();
  if (begun === undefined) return close();
  found = all.filter((name) => plain(name).split(" ").some((part) => part.startsWith(plain(begun)))).slice(0, MOST);
  at = 0;
  if (box.previousElementSibling !== area) area.after(box);
  box.setAttribute("aria-label", area.dataset.mentionsLabel);
  area.setAttribute("aria-autocomplete", "list");
  area.setAttribute("aria-controls", box.id);
  draw();
}

document.addEventListener("input", ({ target }) => {
  if (target.matches?.("[data-mentions]")) offer(target);
});
document.addEventListener("focusout", ({ target }) => target === area && close());
box.addEventListener("pointerdown", (event) => {
  event.preventDefault();
  const option = event.target.closest("[role=option]");
  if (option) choose(option.textContent);
});
document.addEventListener(
  "keydown",
  (event) => {
    if (box.hidden || event.target !== area || event.ctrlKey || event.metaKey) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      at = (at + (event.key === "ArrowDown" ? 1 : found.length - 1)) % found.length;
      draw();
    } else if (event.key === "Enter" || event.key === "Tab") choose(found[at]);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  },
  true,
);
// What was typed while this module was on its way is looked at once more.
if (document.activeElement?.matches("[data-mentions]")) offer(document.activeElement);
