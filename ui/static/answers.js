// What can be done with an answer: copy it with its sources, ask again, export, say whether it is right.
(() => {
  const wenbao = (window.wenbao ??= {});
  // Names of words, and what the server calls the format.
  const FORMATS = { markdown: "markdown", "word-format": "word", gbt7714: "gbt7714", bibtex: "bibtex", html: "html" };

  const rowOf = (element) => element.closest(".message-row");
  const recordOf = (element) => wenbao.asking.recordIn(rowOf(element));
  const questionBefore = (element) => [...document.querySelectorAll("#chat .question")]
    .filter((one) => one.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING).at(-1).textContent;

  function sourceLine({ number, headline, source, date, page, byline, quote }) {
    const place = [source, date, page && `第${page}版`, byline.join("、")].filter(Boolean).join("，");
    return `[${number}] “${quote}”——《${headline}》${place ? `（${place}）` : ""}`;
  }

  function asText({ answer }) {
    const written = answer.statements?.length ? ["（由语言模型写成，逐句与报道核对。）"] : [];
    return [answer.question, "", answer.text, ...written, "", ...answer.citations.map(sourceLine)].join("\n");
  }

  // A number of its own for this browser, so that a changed opinion replaces the one before.
  function client() {
    const known = wenbao.storage.get("client");
    if (known) return known;
    const made = Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");
    wenbao.storage.set("client", made);
    return made;
  }

  async function judge(button, verdict) {
    const { answer } = recordOf(button);
    const row = rowOf(button);
    let correction;
    if (verdict === "down") {
      const told = await wenbao.dialog({ title: "ask-correction", text: "", long: true, most: 2000, buttons: ["send"] });
      if (!told) return;
      correction = told.text || undefined;
    }
    try {
      await wenbao.fetch("/api/feedback", { answer, verdict, correction, client: client() });
      for (const name of ["good", "bad"]) {
        row.querySelector(`.${name}`)?.setAttribute("aria-pressed", String((name === "good") === (verdict === "up")));
      }
      wenbao.tell("thanked");
    } catch (error) {
      wenbao.tell("not-done", error.message);
    }
  }

  wenbao.exportAnswers = async (answers, format, title = "") => {
    try {
      const response = await wenbao.fetch(`/api/export?format=${format}`, { answers, title });
      const told = response.headers.get("Content-Disposition") ?? "";
      const titled = /filename\*=UTF-8''([^;]+)/.exec(told)?.[1];
      wenbao.download(await response.blob(), titled ? decodeURIComponent(titled) : /filename="([^"]+)/.exec(told)[1]);
    } catch (error) {
      wenbao.tell("not-done", error.message);
    }
  };

  async function exportAnswer(button) {
    const { answer } = recordOf(button);
    const chosen = await wenbao.dialog({ title: "ask-format", buttons: Object.keys(FORMATS) });
    if (chosen) await wenbao.exportAnswers([answer], FORMATS[chosen.button]);
  }

  // The same question once more: as it was asked, with the reading and filters that it was asked with.
  function askAgain(button) {
    const keep = wenbao.asking.numberOf(button) - 1;
    const record = recordOf(button);
    wenbao.asking.ask(questionBefore(button), { keep, filters: record?.filters });
  }

  const acts = {
    copy: (button) => wenbao.copy(asText(recordOf(button))),
    retry: askAgain,
    export: exportAnswer,
    good: (button) => judge(button, "up"),
    bad: (button) => judge(button, "down"),
    stop: () => document.querySelector("#stop").click(),
    edit: (button) => wenbao.asking.edit(rowOf(button).querySelector(".question").textContent, wenbao.asking.numberOf(button)),
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("#chat button.word");
    const name = Object.keys(acts).find((one) => button?.classList.contains(one));
    if (name) acts[name](button);
  });
})();
