// What the page asks of the server.

async function post(path, order) {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(order),
  });
  if (!answer.ok) throw new Error(await answer.text());
  return answer.json();
}

export const say = (user, chat, text, replyTo) => post("/chat/say", { user, chat, text, reply_to: replyTo });
export const press = (user, chat, message, data) => post("/chat/press", { user, chat, message, data });
export const share = (user, chat, place) => post("/chat/share", { user, chat, place });
export const block = (chat, blocked) => post("/chat/block", { chat, blocked });
export const turnDemo = (order) => post("/demo/state", order);

export async function demoState() {
  const answer = await fetch("/demo/state");
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

// Follow what happens; the browser reconnects by itself and is then told everything anew.
export function follow(onNews, onTrouble) {
  const events = new EventSource("/chat/events");
  events.addEventListener("message", (event) => onNews(JSON.parse(event.data)));
  events.addEventListener("error", () => onTrouble());
}
