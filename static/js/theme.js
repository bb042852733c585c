// The reader's choice of light or dark. The server writes it into <html data-theme>, so nothing flashes; this sets the cookie.
const YEAR = 31_536_000;

function choose(theme) {
  if (theme) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `theme=${theme}; Path=/; Max-Age=${theme ? YEAR : 0}; SameSite=Lax${secure}`;
}

export function watchTheme() {
  const mark = () => {
    const now = document.documentElement.dataset.theme ?? "";
    for (const input of document.querySelectorAll("input[data-theme-choice]")) input.checked = input.value === now;
  };
  document.addEventListener("change", (event) => {
    if (event.target.matches("input[data-theme-choice]")) choose(event.target.value);
  });
  mark();
}
