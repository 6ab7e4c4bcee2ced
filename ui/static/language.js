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
  }

  function setColours(name) {
    root.dataset.colours = name;
    root.classList.toggle("dark", name === "dark" || (name === "system" && matchMedia("(prefers-color-scheme: dark)").matches));
  }

  wenbao.language = { refresh };
  setLanguage(wenbao.storage.get("language") === "en" ? "en" : "zh");
  setColours(["light", "dark"].find((name) => name === wenbao.storage.get("colours")) ?? "system");

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
