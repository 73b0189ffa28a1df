// The list of whom to play, with what was said last and what is unread.

import { make } from "./bubbles.js";
import { lastMessage, openChat, state } from "./state.js";
import { shortTime } from "./times.js";
import { word } from "./words.js";

const COLOURS = 6;
const list = document.getElementById("chats");

export function drawPeople(onOpen) {
  const focused = list.contains(document.activeElement) ? document.activeElement.dataset.chat : null;
  list.replaceChildren(...[...state.chats.values()].map((chat) => entry(chat, onOpen)));
  list.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  if (focused) list.querySelector(`[data-chat="${focused}"]`)?.focus();
}

function entry(chat, onOpen) {
  const item = make("li");
  const button = make("button", "person");
  button.type = "button";
  button.dataset.chat = String(chat.id);
  if (chat.id === openChat()?.id) button.ariaCurrent = "true";
  button.append(avatar(chat), lines(chat));
  if (chat.unread.size) {
    const badge = make("span", "badge", String(chat.unread.size));
    badge.ariaLabel = word("unread", { count: chat.unread.size });
    button.append(badge);
  }
  button.addEventListener("click", () => onOpen(chat.id));
  item.append(button);
  return item;
}

function avatar(chat) {
  const circle = make("span");
  circle.ariaHidden = "true";
  return paintAvatar(circle, chat);
}

export function paintAvatar(circle, chat) {
  circle.className = `avatar colour-${Math.abs(chat.id) % COLOURS}`;
  circle.textContent = chat.title.split(" ").map((part) => part[0]).slice(0, 2).join("");
  return circle;
}

function lines(chat) {
  const holder = make("span", "person-lines");
  const first = make("span", "person-first");
  first.append(make("strong", "", chat.title), role(chat));
  const last = lastMessage(chat);
  if (last) first.append(make("time", "", shortTime(new Date(last.date * 1000))));
  const said = last ? `${who(chat, last)}${last.text.slice(0, 80).replaceAll("\n", " ")}` : "";
  holder.append(first, make("span", "person-last", said));
  return holder;
}

function who(chat, message) {
  if (message.from === state.bot.id) return "";
  return chat.private ? `${word("you")}: ` : `${message.name}: `;
}

function role(chat) {
  const user = state.users.get(chat.id);
  const name = !chat.private ? word("group") : user?.admin ? word("admin") : languageName(user?.language);
  return make("span", "role", name);
}

function languageName(code) {
  return code ? new Intl.DisplayNames(code, { type: "language" }).of(code) : "";
}
