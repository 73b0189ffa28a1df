// The bar of the demo's time: its clock, its speed, the news that have come.

import * as api from "./api.js";
import { make } from "./bubbles.js";
import { toast } from "./notices.js";
import { chatNow, demoTime, setClock } from "./times.js";
import { word } from "./words.js";

const ASK_EVERY = 2000;
const TICK = 250;
const bar = document.getElementById("demo");
const pause = document.getElementById("demo-pause");
const clock = document.getElementById("demo-clock");
const speed = document.getElementById("demo-speed");
const progress = document.getElementById("demo-progress");
const count = document.getElementById("demo-count");
const next = document.getElementById("demo-next");
let known = null;

function speedName(value) {
  if (value === 0) return word("speed_stop");
  return value === 1 ? word("speed_real") : word("speed_times", { count: value });
}

export function drawDemo() {
  if (!bar || !known) return;
  setClock(known.now, known.speed);
  if (document.activeElement !== speed) {
    speed.replaceChildren(
      ...known.speeds.map((value) => {
        const option = make("option", "", speedName(value));
        option.value = String(value);
        option.selected = value === known.speed;
        return option;
      }),
    );
  }
  pause.ariaPressed = String(known.paused);
  pause.ariaLabel = word(known.paused ? "go_on_news" : "pause_news");
  pause.title = pause.ariaLabel;
  progress.max = Math.max(known.total, 1);
  progress.value = known.arrived;
  count.textContent = word("arrived", { arrived: known.arrived, total: known.total });
  next.disabled = known.arrived >= known.total;
  showClock();
}

function showClock() {
  const now = chatNow();
  clock.textContent = demoTime(now);
  clock.dateTime = now.toISOString();
}

async function turn(order) {
  try {
    known = await api.turnDemo(order);
    drawDemo();
  } catch {
    toast(word("failed"));
  }
}

async function ask() {
  try {
    if (!document.hidden) {
      known = await api.demoState();
      drawDemo();
    }
  } catch {
    // The server is away; the header says so, and we ask again.
  }
  setTimeout(ask, ASK_EVERY);
}

export function startDemo() {
  if (!bar) return;
  pause.addEventListener("click", () => turn({ paused: !known?.paused }));
  speed.addEventListener("change", () => {
    const wanted = Number(speed.value);
    speed.blur();
    turn({ speed: wanted });
  });
  next.addEventListener("click", () => turn({ next: true }));
  setInterval(showClock, TICK);
  ask();
}
