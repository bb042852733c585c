// Everything here only adds to pages that work without it. Events are caught at the document, so that parts that
// htmx brings in later behave like those that were there from the start.
import { watchForms } from "./forms.js";
import { keepTyped } from "./keep.js";
import { watchKeys } from "./keys.js";
import { live } from "./live.js";

/** The reader's choice of light or dark. The server writes it into <html data-theme>, so nothing flashes; this sets the cookie. */
function watchTheme() {
  const root = document.documentElement;
  for (const input of document.querySelectorAll("[data-theme-choice]")) input.checked = input.value === (root.dataset.theme ?? "");
  document.addEventListener("change", ({ target }) => {
    if (!target.matches("[data-theme-choice]")) return;
    if (target.value) root.dataset.theme = target.value;
    else delete root.dataset.theme;
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `theme=${target.value}; Path=/; Max-Age=${target.value ? 31_536_000 : 0}; SameSite=Lax${secure}`;
  });
}

watchTheme();
watchForms();
keepTyped();
watchKeys();
live();
