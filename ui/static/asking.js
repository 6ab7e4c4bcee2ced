// Asking: what goes to Python with a question. Gradio calls `prepare` with the box and the messages.
// The page keeps no state of its own but the question about to be asked: turns are read from the records
// that stand behind the answers (ui/render.py), so that what is on the page is what is remembered.
(() => {
  const wenbao = (window.wenbao ??= {});
  const KEPT_TURNS = 8;
  let pending = null; // {question?, keep?, interpretation?, filters?} of the question about to be asked

  const htmlOf = (message) => [message.content].flat().map((part) => part.text ?? part).join("");
  const parse = (html) => new DOMParser().parseFromString(html, "text/html"); // inert: nothing in it runs

  function recordIn(place) {
    const record = place?.querySelector(".record");
    return record ? JSON.parse(record.textContent) : null;
  }

  function turnsOf(messages) {
    const records = messages.map((message) => recordIn(parse(htmlOf(message)))).filter(Boolean);
    return records.slice(-KEPT_TURNS).map(({ answer }) => ({
      question: answer.interpretation?.question ?? answer.question,
      short_answer: answer.short_answer,
    }));
  }

  // The number of the message that an element of the page stands in.
  const numberOf = (element) => [...document.querySelectorAll("#chat .message-row")].indexOf(element.closest(".message-row"));

  wenbao.asking = {
    htmlOf,
    parse,
    recordIn,
    numberOf,
    prepare(question, messages) {
      const asked = { question, keep: messages.length, ...pending };
      wenbao.asking.leaveEditing();
      const kept = messages.slice(0, asked.keep);
      const context = {
        turns: turnsOf(kept),
        interpretation: asked.interpretation ?? null,
        filters: asked.filters ?? wenbao.filters.current(),
      };
      return [asked.question, kept, context];
    },
    ask(question, options = {}) {
      pending = { question, ...options };
      document.querySelector("#ask-again").click();
    },
    edit(question, keep) {
      pending = { keep };
      const box = document.querySelector("#question textarea");
      box.value = question;
      box.dispatchEvent(new Event("input", { bubbles: true }));
      document.documentElement.toggleAttribute("data-editing", true);
      box.focus();
    },
    leaveEditing() {
      pending = null;
      document.documentElement.removeAttribute("data-editing");
    },
    // What the messages are once the reader has stopped an answer.
    stopped(messages) {
      const last = messages.at(-1);
      const page = last && parse(htmlOf(last));
      const searching = page?.querySelector(".searching");
      if (!searching) return messages;
      const told = '<div class="word stopped"></div><div class="actions"><button class="word retry" type="button"></button></div>';
      // What a language model was still writing at stays as far as it came, without the rest.
      const answered = searching.closest(".answer");
      searching.remove();
      const html = answered ? page.body.innerHTML.replace(/(<div class="record">)/, () => `${told}<div class="record">`) : told;
      return [...messages.slice(0, -1), { ...last, content: [{ type: "text", text: html }] }];
    },
  };

  document.addEventListener("click", (event) => {
    if (event.target.closest?.(".leave-editing")) wenbao.asking.leaveEditing();
    const offered = event.target.closest?.(".ask-this");
    if (offered) wenbao.asking.ask(offered.textContent);
  });
})();
