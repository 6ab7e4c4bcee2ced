// Runs in <head>, before the page is drawn: language and colours, kept from one visit to the next.
// What CSS can say stands in labels.css; names for screen readers and options are in data-zh, data-en.
(() => {
  const root = document.documentElement;
  const wenbao = (window.wenbao ??= {});

  wenbao.storage = {
    get(key) {
      try {
        return localStorage.getItem(`wenbao-${key}`);
      } catch {
        return null; // storage may be forbidden; the page then starts afresh each time
      }
    },
    set(key, value) {
      try {
        localStorage.setItem(`wenbao-${key}`, value);
        return true;
      } catch {
        return false; // forbidden or full
      }
    },
  };

  // The words that the style sheet puts before an element, as it is now.
  function said(element) {
    const words = getComputedStyle(element, "::before").content;
    return words.startsWith('"') ? JSON.parse(words) : "";
  }

  // Not everything that reads a page out reads what the style sheet says: those words become names too.
  function nameWords(which) {
    for (const element of document.querySelectorAll(`:is(button, a, h2, h3).word${which}`)) {
      element.setAttribute("aria-label", `${said(element)} ${element.textContent}`.trim());
    }
    for (const words of document.querySelectorAll("label > .word")) {
      const field = words.parentElement.querySelector(`:is(input, select)${which}`);
      if (field && !field.dataset.zh) field.setAttribute("aria-label", said(words));
    }
  }

  function refresh(within = document) {
    for (const element of within.querySelectorAll("[data-zh]")) {
      const words = element.dataset[root.dataset.lang];
      if (element.tagName === "OPTION") element.textContent = words;
      else element.setAttribute("aria-label", words);
    }
  }

  function setLanguage(language) {
    root.dataset.lang = language;
    root.lang = language === "zh" ? "zh-CN" : "en";
    refresh();
    nameWords("");
  }

  function setColours(name) {
    root.dataset.colours = name;
    nameWords("");
    root.classList.toggle("dark", name === "dark" || (name === "system" && matchMedia("(prefers-color-scheme: dark)").matches));
  }

  wenbao.language = { refresh };
  setLanguage(wenbao.storage.get("language") === "en" ? "en" : "zh");
  setColours(["light", "dark"].find((name) => name === wenbao.storage.get("colours")) ?? "system");

  new MutationObserver(() => nameWords(":not([aria-label])")).observe(root, { childList: true, subtree: true });

  document.addEventListener("click", (event) => {
    if (event.target.closest?.("#language")) {
      setLanguage(root.dataset.lang === "zh" ? "en" : "zh");
      wenbao.storage.set("language", root.dataset.lang);
    } else if (event.target.closest?.("#colours")) {
      const order = { system: "light", light: "dark", dark: "system" };
      setColours(order[root.dataset.colours]);
      wenbao.storage.set("colours", root.dataset.colours);
    }
  });
})();
