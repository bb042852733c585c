// The page without a connection: shows what is kept of forms, takes a new text for the raise form of the last team, and
// says when the network is back. What it keeps is read by keep.js in the form itself.
import { lastTeam } from "./app-installed.js";
import { PREFIX, keepTyped, read } from "./keep.js";

/** All that is kept on this device of forms that have not arrived, the newest first. */
function keptTexts() {
  const found = [];
  for (const store of [localStorage, sessionStorage])
    for (const name of Object.keys(store).filter((name) => name.startsWith(PREFIX))) {
      const kept = read(name.slice(PREFIX.length));
      if (kept) found.push({ key: name.slice(PREFIX.length), ...kept });
    }
  return found.sort((one, other) => other.at - one.at);
}

/** Everything that is written in words, as the forms call it. */
const WORDS = ["title", "body", "text", "reason", "closure_name", "tags", "name", "text_de", "text_en", "addresses", "contact"];
const form = document.querySelector("form[data-raises]");
const team = lastTeam();
const kept = document.querySelector("[data-kept-list]");

if (team) {
  form.dataset.keep = `raise:${team}`;
  form.action = `/t/${encodeURIComponent(team)}/new`;
} else form.hidden = true;
keepTyped();

let isKept = false; // only what can be seen here is promised
for (const { key, values } of keptTexts()) {
  const words = WORDS.map((name) => values[name]).filter(Boolean).join(" · ");
  isKept ||= Boolean(words);
  if (!words || key === form.dataset.keep) continue; // that one stands in the form itself
  const item = document.createElement("p");
  item.textContent = words;
  kept.append(item);
}
kept.closest("section").hidden = !kept.children.length;
document.querySelector("[data-something-kept]").hidden = !isKept;
document.querySelector("[data-nothing-kept]").hidden = isKept;

/** Back to the form that did not get through, or to where this page was asked for. */
const again = document.querySelector("[data-again]");
if (document.referrer.startsWith(location.origin)) again.href = document.referrer;

const tell = () => {
  document.querySelector("[data-back-online]").hidden = !navigator.onLine;
};
addEventListener("online", tell);
addEventListener("offline", tell);
