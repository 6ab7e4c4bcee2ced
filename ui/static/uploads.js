// Files dropped into the side panel: sent one after the other, what became of each shown, and undone.
(() => {
  const wenbao = (window.wenbao ??= {});
  const { make } = wenbao;

  // XMLHttpRequest, because fetch does not tell how much of a body has been sent.
  const send = (file, progress) =>
    new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open("POST", `/api/uploads?name=${encodeURIComponent(file.name)}`);
      request.responseType = "json";
      request.setRequestHeader("Content-Type", "application/octet-stream");
      request.upload.addEventListener("progress", ({ loaded, total }) => progress(total ? loaded / total : 0));
      request.addEventListener("load", () => {
        if (request.status === 200) resolve(request.response);
        else reject(new Error(request.response?.error ?? String(request.status)));
      });
      request.addEventListener("error", () => reject(new Error("…")));
      request.send(file);
    });

  function item(name) {
    const line = make("li");
    const outcome = make("span", "word outcome upload-waiting");
    line.append(make("span", "name", name), outcome);
    const tell = (state, detail = "") => {
      outcome.className = `word outcome upload-${state}`;
      outcome.textContent = detail;
    };
    return { line, tell };
  }

  function articleLink({ article_id: id, headline, confidence }) {
    const entry = make("li");
    const link = make("a", "cite", headline);
    link.href = `#article=${encodeURIComponent(id)}&start=0&end=0`;
    entry.append(link, make("span", "word confidence", `${Math.round(100 * confidence)}%`));
    return entry;
  }

  async function undo(id, line, tell) {
    try {
      await wenbao.fetch(`/api/uploads/${id}`, undefined, { method: "DELETE" });
      line.querySelectorAll("ul, button").forEach((node) => node.remove());
      tell("undone");
      wenbao.redrawHome?.();
    } catch (error) {
      tell("failed", error.message);
    }
  }

  async function add(file, { line, tell }) {
    try {
      const added = await send(file, (share) => (share < 1 ? tell("sending", `${Math.round(100 * share)}%`) : tell("reading")));
      tell("done", String(added.articles.length));
      const list = make("ul");
      list.append(...added.articles.map(articleLink), ...added.skipped.map((reason) => make("li", "", reason)));
      line.append(wenbao.button("word undo", () => undo(added.id, line, tell)), list);
      wenbao.redrawHome?.();
    } catch (error) {
      tell("failed", error.message);
    }
  }

  wenbao.mountUploads = async (side) => {
    const { upload } = await wenbao.archive();
    if (!upload) return;
    const place = side.querySelector(".uploads");
    const [drop, list, input] = [".drop", ".uploaded", "input"].map((name) => place.querySelector(name));
    place.hidden = false;
    let last = Promise.resolve();
    const addAll = (files) => {
      for (const file of files) {
        const shown = item(file.name);
        list.prepend(shown.line);
        last = last.then(() => add(file, shown));
      }
    };
    input.addEventListener("change", () => {
      addAll([...input.files]);
      input.value = "";
    });
    for (const name of ["dragover", "dragleave", "drop"]) {
      drop.addEventListener(name, (event) => {
        event.preventDefault();
        drop.toggleAttribute("data-over", name === "dragover");
        if (name === "drop") addAll([...event.dataTransfer.files]);
      });
    }
  };
})();
