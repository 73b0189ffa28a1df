// Instants as people read them, in the browser's own zone.

import { currentLanguage, word } from "./words.js";

let offset = 0; // how far the chat's time is from the browser's, in milliseconds
let pace = 1; // how fast it runs
let since = Date.now();

// Tell which time it is in the chat: the demo has a clock of its own.
export function setClock(seconds, speed = 1) {
  since = Date.now();
  offset = seconds * 1000 - since;
  pace = speed;
}

export function chatNow() {
  const passed = Date.now() - since;
  return new Date(since + offset + passed * pace);
}

function format(date, options) {
  return new Intl.DateTimeFormat(currentLanguage(), options).format(date);
}

export function clockTime(date) {
  return format(date, { hour: "2-digit", minute: "2-digit" });
}

// The hour of today's, the day of older ones.
export function shortTime(date) {
  return dayKey(date) === dayKey(chatNow()) ? clockTime(date) : format(date, { day: "numeric", month: "short" });
}

export function fullTime(date) {
  return format(date, { dateStyle: "full", timeStyle: "short" });
}

export function demoTime(date) {
  const weekday = matchMedia("(max-width: 420px)").matches ? undefined : "short";
  return format(date, { weekday, day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
}

export function dayKey(date) {
  return `${date.getFullYear()}-${date.getMonth()}-${date.getDate()}`;
}

export function dayName(date) {
  const today = chatNow();
  const yesterday = new Date(today);
  yesterday.setDate(today.getDate() - 1);
  if (dayKey(date) === dayKey(today)) return word("today");
  if (dayKey(date) === dayKey(yesterday)) return word("yesterday");
  const sameYear = date.getFullYear() === today.getFullYear();
  return format(date, { day: "numeric", month: "long", ...(sameYear ? {} : { year: "numeric" }) });
}

// A date_time entity's format: "r", or w, d or D, t or T; empty keeps the author's words.
export function formattedTime(date, layout, words) {
  if (!layout) return words;
  if (layout === "r") return relativeTime(date);
  const options = {};
  if (layout.includes("w")) options.weekday = "long";
  if (layout.includes("d")) Object.assign(options, { day: "2-digit", month: "2-digit", year: "2-digit" });
  if (layout.includes("D")) Object.assign(options, { day: "numeric", month: "long", year: "numeric" });
  if (layout.includes("t")) Object.assign(options, { hour: "2-digit", minute: "2-digit" });
  if (layout.includes("T")) Object.assign(options, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
  return format(date, options);
}

function relativeTime(date) {
  const seconds = (date - chatNow()) / 1000;
  const units = [["day", 86400], ["hour", 3600], ["minute", 60]];
  const [unit, size] = units.find(([, length]) => Math.abs(seconds) >= length) ?? ["second", 1];
  return new Intl.RelativeTimeFormat(currentLanguage(), { numeric: "auto" }).format(Math.round(seconds / size), unit);
}
