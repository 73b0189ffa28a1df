// Short notes at the bottom, alerts in the middle, and what a screen reader is told.

import { word } from "./words.js";

const TOAST_LASTS = 4000;

export function toast(text) {
  const note = document.createElement("div");
  note.className = "toast";
  note.textContent = text;
  document.getElementById("toasts").append(note);
  setTimeout(() => note.classList.add("leaving"), TOAST_LASTS - 300);
  setTimeout(() => note.remove(), TOAST_LASTS);
}

export function alertBox(text) {
  const box = document.getElementById("alert");
  document.getElementById("alert-text").textContent = text;
  if (!box.open) box.showModal();
}

export function announce(text) {
  document.getElementById("announcer").textContent = text;
}

export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast(word("copied"));
  } catch {
    toast(word("failed"));
  }
}
