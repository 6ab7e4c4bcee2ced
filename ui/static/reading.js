// How a question was read, as buttons: change or drop a part, add one, and the question is asked anew.
(() => {
  const wenbao = (window.wenbao ??= {});
  const FIELDS = ["people", "places", "organisations", "times"];
  const TYPES = ["quantity", "ratio", "rank", "duration", "date", "person", "role", "place", "organisation",
    "agent", "name", "list", "explain", "yesno", "other"];

  async function changedType(read) {
    const chosen = await wenbao.dialog({ title: "choose-type", buttons: TYPES.map((type) => `type-${type}`) });
    return chosen && { ...read, type: chosen.button.replace("type-", "") };
  }

  async function changedTerm(read, field, term) {
    const told = await wenbao.dialog({ title: `change-${field}`, text: term, buttons: ["ask-changed", "drop"] });
    if (!told) return null;
    const kept = told.button === "drop" || !told.text ? [] : [told.text];
    return { ...read, [field]: read[field].flatMap((one) => (one === term ? kept : [one])) };
  }

  async function addedTerm(read) {
    const told = await wenbao.dialog({ title: "add-term", text: "", buttons: ["places", "times", "people", "organisations"] });
    return told?.text ? { ...read, [told.button]: [...read[told.button], told.text] } : null;
  }

  async function change(button) {
    const row = button.closest(".message-row");
    const { answer, filters } = wenbao.asking.recordIn(row);
    const read = answer.interpretation;
    const field = FIELDS.find((name) => button.classList.contains(name));
    let changed;
    if (button.classList.contains("type")) changed = await changedType(read);
    else if (field) changed = await changedTerm(read, field, button.textContent);
    else changed = await addedTerm(read);
    if (!changed) return;
    const keep = wenbao.asking.numberOf(button) - 1;
    wenbao.asking.ask(answer.question, { keep, interpretation: changed, filters });
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("#chat .reading .term");
    if (button) change(button);
  });
})();
