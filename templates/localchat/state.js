// What the page knows: told by the server, changed by nothing else but which chat is open.

export const state = {
  bot: { id: 0, name: "", username: "" },
  users: new Map(),
  chats: new Map(), // each with messages: Map, unread: Set of their ids, menus, typingUntil
  profile: { name: {}, description: {}, short_description: {} },
  open: 0, // the chat shown
  voice: 0, // who speaks in a group
};

export function takeSnapshot(news) {
  const unread = new Map([...state.chats].map(([id, chat]) => [id, chat.unread]));
  state.bot = news.bot;
  state.profile = news.profile;
  state.users = new Map(news.users.map((user) => [user.id, user]));
  state.chats = new Map(
    news.chats.map((chat) => [
      chat.id,
      { ...chat, messages: new Map(chat.messages.map((message) => [message.id, message])), unread: new Set(), typingUntil: 0 },
    ]),
  );
  for (const chat of state.chats.values()) {
    for (const id of unread.get(chat.id) ?? []) if (chat.messages.has(id)) chat.unread.add(id);
  }
  if (!state.chats.has(state.open)) state.open = news.chats[0]?.id ?? 0;
}

export function openChat() {
  return state.chats.get(state.open);
}

// Who types in the open chat: its owner, or the chosen member of a group.
export function speaker() {
  const chat = openChat();
  if (!chat) return null;
  const id = chat.private ? chat.members[0] : chat.members.includes(state.voice) ? state.voice : chat.members[0];
  return state.users.get(id);
}

export function lastMessage(chat) {
  return [...chat.messages.values()].at(-1);
}

export function commandsHere() {
  const chat = openChat();
  const who = speaker();
  return (chat && who && chat.menus[String(who.id)]) || [];
}

// A text the bot has set about itself, in this language or for all.
export function about(field, language) {
  return state.profile[field][language] || state.profile[field][""] || "";
}

export function nameOfBot(language) {
  return about("name", language) || state.bot.name;
}
