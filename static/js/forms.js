// Day chips, growing text areas, sending by Ctrl+Enter, questions before an act, fields that decide what else is shown.
const grows = CSS.supports("field-sizing", "content");
const NEAR = ["focusin", "pointerover", "dragenter", "change"];

function grow(area) {
  if (grows || !area.matches?.("textarea.area")) return;
  area.style.height = "auto";
  area.style.height = `${area.scrollHeight + 2}px`;
}

function markChips(input) {
  for (const chip of document.querySelectorAll(`[data-fills="${CSS.escape(input.id)}"]`))
    chip.setAttribute("aria-pressed", String(chip.dataset.day === input.value));
}

function fill(chip) {
  const input = document.getElementById(chip.dataset.fills);
  input.value = chip.dataset.day;
  input.dispatchEvent(new Event("input", { bubbles: true }));
}

/** Puts a word behind the others in a field of words between commas. */
function add(chip) {
  const input = document.getElementById(chip.dataset.adds);
  const words = input.value.split(",").map((word) => word.trim()).filter(Boolean);
  if (!words.includes(chip.dataset.value)) words.push(chip.dataset.value);
  input.value = words.join(", ");
  input.dispatchEvent(new Event("input", { bubbles: true }));
}

/** Shows the block whose data-case names the select's value, and hides its siblings. */
function switchCases(select) {
  for (const block of document.querySelectorAll(`[data-case^="${CSS.escape(select.dataset.switch)}:"]`))
    block.hidden = block.dataset.case !== `${select.dataset.switch}:${select.value}`;
}

/** Asks in the page's one dialog before the form goes; the button in it bears the act's own word. */
function ask(form, submitter) {
  const dialog = document.getElementById("confirm");
  dialog.querySelector("[data-question]").textContent = form.dataset.confirm;
  dialog.querySelector("[data-yes]").textContent = submitter?.textContent.trim() ?? "OK";
  dialog.returnValue = "";
  dialog.addEventListener("close", () => {
    if (dialog.returnValue !== "yes") return;
    form.dataset.sure = "1";
    form.requestSubmit(submitter);
  }, { once: true });
  dialog.showModal();
}

function onSubmit(event) {
  const form = event.target;
  if (form.dataset.confirm && !form.dataset.sure) {
    event.preventDefault();
    ask(form, event.submitter);
    return;
  }
  if (form.method !== "post" || event.defaultPrevented) return;
  // A second click sends nothing; the server would find the same request_key anyway.
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "1";
  setTimeout(() => delete form.dataset.sent, 8000);
}

/** Into a text, behind what stands there already; whoever is in it stays where they are. */
export function goOn(field) {
  if (!field || field === document.activeElement) return;
  field.focus();
  field.scrollIntoView({ block: "nearest" }); // all of it: to a browser, a corner that shows is enough
  if (field.matches("textarea")) field.setSelectionRange(field.value.length, field.value.length);
}

async function fetchText(button) {
  const into = document.getElementById(button.dataset.into);
  const answer = await fetch(button.dataset.fetchText, { headers: { Accept: "text/plain" } });
  if (!answer.ok) return;
  into.value = into.value ? `${into.value}\n\n${await answer.text()}` : await answer.text();
  const form = into.form;
  if (button.dataset.begins && !form.querySelector("[name=outcome]:checked"))
    form.querySelector(`[name=outcome][value="${CSS.escape(button.dataset.begins)}"]`).checked = true;
  into.dispatchEvent(new Event("input", { bubbles: true }));
  goOn(into);
}

/** What adds files is fetched when somebody comes near a form that takes them: before a file can have been dropped. */
function fetchFiles({ target, type }) {
  const near = type === "dragenter" ? document : target.closest?.("form");
  if (!near?.querySelector("[data-attach]")) return;
  import("./attach.js").then((module) => {
    for (const what of NEAR) document.removeEventListener(what, fetchFiles);
    module.watchFiles();
  }, () => {}); // without a network the browser's own field stands in; the next time it is asked for anew
}

/** A file that is dropped must not open in place of the form, wherever it falls and however early: the text would be gone. */
function onFiles(event) {
  const box = document.querySelector("[data-attach]");
  if (!box || !event.dataTransfer?.types.includes("Files")) return;
  event.preventDefault();
  if (event.type !== "drop") return;
  const files = [...event.dataTransfer.files];
  import("./attach.js").then(({ drop }) => drop(event.target, files), () => {
    const line = box.querySelector("template").content.cloneNode(true);
    line.querySelector("span:last-child").textContent = box.dataset.lost.replace("{name}", files[0].name);
    box.querySelector("[data-attach-wrong]").append(line);
  });
}

export function watchForms() {
  for (const what of ["dragover", "drop"]) document.addEventListener(what, onFiles);
  for (const what of NEAR) document.addEventListener(what, fetchFiles);
  document.addEventListener("click", (event) => {
    const hit = (selector) => event.target.closest?.(selector);
    if (hit("[data-fills]")) fill(hit("[data-fills]"));
    else if (hit("[data-adds]")) add(hit("[data-adds]"));
    else if (hit("[data-fetch-text]")) {
      event.preventDefault(); // without a script the button sends the form, which comes back with the text in it
      fetchText(hit("[data-fetch-text]"));
    }
    else if (hit("[data-opens]")) document.getElementById(hit("[data-opens]").dataset.opens)?.showModal();
  });
  document.addEventListener("input", (event) => {
    grow(event.target);
    if (event.target.type === "date") markChips(event.target);
    if (event.target.dataset?.switch) switchCases(event.target);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
    const form = event.target.closest?.("form");
    const main = [...(form?.querySelectorAll("[data-main]") ?? [])].find((button) => button.checkVisibility());
    if (!main) return;
    event.preventDefault();
    form.requestSubmit(main);
  });
  document.addEventListener("submit", onSubmit);
  addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent));
  for (const select of document.querySelectorAll("[data-switch]")) switchCases(select);
  document.querySelector("[data-focus]")?.focus();
}
