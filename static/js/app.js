// Everything here only adds to pages that work without it. Events are caught at the document, so that parts that
// htmx brings in later behave like those that were there from the start.
import { install } from "./app-installed.js";
import { keepDrafts } from "./drafts.js";
import { watchForms } from "./forms.js";
import { keepTyped } from "./keep.js";
import { watchKeys } from "./keys.js";
import { live } from "./live.js";

/** Light or dark shows at once when it is chosen in the settings; saving the form makes it last (<html data-theme>). */
function watchTheme() {
  document.addEventListener("change", ({ target }) => {
    if (target.matches("[name=theme]")) document.documentElement.dataset.theme = target.value;
  });
}

watchTheme();
watchForms();
keepTyped();
keepDrafts();
watchKeys();
live();
install();
if (document.querySelector("[data-desk]")) import("./desk.js");
const list = document.querySelector("[data-desk-list]"); // what others change is looked for every 20 seconds
list?.addEventListener("tick", () => import("./desk-live.js").then((live) => live.look()), { once: true });
const offers = ({ target }) => target?.matches("[data-mentions]") && import("./mentions.js");
document.addEventListener("focusin", offers);
offers({ target: document.activeElement }); // whoever was quicker than this script
