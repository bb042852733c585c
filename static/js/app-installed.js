// A team's pages as an app on a phone: the worker that stands in without a network, and the team it last showed.
const TEAM = "last-team";

/** The team whose pages were open last, for the page that is shown without a connection. */
export function lastTeam() {
  try {
    return localStorage.getItem(TEAM) ?? "";
  } catch {
    return "";
  }
}

/** Only for who is signed in. The language is part of the address, so that the kept page follows when it changes. */
export function install() {
  const { team } = document.body.dataset;
  if (!team) return;
  try {
    localStorage.setItem(TEAM, team);
  } catch {
    // A browser that forbids storage keeps nothing.
  }
  // Without a worker everything works, as long as there is a network.
  addEventListener("load", () => navigator.serviceWorker?.register(`/sw.js?lang=${document.documentElement.lang}`).catch(() => {}));
}
