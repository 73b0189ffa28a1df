// Messages as bubbles, with their buttons.

import * as api from "./api.js";
import { alertBox, copy, toast } from "./notices.js";
import { richMessage } from "./rich.js";
import { speaker, state } from "./state.js";
import { formattedText } from "./text.js";
import { clockTime, dayKey, dayName, fullTime } from "./times.js";
import { word } from "./words.js";

const SAME_GROUP_SECONDS = 300;
const ANSWER_WITHIN = 20000;
const NAME_COLOURS = 6;
const waiting = new Map(); // callback query id: the button that waits

export function make(tag, className = "", text = "") {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text) element.textContent = text;
  return element;
}

export function daySeparator(message) {
  const separator = make("div", "day");
  const name = make("span", "", dayName(new Date(message.date * 1000)));
  name.dataset.date = String(message.date);
  separator.append(name);
  return separator;
}

export function renameDays() {
  for (const name of document.querySelectorAll(".day span")) name.textContent = dayName(new Date(Number(name.dataset.date) * 1000));
}

export function startsDay(message, before) {
  return !before || dayKey(new Date(message.date * 1000)) !== dayKey(new Date(before.date * 1000));
}

export function continues(message, before) {
  return Boolean(before) && before.from === message.from && message.date - before.date < SAME_GROUP_SECONDS && !startsDay(message, before);
}

// One message as it stands now; `before` decides whether it continues a run of its sender's.
export function bubble(chat, message, before, { reply, show }) {
  const own = message.from === (chat.private ? chat.members[0] : speaker()?.id);
  const row = make("article", `row ${own ? "out" : "in"}${continues(message, before) ? " continued" : ""}`);
  row.id = `message-${message.id}`;
  row.ariaLabel = `${own ? word("you") : message.name}, ${clockTime(new Date(message.date * 1000))}`;
  const column = make("div", "column");
  column.append(body(chat, message, own, before, show));
  if (message.keyboard.length) column.append(keyboard(message));
  row.append(column, replyButton(message, reply));
  row.addEventListener("dblclick", (event) => {
    if (event.target.closest("a, button, .quote, pre")) return;
    getSelection()?.removeAllRanges();
    reply(message);
  });
  return row;
}

function body(chat, message, own, before, show) {
  const box = make("div", "bubble");
  if (!chat.private && !own && !continues(message, before)) {
    box.append(make("div", `sender colour-${message.from % NAME_COLOURS}`, message.name));
  }
  if (message.reply_to) box.append(quotedMessage(chat, message.reply_to, show));
  const text = make("div", "text");
  text.append(message.rich.length ? richMessage(message) : formattedText(message.text, message.entities), meta(message));
  box.append(text);
  if (message.reactions.length) box.append(make("div", "reactions", message.reactions.join(" ")));
  return box;
}

function meta(message) {
  const holder = make("span", "meta");
  if (message.edited) holder.append(make("span", "edited", word("edited")), " ");
  const date = new Date(message.date * 1000);
  const time = make("time", "", clockTime(date));
  time.dateTime = date.toISOString();
  time.title = fullTime(date);
  holder.append(time);
  return holder;
}

function quotedMessage(chat, id, show) {
  const quoted = chat.messages.get(id);
  const button = make("button", "answered");
  button.type = "button";
  button.append(make("strong", "", quoted?.name ?? ""), make("span", "", quoted?.text.slice(0, 120) ?? word("gone")));
  button.disabled = !quoted;
  button.addEventListener("click", () => show(id));
  return button;
}

function replyButton(message, reply) {
  const button = make("button", "reply-button icon-button");
  button.type = "button";
  button.ariaLabel = word("reply");
  button.title = word("reply");
  const arrow = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  arrow.setAttribute("viewBox", "0 0 24 24");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", "M10 8V4.500L3 11l7 6.500V14c5 0 8.500 1.600 11 5-1-5-4-10-11-11z");
  arrow.append(path);
  button.append(arrow);
  button.addEventListener("click", () => reply(message));
  return button;
}

function keyboard(message) {
  const holder = make("div", "keyboard");
  for (const buttons of message.keyboard) {
    const row = make("div", "keyboard-row");
    row.append(...buttons.map((button) => key(message, button)));
    holder.append(row);
  }
  return holder;
}

function key(message, button) {
  if (button.url) {
    const link = make("a", "key outside", button.text);
    link.href = button.url;
    link.target = "_blank";
    link.rel = "noopener noreferrer";
    link.title = button.url;
    return link;
  }
  const element = make("button", "key", button.text);
  element.type = "button";
  element.addEventListener("click", () => pressed(element, message, button));
  return element;
}

async function pressed(element, message, button) {
  if (button.copy_text) return copy(button.copy_text.text);
  if (button.callback_data === undefined) return toast(word("not_here"));
  if (element.ariaBusy === "true") return undefined;
  element.ariaBusy = "true";
  try {
    const { query } = await api.press(speaker().id, state.open, message.id, button.callback_data);
    waiting.set(query, element);
    setTimeout(() => settle(query), ANSWER_WITHIN);
  } catch {
    element.ariaBusy = "false";
    toast(word("failed"));
  }
  return undefined;
}

function settle(query) {
  const element = waiting.get(query);
  if (element) element.ariaBusy = "false";
  waiting.delete(query);
}

// The bot has answered a press: the wait ends, and who pressed sees what it says.
export function answered(news) {
  settle(news.query);
  if (news.user !== speaker()?.id) return;
  if (news.url) toast(news.url);
  if (news.text && news.alert) alertBox(news.text);
  else if (news.text) toast(news.text);
}
