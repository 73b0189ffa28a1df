// Loaded before the page is painted, so that a chosen appearance does not flash.
(() => {
  let theme = "";
  try {
    theme = localStorage.getItem("theme") || "";
  } catch {
    // No storage: the device decides.
  }
  if (theme) document.documentElement.dataset.theme = theme;
})();
