// Where people write: multi-line text, commands from a list, replies.

import * as api from "./api.js";
import { make } from "./bubbles.js";
import { toast } from "./notices.js";
import { commandsHere, openChat, speaker, state } from "./state.js";
import { word } from "./words.js";

const input = document.getElementById("input");
const form = document.getElementById("composer");
const palette = document.getElementById("palette");
const menu = document.getElementById("menu");
const replyBar = document.getElementById("reply-bar");
const voice = document.getElementById("voice");
const start = document.getElementById("start");
let shown = []; // the commands in the list
let chosen = -1;
let replyTo = null;
let fromMenu = false;

export function drawComposer() {
  const chat = openChat();
  if (!chat) return;
  const closed = chat.private && (chat.blocked || chat.messages.size === 0);
  form.hidden = closed;
  start.hidden = !closed;
  start.textContent = word(chat.blocked ? "restart" : "start");
  menu.hidden = commandsHere().length === 0;
  voice.hidden = chat.private;
  voice.replaceChildren(
    ...chat.members.map((id) => {
      const option = make("option", "", state.users.get(id).name);
      option.value = String(id);
      option.selected = id === speaker().id;
      return option;
    }),
  );
  closePalette();
}

export function leaveReply() {
  replyTo = null;
  replyBar.hidden = true;
}

export function replyToMessage(message) {
  replyTo = message;
  document.getElementById("reply-name").textContent = word("reply_to", { name: message.name });
  document.getElementById("reply-text").textContent = message.text.slice(0, 160);
  replyBar.hidden = false;
  input.focus();
}

export async function send(text) {
  if (!text.trim()) return false;
  const answerTo = replyTo?.id ?? null;
  leaveReply();
  try {
    await api.say(speaker().id, state.open, text, answerTo);
    return true;
  } catch {
    toast(word("failed"));
    return false;
  }
}

async function sendWritten() {
  const text = input.value;
  input.value = "";
  grow();
  closePalette();
  if (!(await send(text)) && text.trim()) input.value = text;
}

function grow() {
  input.style.height = "auto";
  input.style.height = `${Math.min(input.scrollHeight, 168)}px`;
  form.classList.toggle("filled", input.value.trim() !== "");
}

// The list of commands

function matching() {
  const typed = /^\/(\w*)$/.exec(input.value);
  if (!typed) return [];
  return commandsHere().filter((item) => item.command.startsWith(typed[1].toLowerCase()));
}

function openPalette(commands) {
  shown = commands;
  chosen = commands.length ? 0 : -1;
  palette.replaceChildren(...commands.map(option));
  palette.hidden = commands.length === 0;
  for (const element of [input, menu]) element.ariaExpanded = String(commands.length > 0);
  mark();
}

function closePalette() {
  fromMenu = false;
  openPalette([]);
}

function option(item, index) {
  const element = make("li", "option");
  element.id = `command-${item.command}`;
  element.role = "option";
  element.append(make("span", "option-name", `/${item.command}`), make("span", "option-text", item.description));
  element.addEventListener("pointermove", () => {
    if (chosen === index) return;
    chosen = index;
    mark();
  });
  element.addEventListener("click", () => take(item));
  return element;
}

function mark() {
  [...palette.children].forEach((element, index) => {
    element.ariaSelected = String(index === chosen);
    if (index === chosen) element.scrollIntoView({ block: "nearest" });
  });
  if (chosen >= 0) input.setAttribute("aria-activedescendant", palette.children[chosen].id);
  else input.removeAttribute("aria-activedescendant");
}

function take(item) {
  input.value = "";
  grow();
  closePalette();
  input.focus();
  send(`/${item.command}`);
}

function complete(item) {
  input.value = `/${item.command} `;
  grow();
  closePalette();
  input.focus();
}

function move(step) {
  chosen = (chosen + step + shown.length) % shown.length;
  mark();
}

// Keys while the list is open; true if the key was used.
function paletteKey(event) {
  if (palette.hidden) return false;
  const acts = {
    ArrowDown: () => move(1),
    ArrowUp: () => move(-1),
    Enter: () => take(shown[chosen]),
    Tab: () => complete(shown[chosen]),
    Escape: () => closePalette(),
  };
  if (!(event.key in acts) || event.shiftKey) return false;
  event.preventDefault();
  acts[event.key]();
  return true;
}

export function startComposer(redraw) {
  input.addEventListener("input", () => {
    grow();
    fromMenu = false;
    openPalette(matching());
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing || paletteKey(event)) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      sendWritten();
    } else if (event.key === "Escape" && replyTo) {
      leaveReply();
    }
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    sendWritten();
    input.focus();
  });
  menu.addEventListener("click", () => {
    const open = palette.hidden || !fromMenu;
    openPalette(open ? commandsHere() : []);
    fromMenu = open;
    input.focus();
  });
  document.getElementById("reply-cancel").addEventListener("click", () => {
    leaveReply();
    input.focus();
  });
  start.addEventListener("click", async () => {
    await send("/start");
    input.focus();
  });
  voice.addEventListener("change", () => {
    state.voice = Number(voice.value);
    redraw();
  });
  document.addEventListener("pointerdown", (event) => {
    if (!palette.hidden && !event.target.closest(".foot")) closePalette();
  });
}
