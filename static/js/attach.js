// Files for a form: chosen, dropped or pasted, each sent as soon as it is there, with its progress. One that is refused
// leaves the others and the text. Without this module the browser's own field does the same when the form is sent.
const MB = 1024 * 1024;
const waiting = new WeakMap(); // form → how many files are on their way

const words = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
const boxOf = (element) => element?.closest?.("form")?.querySelector("[data-attach]");

/** The form a file is meant for: the one under the pointer or the focus, else the only one of the page. */
function meant(element) {
  const all = [...document.querySelectorAll("[data-attach]")].filter((box) => box.checkVisibility());
  return boxOf(element) ?? boxOf(document.activeElement) ?? (all.length === 1 ? all[0] : null);
}

function wrong(box, sentence) {
  const line = box.querySelector("template").content.cloneNode(true);
  line.querySelector("span:last-child").textContent = sentence;
  box.querySelector("[data-attach-wrong]").append(line);
}

function say(box, sentence) {
  box.querySelector("[data-attach-said]").textContent = sentence;
}

function take(box, files) {
  box.querySelector("[data-attach-wrong]").replaceChildren();
  for (const file of files) {
    const most = Number(box.dataset.most);
    if (box.querySelectorAll(".attached").length >= most) wrong(box, words(box.dataset.tooMany, { name: file.name }));
    else if (file.size > Number(box.dataset.largest))
      wrong(box, words(box.dataset.tooLarge, { name: file.name, size: Math.ceil(file.size / MB) }));
    else send(box, file);
  }
}

function onItsWay(box, file) {
  const line = document.createElement("li");
  const bar = document.createElement("progress");
  const name = document.createElement("span");
  line.className = "attached";
  name.className = "file-name";
  name.textContent = file.name;
  bar.setAttribute("aria-label", words(box.dataset.onItsWay, { name: file.name }));
  bar.max = 1;
  line.append(bar, name);
  box.querySelector(".attached-files").append(line);
  return { line, bar };
}

function send(box, file) {
  const form = box.closest("form");
  const { line, bar } = onItsWay(box, file);
  const body = new FormData();
  body.append("csrf_token", form.elements.csrf_token.value);
  body.append("file", file, file.name || "image.png");
  const request = new XMLHttpRequest();
  request.open("POST", box.dataset.attach);
  request.upload.addEventListener("progress", (event) => { if (event.lengthComputable) bar.value = event.loaded / event.total; });
  request.addEventListener("load", () => arrived(box, line, file, request));
  request.addEventListener("error", () => failed(box, line, words(box.dataset.lost, { name: file.name })));
  request.addEventListener("loadend", () => settle(form));
  waiting.set(form, (waiting.get(form) ?? 0) + 1);
  request.send(body);
}

function arrived(box, line, file, request) {
  if (request.status === 200) {
    line.replaceWith(new DOMParser().parseFromString(request.responseText, "text/html").body.firstElementChild);
    say(box, words(box.dataset.added, { name: file.name }));
    box.dispatchEvent(new CustomEvent("attached", { bubbles: true }));
  } else if (request.status === 422) failed(box, line, request.responseText);
  else if (request.status === 401 || request.status === 400) failed(box, line, box.dataset.signedOut);
  else if (request.status === 413)
    failed(box, line, words(box.dataset.tooLarge, { name: file.name, size: Math.ceil(file.size / MB) }));
  else failed(box, line, words(box.dataset.lost, { name: file.name }));
}

function failed(box, line, sentence) {
  line.remove();
  wrong(box, sentence);
}

/** A form that was sent while a file was on its way goes once the last one is there. */
function settle(form) {
  waiting.set(form, waiting.get(form) - 1);
  const pressed = form.pressed;
  if (waiting.get(form) || !pressed) return;
  delete form.pressed;
  if (!form.querySelector("[data-attach-wrong]").childElementCount) form.requestSubmit(pressed.button);
}

function onSubmit(event) {
  const form = event.target;
  if (!waiting.get(form)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  form.pressed = { button: event.submitter };
  const box = form.querySelector("[data-attach]");
  say(box, box.dataset.waits);
}

function leaveOut(button) {
  const box = button.closest("[data-attach]");
  button.closest(".attached").remove();
  box.querySelector(".attach-files").focus();
  box.dispatchEvent(new CustomEvent("attached", { bubbles: true }));
}

const hasFiles = (transfer) => transfer?.types?.includes("Files");

function mark(form) {
  for (const other of document.querySelectorAll(".dropping")) if (other !== form) other.classList.remove("dropping");
  form?.classList.add("dropping");
}

function chosen(field) {
  const files = [...field.files];
  if (!files.length) return;
  field.value = "";
  take(field.closest("[data-attach]"), files);
}

/** Called by forms.js, which keeps the browser from opening the files. */
export function drop(target, files) {
  mark(null);
  const box = meant(target);
  if (box) take(box, files);
}

let watches = false;

export function watchFiles() {
  if (watches) return;
  watches = true;
  document.addEventListener("change", ({ target }) => { if (target.matches?.(".attach-files")) chosen(target); });
  for (const field of document.querySelectorAll(".attach-files")) chosen(field); // while this was on its way
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-attach] [name=leave_out]");
    if (!button) return;
    event.preventDefault();
    leaveOut(button);
  });
  document.addEventListener("paste", (event) => {
    const box = event.clipboardData?.files.length ? meant(event.target) : null;
    if (!box || event.clipboardData.getData("text/plain")) return;
    event.preventDefault();
    take(box, [...event.clipboardData.files]);
  });
  document.addEventListener("dragover", (event) => {
    if (hasFiles(event.dataTransfer)) mark(meant(event.target)?.closest("form"));
  });
  document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) mark(null); });
  document.addEventListener("submit", onSubmit, true);
}
