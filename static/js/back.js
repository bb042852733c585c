// "Back" may show a page as it was when its form was sent, the words in their box and a key that is used up; or as it was
// before the server kept the draft that goes on. Such a page is asked for anew, and what was not sent is put back (keep.js).
import { SENT, read } from "./keep.js";

function isOld({ dataset: { keep, draft, draftVersion } }, isAsItWas) {
  const at = Number(sessionStorage.getItem(SENT + keep));
  if (isAsItWas) return at > performance.timeOrigin;
  const kept = read(keep);
  return kept ? draft && kept.version && kept.version !== draftVersion : at;
}

/** `isAsItWas`: the browser had put the whole page away, with what was typed. Gives whether the page is asked for anew. */
export function comesAnew(isAsItWas) {
  const old = [...document.querySelectorAll("form[data-keep]")].filter((form) => isOld(form, isAsItWas));
  for (const form of old) form.reset(); // a browser would fill in again what stood there
  if (old.length) location.reload();
  return old.length > 0;
}
