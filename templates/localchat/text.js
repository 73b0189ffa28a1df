// A message's text with its entities as elements; never as markup.

import { fullTime, formattedTime } from "./times.js";
import { word } from "./words.js";

const TAGS = { bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code" };
const BLOCKS = new Set(["blockquote", "expandable_blockquote", "pre"]);
let copied = () => {};
let refused = () => {};
let commanded = () => {};

// What happens on a tap: on code, on a link that only the app can follow, on a command.
export function onTap({ copy, refuse, command }) {
  copied = copy;
  refused = refuse;
  commanded = command;
}

export function formattedText(text, entities) {
  const holder = document.createDocumentFragment();
  fill(holder, text, entities, 0, text.length);
  return holder;
}

function fill(parent, text, entities, start, end) {
  let at = start;
  let afterBlock = false;
  let index = 0;
  while (index < entities.length) {
    const entity = entities[index];
    const stop = Math.min(entity.offset + entity.length, end);
    let next = index + 1;
    while (next < entities.length && entities[next].offset < stop) next += 1;
    if (entity.offset > at) addText(parent, text.slice(at, entity.offset), afterBlock, BLOCKS.has(entity.type));
    const element = elementFor(entity, text.slice(entity.offset, stop));
    const inside = entity.type === "date_time" && entity.date_time_format ? null : (element.inner ?? element);
    if (inside) fill(inside, text, entities.slice(index + 1, next), entity.offset, stop);
    parent.append(element.outer ?? element);
    afterBlock = BLOCKS.has(entity.type);
    at = stop;
    index = next;
  }
  if (at < end) addText(parent, text.slice(at, end), afterBlock, false);
}

// A block begins and ends its own line: the line breaks beside it are not shown twice.
function addText(parent, text, afterBlock, beforeBlock) {
  let shown = text;
  if (afterBlock && shown.startsWith("\n")) shown = shown.slice(1);
  if (beforeBlock && shown.endsWith("\n")) shown = shown.slice(0, -1);
  if (shown) parent.append(shown);
}

function elementFor(entity, words) {
  switch (entity.type) {
    case "text_link":
      return link(entity.url);
    case "url":
      return link(/^[a-z]+:\/\//i.test(words) ? words : `http://${words}`);
    case "email":
      return link(`mailto:${words}`);
    case "bot_command":
      return tappable("command", () => commanded(words));
    case "mention":
    case "hashtag":
    case "cashtag":
    case "text_mention":
      return plain("span", "mark");
    case "spoiler":
      return spoiler();
    case "blockquote":
      return plain("blockquote", "quote");
    case "expandable_blockquote":
      return expandableQuote();
    case "pre":
      return codeBlock(entity.language, words);
    case "date_time":
      return timeElement(entity, words);
    case "custom_emoji":
      return plain("span", "");
    default:
      return codeOrStyle(entity.type, words);
  }
}

function plain(tag, className) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  return element;
}

function tappable(className, act) {
  const element = plain("button", className);
  element.type = "button";
  element.addEventListener("click", act);
  return element;
}

function codeOrStyle(type, words) {
  const element = plain(TAGS[type] ?? "span", "");
  if (type === "code") element.addEventListener("click", () => copied(words));
  return element;
}

function link(address) {
  const element = plain("a", "");
  element.href = address;
  if (!/^(https?|mailto):/i.test(address)) {
    element.addEventListener("click", (event) => {
      event.preventDefault();
      refused();
    });
    return element;
  }
  element.target = "_blank";
  element.rel = "noopener noreferrer";
  const host = element.hostname;
  element.title = host.endsWith(".example") ? word("example_address", { address }) : address;
  return element;
}

function spoiler() {
  const element = plain("span", "spoiler");
  element.tabIndex = 0;
  element.role = "button";
  element.ariaLabel = word("reveal");
  const reveal = (event) => {
    if (event.type === "keydown" && event.key !== "Enter" && event.key !== " ") return;
    if (element.classList.contains("shown")) return;
    event.preventDefault();
    element.classList.add("shown");
    element.removeAttribute("role");
    element.removeAttribute("aria-label");
    element.removeAttribute("tabindex");
  };
  element.addEventListener("click", reveal);
  element.addEventListener("keydown", reveal);
  return element;
}

function codeBlock(language, words) {
  const outer = plain("pre", "block");
  if (language) outer.dataset.language = language;
  const inner = plain("code", "");
  outer.append(inner);
  outer.addEventListener("click", () => copied(words));
  return { outer, inner };
}

function timeElement(entity, words) {
  const date = new Date(entity.unix_time * 1000);
  const element = plain("time", "time");
  element.dateTime = date.toISOString();
  element.title = fullTime(date);
  if (entity.date_time_format) element.textContent = formattedTime(date, entity.date_time_format, words);
  return element;
}

// Three lines with a fade, opened and closed by a tap; one that fits needs no arrow (see settleQuotes).
function expandableQuote() {
  const outer = plain("blockquote", "quote expandable");
  const inner = plain("div", "quote-text");
  const arrow = tappable("quote-arrow", () => toggle(outer));
  arrow.ariaLabel = word("expand");
  arrow.ariaExpanded = "false";
  outer.append(inner, arrow);
  outer.addEventListener("click", (event) => {
    if (event.target.closest("a, button, .spoiler") || String(getSelection())) return;
    toggle(outer);
  });
  return { outer, inner };
}

function toggle(quote) {
  if (!quote.classList.contains("folds")) return;
  const open = quote.classList.toggle("open");
  const arrow = quote.querySelector(":scope > .quote-arrow");
  arrow.ariaExpanded = String(open);
  arrow.ariaLabel = word(open ? "collapse" : "expand");
}

// Once they are laid out: which quotes are too long to show whole.
export function settleQuotes(root) {
  for (const quote of root.querySelectorAll(".quote.expandable:not(.open)")) {
    const text = quote.querySelector(":scope > .quote-text");
    quote.classList.toggle("folds", text.scrollHeight > text.clientHeight + 3);
  }
}
