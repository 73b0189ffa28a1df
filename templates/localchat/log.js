// The conversation: what is shown of the open chat, and where it is scrolled to.

import { bubble, daySeparator, make, startsDay } from "./bubbles.js";
import { about, openChat, state } from "./state.js";
import { settleQuotes } from "./text.js";
import { currentLanguage, word } from "./words.js";

const NEAR_END = 90;
const log = document.getElementById("log");
const toBottom = document.getElementById("to-bottom");
const count = document.getElementById("to-bottom-count");
let hooks = { reply: () => {}, show: showMessage };
let following = true;
let firstUnseen = null; // the first row that came since the reader last moved
let missed = 0;
let autoScrolledTo = -1;

export function useLog({ reply }) {
  hooks = { reply, show: showMessage };
}

// Draw the open chat anew, at its end.
export function drawLog() {
  const chat = openChat();
  log.replaceChildren();
  if (!chat) return;
  if (chat.messages.size === 0) log.append(emptyCard(chat));
  let before;
  for (const message of chat.messages.values()) {
    append(chat, message, before);
    before = message;
  }
  settleQuotes(log);
  following = true;
  firstUnseen = null;
  scrollToEnd("instant");
}

function append(chat, message, before) {
  if (startsDay(message, before)) log.append(daySeparator(message));
  const row = bubble(chat, message, before, hooks);
  log.append(row);
  return row;
}

function emptyCard(chat) {
  const card = make("div", "empty");
  if (chat.private) {
    card.append(make("h2", "", word("empty_title")));
    card.append(make("p", "", about("description", currentLanguage()) || word("empty_text")));
  } else {
    card.append(make("p", "", word("empty_group", { username: state.bot.username })));
  }
  return card;
}

// A new message of the open chat. While the reader is at the end the view goes along, but never beyond the
// beginning of what they have not seen: a long digest is read from its top.
export function addToLog(message, before, own) {
  const chat = openChat();
  log.querySelector(".empty")?.remove();
  const row = append(chat, message, before);
  row.classList.add("arriving");
  settleQuotes(row);
  if (own) {
    following = true;
    firstUnseen = null;
  }
  if (!following) {
    missed += 1;
  } else {
    firstUnseen ??= own ? null : row;
    scrollToEnd("smooth", firstUnseen);
  }
  showButton();
}

export function changeInLog(message, before) {
  const old = document.getElementById(`message-${message.id}`);
  if (!old) return;
  const open = states(old, ".quote.expandable", "open");
  const revealed = states(old, ".spoiler", "shown");
  const row = bubble(openChat(), message, before, hooks);
  const atEnd = isAtEnd();
  const focused = old.contains(document.activeElement) ? document.activeElement.textContent : null;
  old.replaceWith(row);
  row.querySelectorAll(".quote.expandable").forEach((quote, index) => {
    quote.classList.toggle("open", Boolean(open[index]));
    if (open[index]) quote.classList.add("folds");
  });
  row.querySelectorAll(".spoiler").forEach((spoiler, index) => spoiler.classList.toggle("shown", Boolean(revealed[index])));
  settleQuotes(row);
  if (focused) [...row.querySelectorAll("button, a")].find((element) => element.textContent === focused)?.focus();
  if (atEnd) scrollToEnd("instant", firstUnseen);
}

function states(row, selector, name) {
  return [...row.querySelectorAll(selector)].map((element) => element.classList.contains(name));
}

export function removeFromLog(id) {
  const row = document.getElementById(`message-${id}`);
  if (!row) return;
  const before = row.previousElementSibling;
  const last = !row.nextElementSibling || row.nextElementSibling.classList.contains("day");
  row.remove();
  if (last && before?.classList.contains("day")) before.remove();
  if (openChat().messages.size === 0) drawLog();
}

function showMessage(id) {
  const row = document.getElementById(`message-${id}`);
  if (!row) return;
  row.scrollIntoView({ block: "center", behavior: "smooth" });
  row.classList.add("shown");
  setTimeout(() => row.classList.remove("shown"), 1600);
}

function isAtEnd() {
  return log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_END;
}

function scrollToEnd(behavior, notBeyond = null) {
  const end = log.scrollHeight - log.clientHeight;
  const limit = notBeyond?.isConnected ? notBeyond.offsetTop - 12 : end;
  autoScrolledTo = Math.max(0, Math.min(end, limit));
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  log.scrollTo({ top: autoScrolledTo, behavior: calm ? "instant" : behavior });
}

function showButton() {
  const atEnd = isAtEnd();
  if (atEnd) missed = 0;
  toBottom.hidden = atEnd;
  count.hidden = missed === 0;
  count.textContent = String(missed);
}

function readerMoved() {
  firstUnseen = null;
  following = isAtEnd();
  showButton();
}

log.addEventListener("scroll", showButton, { passive: true });
for (const kind of ["wheel", "touchmove", "keydown", "pointerdown"]) {
  log.addEventListener(kind, () => requestAnimationFrame(readerMoved), { passive: true });
}
log.addEventListener("scrollend", () => {
  if (Math.abs(log.scrollTop - autoScrolledTo) > 2) readerMoved();
});
toBottom.addEventListener("click", () => {
  following = true;
  firstUnseen = null;
  scrollToEnd("smooth");
});
addEventListener("resize", () => {
  settleQuotes(log);
  if (following) scrollToEnd("instant", firstUnseen);
});
