// The page: brings together what the server tells and what people do.

import * as api from "./api.js";
import { answered, renameDays } from "./bubbles.js";
import { drawComposer, leaveReply, replyToMessage, send, startComposer } from "./composer.js";
import { drawDemo, startDemo } from "./demo.js";
import { addToLog, changeInLog, drawLog, removeFromLog, useLog } from "./log.js";
import { announce, copy, toast } from "./notices.js";
import { drawPeople, paintAvatar } from "./people.js";
import { nameOfBot, openChat, speaker, state, takeSnapshot } from "./state.js";
import { onTap } from "./text.js";
import { chatNow, dayKey, setClock } from "./times.js";
import { currentLanguage, loadWords, remember, remembered, speak, word } from "./words.js";

const TYPING_LASTS = 5000;
const MIDNIGHT_LOOK = 1000;
const byId = (id) => document.getElementById(id);
const firstLanguage = document.documentElement.lang;
let connected = true;

function wantedLanguage() {
  const personal = openChat()?.private ? speaker()?.language : "";
  return remembered("language") || (["de", "en"].includes(personal) ? personal : firstLanguage);
}

function draw() {
  speak(wantedLanguage());
  drawPeople(open);
  drawHead();
  drawLog();
  drawComposer();
  drawDemo();
}

function drawHead() {
  const chat = openChat();
  if (!chat) return;
  byId("head-name").textContent = chat.private ? nameOfBot(currentLanguage()) : chat.title;
  byId("head-icon").hidden = !chat.private;
  byId("head-avatar").hidden = chat.private;
  paintAvatar(byId("head-avatar"), chat);
  const typing = chat.typingUntil > Date.now();
  const status = byId("head-status");
  status.classList.toggle("typing", typing && connected);
  status.textContent = !connected ? word("offline") : typing ? word("typing") : quietStatus(chat);
  byId("block").hidden = !chat.private;
  byId("share-row").hidden = !chat.private || chat.blocked;
  byId("block").textContent = word(chat.blocked ? "unblock" : "block");
  document.title = `${nameOfBot(currentLanguage())} · ${chat.title}`;
}

function quietStatus(chat) {
  if (chat.private) return chat.blocked ? word("blocked_note") : word("bot");
  return word("members", { names: chat.members.map((id) => state.users.get(id).name).join(", ") });
}

function open(id) {
  state.open = id;
  openChat().unread.clear();
  leaveReply();
  history.replaceState(null, "", `#${id}`);
  draw();
}

// News from the server

function before(chat, message) {
  const numbers = [...chat.messages.keys()].filter((number) => number < message.id);
  return chat.messages.get(numbers.at(-1));
}

function messageCame(chat, message) {
  const first = chat.messages.size === 0;
  const previous = before(chat, message);
  chat.messages.set(message.id, message);
  if (message.from === state.bot.id) chat.typingUntil = 0;
  if (chat.id !== state.open) {
    if (message.from === state.bot.id || !chat.private) chat.unread.add(message.id);
    return;
  }
  addToLog(message, previous, message.from === speaker()?.id);
  if (first) drawComposer();
  if (message.from !== speaker()?.id) announce(`${message.name}: ${message.text}`);
}

function actionCame(chat) {
  chat.typingUntil = Date.now() + TYPING_LASTS;
  setTimeout(drawHead, TYPING_LASTS + 50);
}

function profileCame(news) {
  state.profile = news.profile;
  for (const [id, menus] of Object.entries(news.menus)) {
    const chat = state.chats.get(Number(id));
    if (chat) chat.menus = menus;
  }
  drawComposer();
  if (openChat()?.messages.size === 0) drawLog();
}

const tellers = {
  message: (chat, news) => messageCame(chat, news.message),
  edited: (chat, news) => {
    chat.messages.set(news.message.id, news.message);
    if (chat.id === state.open) changeInLog(news.message, before(chat, news.message));
  },
  deleted: (chat, news) => {
    chat.messages.delete(news.id);
    chat.unread.delete(news.id);
    if (chat.id === state.open) removeFromLog(news.id);
  },
  action: (chat) => actionCame(chat),
  answer: (_chat, news) => answered(news),
  blocked: (chat, news) => {
    chat.blocked = news.value;
    if (chat.id === state.open) drawComposer();
  },
};

function newsCame(news) {
  connected = true;
  if (news.kind === "snapshot") {
    takeSnapshot(news);
    setClock(news.now);
    draw();
    document.body.dataset.ready = "true";
    return;
  }
  if (news.kind === "profile") profileCame(news);
  else if (state.chats.has(news.chat)) tellers[news.kind]?.(state.chats.get(news.chat), news);
  drawPeople(open);
  drawHead();
}

// The menu at the top

function startHead() {
  const menu = byId("more-menu");
  const button = byId("more");
  const toggle = (shown) => {
    menu.hidden = !shown;
    button.ariaExpanded = String(shown);
  };
  button.addEventListener("click", () => toggle(menu.hidden));
  document.addEventListener("pointerdown", (event) => {
    if (!event.target.closest(".menu-holder")) toggle(false);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || menu.hidden) return;
    toggle(false);
    button.focus();
  });
  byId("theme").value = remembered("theme");
  byId("theme").addEventListener("change", (event) => {
    remember("theme", event.target.value);
    if (event.target.value) document.documentElement.dataset.theme = event.target.value;
    else delete document.documentElement.dataset.theme;
  });
  byId("language").value = remembered("language");
  byId("language").addEventListener("change", (event) => {
    remember("language", event.target.value);
    draw();
  });
  byId("share").addEventListener("change", async (event) => {
    const place = event.target.value;
    event.target.value = "";
    toggle(false);
    // In a private chat the person and the chat have the same number.
    if (place) await api.share(state.open, state.open, place);
  });
  byId("block").addEventListener("click", async () => {
    toggle(false);
    await api.block(state.open, !openChat().blocked);
  });
}

// At midnight, which the demo may reach in minutes, today becomes yesterday.
function watchMidnight() {
  let day = dayKey(chatNow());
  setInterval(() => {
    if (dayKey(chatNow()) === day) return;
    day = dayKey(chatNow());
    renameDays();
    drawPeople(open);
  }, MIDNIGHT_LOOK);
}

async function run() {
  await loadWords();
  state.open = Number(location.hash.slice(1)) || 0;
  useLog({ reply: replyToMessage });
  onTap({ copy, refuse: () => toast(word("not_here")), command: (text) => send(text) });
  startComposer(draw);
  startHead();
  startDemo();
  watchMidnight();
  api.follow(newsCame, () => {
    connected = false;
    drawHead();
  });
}

run();
