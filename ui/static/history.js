// Conversations kept in this browser, across restarts of it and of the server. Kept under the key
// "wenbao-conversations": [{id, title, messages}], the latest first; messages are those of the page.
(() => {
  const wenbao = (window.wenbao ??= {});
  const { make } = wenbao;
  const MOST = 50;
  let current = null; // the id of the conversation on the page
  let shown = []; // what Gradio is to show next
  let list = null;

  const load = () => JSON.parse(wenbao.storage.get("conversations") ?? "[]");
  const session = () => sessionStorage.getItem("wenbao-conversation");

  function store(conversations) {
    const kept = conversations.slice(0, MOST);
    // A full storage lets the oldest go.
    while (!wenbao.storage.set("conversations", JSON.stringify(kept)) && kept.length > 1) kept.pop();
    draw();
  }

  function setCurrent(id) {
    current = id;
    if (id) sessionStorage.setItem("wenbao-conversation", id);
    else sessionStorage.removeItem("wenbao-conversation");
    draw();
  }

  const titleOf = (messages) => wenbao.asking.parse(wenbao.asking.htmlOf(messages[0])).querySelector(".question")?.textContent ?? "…";

  function save(messages) {
    if (!messages.length) return;
    if (!current) setCurrent(crypto.getRandomValues(new Uint32Array(2)).join("-"));
    const before = load();
    const title = before.find(({ id }) => id === current)?.title ?? titleOf(messages);
    const slim = messages.map(({ role, content }) => ({ role, content }));
    store([{ id: current, title, messages: slim }, ...before.filter(({ id }) => id !== current)]);
  }

  function show(id) {
    shown = load().find((one) => one.id === id)?.messages ?? [];
    setCurrent(shown.length ? id : null);
    wenbao.asking.leaveEditing();
    document.querySelector("#show").click();
  }

  async function rename(conversation) {
    const told = await wenbao.dialog({ title: "rename-title", text: conversation.title, buttons: ["save"] });
    if (told?.text) store(load().map((one) => (one.id === conversation.id ? { ...one, title: told.text } : one)));
  }

  async function remove(conversation) {
    if (!(await wenbao.dialog({ title: "delete-title", buttons: ["delete"] }))) return;
    store(load().filter((one) => one.id !== conversation.id));
    if (current === conversation.id) show(null);
  }

  function exportOne({ title, messages }) {
    const records = messages.map((message) => wenbao.asking.recordIn(wenbao.asking.parse(wenbao.asking.htmlOf(message))));
    return wenbao.exportAnswers(records.filter(Boolean).map(({ answer }) => answer), "html", title.slice(0, 200));
  }

  function item(conversation) {
    const line = make("li");
    const open = wenbao.button("open-past", () => show(conversation.id), conversation.title);
    if (conversation.id === current) open.setAttribute("aria-current", "true");
    line.append(open,
      wenbao.button("word past-export", () => exportOne(conversation)),
      wenbao.button("word past-rename", () => rename(conversation)),
      wenbao.button("word past-delete", () => remove(conversation)));
    return line;
  }

  function draw() {
    const conversations = load();
    list?.replaceChildren(...conversations.map(item));
    list?.closest(".past").toggleAttribute("data-empty", !conversations.length);
  }

  wenbao.history = {
    save,
    // Gradio takes from here what it is to show, at the start of the page and whenever #show is clicked.
    take: () => shown,
    restore() {
      current = session();
      shown = load().find(({ id }) => id === current)?.messages ?? [];
      if (!shown.length) current = null;
      draw();
      return shown;
    },
  };
  wenbao.mountHistory = (side) => {
    list = side.querySelector(".conversations");
    draw();
  };
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("#new-chat") && document.querySelector("#show")) show(null);
  });
})();
