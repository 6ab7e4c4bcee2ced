// Small tools for building what the scripts show. Text reaches the page through textContent only.
(() => {
  const wenbao = (window.wenbao ??= {});

  wenbao.make = (tag, name = "", text = undefined) => {
    const node = document.createElement(tag);
    if (name) node.className = name;
    if (text !== undefined) node.textContent = text;
    return node;
  };

  wenbao.button = (name, act, text = undefined) => {
    const node = wenbao.make("button", name, text);
    node.type = "button";
    if (act) node.addEventListener("click", act);
    return node;
  };

  // A short word at the edge of the page (copied, saved), read out to those who do not see it.
  wenbao.tell = (name, detail = "") => {
    let place = document.querySelector("#told");
    if (!place) {
      place = wenbao.make("div");
      place.id = "told";
      place.setAttribute("role", "status");
      document.body.append(place);
    }
    place.replaceChildren(wenbao.make("span", `word ${name}`, detail));
    clearTimeout(place.timer);
    place.timer = setTimeout(() => place.replaceChildren(), 4000);
  };

  // Ask for a line of text, a choice, or both: resolves to {button, text}, or null when left.
  // `title` and `buttons` are classes of words in labels.css; the first button is that of Enter.
  wenbao.dialog = ({ title, text, long = false, most = 200, buttons }) =>
    new Promise((resolve) => {
      const dialog = wenbao.make("dialog", "popup");
      const form = wenbao.make("form");
      form.method = "dialog";
      const heading = wenbao.make("h2", `word ${title}`);
      heading.id = "popup-title";
      dialog.setAttribute("aria-labelledby", heading.id);
      form.append(heading);
      let input = null;
      if (text !== undefined) {
        input = wenbao.make(long ? "textarea" : "input");
        input.value = text;
        input.maxLength = most;
        input.setAttribute("aria-labelledby", heading.id);
        form.append(input);
      }
      const row = wenbao.make("div", buttons.length > 3 ? "choices" : "row");
      for (const name of buttons) {
        const button = wenbao.make("button", `word ${name}`);
        button.value = name;
        row.append(button);
      }
      form.append(row, wenbao.button("word popup-close", () => dialog.close("")));
      dialog.append(form);
      dialog.addEventListener("close", () => {
        dialog.remove();
        resolve(dialog.returnValue ? { button: dialog.returnValue, text: input?.value.trim() ?? "" } : null);
      });
      dialog.addEventListener("click", (event) => event.target === dialog && dialog.close(""));
      document.body.append(dialog);
      dialog.showModal();
      input?.select();
    });

  // Give the reader a file.
  wenbao.download = (blob, name) => {
    const link = wenbao.make("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  };

  // A request to the server's own routes; errors come as one line, `{"error": ...}`.
  wenbao.fetch = async (path, body = undefined, options = {}) => {
    const sent = body === undefined ? {} : { method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json" } };
    const response = await fetch(path, { ...sent, ...options });
    if (response.ok) return response;
    const told = await response.json().catch(() => ({}));
    throw Object.assign(new Error(told.error ?? String(response.status)), { status: response.status });
  };

  wenbao.copy = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // Without https the clipboard is closed to scripts but for this way.
      const area = wenbao.make("textarea", "off-screen");
      area.value = text;
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
    wenbao.tell("copied");
  };
})();
