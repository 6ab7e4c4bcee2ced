// Runs in <head>, before the page is drawn: the language of the labels, kept from one visit to the next.
(() => {
  const root = document.documentElement;
  const key = "wenbao-language";

  function stored() {
    try {
      return localStorage.getItem(key);
    } catch {
      return null; // storage may be forbidden; the page then starts in Chinese
    }
  }

  function set(language) {
    root.dataset.lang = language;
    root.lang = language === "zh" ? "zh-CN" : "en";
    // What CSS cannot say: names for screen readers.
    for (const element of document.querySelectorAll("[data-zh]")) {
      element.setAttribute("aria-label", element.dataset[language]);
    }
  }

  window.wenbaoLanguage = { refresh: () => set(root.dataset.lang) };
  set(stored() === "en" ? "en" : "zh");

  document.addEventListener("click", (event) => {
    if (!event.target.closest?.("#language")) return;
    const language = root.dataset.lang === "zh" ? "en" : "zh";
    set(language);
    try {
      localStorage.setItem(key, language);
    } catch {
      // as above: the choice then lasts until the page is left
    }
  });
})();
