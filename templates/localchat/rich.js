// A rich message's blocks as elements; never as markup.

import { formattedText } from "./text.js";

const STYLES = { bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code", marked: "mark", subscript: "sub", superscript: "sup", spoiler: "span" };

export function richMessage(message) {
  const holder = document.createElement("div");
  holder.className = "rich";
  for (const block of message.rich) holder.append(blockElement(block, `m${message.id}`));
  return holder;
}

function element(tag, text, scope) {
  const made = document.createElement(tag);
  if (text !== undefined) addText(made, text, scope);
  return made;
}

function blockElement(block, scope) {
  switch (block.type) {
    case "heading":
      return element(`h${Math.min(block.size + 1, 6)}`, block.text, scope);
    case "paragraph":
      return element("p", block.text, scope);
    case "footer":
      return element("footer", block.text, scope);
    case "divider":
      return document.createElement("hr");
    case "anchor":
      return anchor(block.name, scope);
    case "list":
      return list(block, scope);
    case "details":
      return details(block, scope);
    case "blockquote":
      return filled(document.createElement("blockquote"), block.blocks, scope);
    case "table":
      return table(block, scope);
    default:
      return element("pre", block.text ?? "", scope);
  }
}

function filled(holder, blocks, scope) {
  for (const block of blocks) holder.append(blockElement(block, scope));
  return holder;
}

function anchor(name, scope) {
  const place = document.createElement("span");
  place.id = `${scope}-${name}`;
  place.className = "anchor";
  return place;
}

function list(block, scope) {
  const holder = document.createElement(block.is_ordered ? "ol" : "ul");
  for (const item of block.items) holder.append(filled(document.createElement("li"), item.blocks, scope));
  return holder;
}

function details(block, scope) {
  const holder = document.createElement("details");
  holder.open = block.is_open;
  holder.append(element("summary", block.summary, scope));
  return filled(holder, block.blocks, scope);
}

function table(block, scope) {
  const holder = document.createElement("table");
  for (const cells of block.cells) {
    const row = holder.insertRow();
    for (const cell of cells) row.append(element(cell.is_header ? "th" : "td", cell.text, scope));
  }
  return holder;
}

// A text is a string, a list, or an object with a text inside.
function addText(parent, text, scope) {
  if (typeof text === "string") parent.append(text);
  else if (Array.isArray(text)) for (const piece of text) addText(parent, piece, scope);
  else parent.append(piece(text, scope));
}

function piece(text, scope) {
  if (text.type === "anchor_link") return jump(text, scope);
  if (text.type === "anchor") return anchor(text.name, scope);
  if (text.type === "url" || text.type === "date_time") return entity(text, scope);
  return element(STYLES[text.type] ?? "span", text.text, scope);
}

// Links and times look and act as in any other message.
function entity(text, scope) {
  const words = wordsOf(text.text);
  const whole = { ...text, type: text.type === "url" ? "text_link" : text.type, offset: 0, length: words.length };
  const made = formattedText(words, [whole]);
  const link = made.firstElementChild;
  if (text.type === "url" && typeof text.text !== "string") {
    link.replaceChildren();
    addText(link, text.text, scope);
  }
  return made;
}

function jump(text, scope) {
  const button = element("button", text.text, scope);
  button.type = "button";
  button.className = "jump";
  button.addEventListener("click", () => {
    const target = text.name ? document.getElementById(`${scope}-${text.name}`) : button.closest(".bubble");
    target?.scrollIntoView({ block: "start", behavior: "smooth" });
  });
  return button;
}

function wordsOf(text) {
  if (typeof text === "string") return text;
  return Array.isArray(text) ? text.map(wordsOf).join("") : wordsOf(text.text);
}
