// The page's words in the language of the person played, of the choice made, or of the browser.

let catalogue = { de: {}, en: {} };
let language = document.documentElement.lang || "de";

export async function loadWords() {
  const answer = await fetch("/chat/assets/texts.json");
  catalogue = await answer.json();
}

export function currentLanguage() {
  return language;
}

export function word(key, values = {}) {
  const text = catalogue[language][key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

// Put every text that stands in the page into this language.
export function speak(wanted) {
  language = wanted in catalogue ? wanted : "de";
  document.documentElement.lang = language;
  for (const element of document.querySelectorAll("[data-text]")) element.textContent = word(element.dataset.text);
  for (const element of document.querySelectorAll("[data-placeholder]")) {
    element.placeholder = word(element.dataset.placeholder);
    element.setAttribute("aria-label", element.placeholder);
  }
  for (const element of document.querySelectorAll("[data-label]")) {
    element.setAttribute("aria-label", word(element.dataset.label));
    if (element.tagName === "BUTTON" || element.tagName === "SELECT") element.title = word(element.dataset.label);
  }
}

export function remembered(name) {
  try {
    return localStorage.getItem(name) || "";
  } catch {
    return "";
  }
}

export function remember(name, value) {
  try {
    if (value) localStorage.setItem(name, value);
    else localStorage.removeItem(name);
  } catch {
    // Without storage it lasts until the page is closed.
  }
}
