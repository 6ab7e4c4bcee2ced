// What Gradio's list of messages needs besides: the new question on top, and names that can be read out.
(() => {
  let drawn = "";

  // A long answer would otherwise open at its end, or, where the reader had scrolled up, out of sight.
  function showLastQuestion() {
    const questions = document.querySelectorAll("#chat .question");
    const state = `${questions.length} ${document.querySelectorAll("#chat .searching").length}`;
    if (state === drawn) return;
    drawn = state;
    const last = questions[questions.length - 1];
    const scroller = last?.closest(".bubble-wrap");
    if (scroller) scroller.scrollTop += last.getBoundingClientRect().top - scroller.getBoundingClientRect().top - 20;
  }

  // Gradio names every message by its HTML source; without that name the message itself is read out.
  function dropNames() {
    for (const message of document.querySelectorAll("#chat [data-testid][aria-label]")) {
      message.removeAttribute("aria-label");
    }
  }

  new MutationObserver(() => {
    dropNames();
    showLastQuestion();
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
