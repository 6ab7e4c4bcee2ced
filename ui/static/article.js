// The article panel: opens the article of a link and shows exactly the quoted characters.
// The address of the page says what is shown (#article=ID&start=N&end=N[&view=original]), so that a copied
// link reopens this very view.
(() => {
  const wenbao = (window.wenbao ??= {});
  const { make } = wenbao;
  const narrow = matchMedia("(max-width: 767px)");
  const fetched = new Map(); // the articles shown lately: going back and forth needs no request
  const KEPT_ARTICLES = 30;
  let panel, body, facts, state, scroller;
  let opener = null; // the link to give the focus back to
  let request = 0; // only the newest request may draw

  function target(hash) {
    const fields = new URLSearchParams(hash.replace(/^#/, ""));
    if (!fields.get("article")) return null;
    const [start, end] = ["start", "end"].map((name) => Number(fields.get(name)));
    return { id: fields.get("article"), start, end, original: fields.get("view") === "original" };
  }

  function setState(name) {
    state.dataset.state = name;
    body.replaceChildren();
  }

  // Offsets count Unicode code points, JavaScript strings count UTF-16 units: cut arrays of code points.
  function paragraph(text, role, offset, start, end) {
    const points = Array.from(text);
    const [left, right] = [start - offset, end - offset].map((n) => Math.min(Math.max(n || 0, 0), points.length));
    const node = make("p", role);
    if (left >= right) {
      node.textContent = text;
    } else {
      const mark = make("mark", "", points.slice(left, right).join(""));
      node.append(points.slice(0, left).join(""), mark, points.slice(right).join(""));
    }
    return { node, length: points.length };
  }

  function drawFacts(article) {
    facts.replaceChildren();
    for (const name of ["source", "date", "page", "section"]) {
      if (article[name]) facts.append(make("span", name, article[name]));
    }
  }

  // The panel is named by its headline, whatever else is shown.
  function drawHeadline(article) {
    const headline = make("h2", article.headline ? "" : "untitled", article.headline || undefined);
    headline.id = "article-headline";
    if (!article.headline) Object.assign(headline.dataset, { zh: "没有标题", en: "No headline" });
    body.append(headline);
    wenbao.language.refresh(body);
  }

  function drawHead(article) {
    if (article.kicker) body.append(make("p", "kicker", article.kicker));
    drawHeadline(article);
    if (article.subtitle) body.append(make("p", "subtitle", article.subtitle));
    if (article.byline.length) body.append(make("p", "byline", article.byline.join("　")));
    if (article.dateline) body.append(make("p", "dateline", article.dateline));
    if (article.file) {
      const file = make("p", "file", article.file.split("/").pop());
      file.title = article.file;
      body.append(file);
    }
  }

  function draw(article, { start, end }) {
    setState("shown");
    drawHead(article);
    let offset = 0;
    for (const { text, role, credit } of article.paragraphs) {
      for (const [part, name] of [[text, role], [credit, "credit"]]) {
        if (!part) continue;
        const { node, length } = paragraph(part, name, offset, start, end);
        body.append(node);
        offset += length + 1; // the line break between two parts of the article's text
      }
    }
    showMark();
  }

  function showMark() {
    scroller.scrollTop = 0;
    const mark = body.querySelector("mark");
    if (mark) scroller.scrollTop = mark.getBoundingClientRect().top - scroller.getBoundingClientRect().top - scroller.clientHeight / 3;
  }

  function setOpen(open) {
    panel.hidden = !open;
    document.documentElement.toggleAttribute("data-article", open);
    // Where the panel covers the page, the keyboard must not wander beneath it.
    for (const covered of document.querySelectorAll("#column, #side-place")) covered.inert = open && narrow.matches;
  }

  async function getArticle(id) {
    if (!fetched.has(id)) {
      const response = await wenbao.fetch(`/api/articles/${encodeURIComponent(id)}`);
      if (fetched.size >= KEPT_ARTICLES) fetched.delete(fetched.keys().next().value);
      fetched.set(id, await response.json());
    }
    return fetched.get(id);
  }

  async function open(wanted) {
    const mine = ++request;
    const wasOpen = !panel.hidden;
    setOpen(true);
    if (!fetched.has(wanted.id)) setState("loading");
    if (!wasOpen) panel.querySelector(".article-close").focus({ preventScroll: true });
    panel.querySelector(".original").setAttribute("aria-pressed", String(wanted.original));
    try {
      const article = await getArticle(wanted.id);
      if (mine !== request) return;
      drawFacts(article);
      if (!wanted.original) return draw(article, wanted);
      setState("loading");
      const original = await wenbao.original.get(wanted);
      if (mine !== request) return;
      setState("shown");
      drawHeadline(article);
      body.append(...wenbao.original.draw(original, showMark));
      showMark();
    } catch (error) {
      if (mine === request) setState(error.status === 404 ? "missing" : "failed");
    }
  }

  function close() {
    if (!panel || panel.hidden) return;
    request++;
    setOpen(false);
    if (target(location.hash)) history.replaceState(history.state, "", location.pathname + location.search);
    if (opener?.isConnected) opener.focus();
    else document.querySelector("#question textarea, #search")?.focus();
    opener = null;
  }

  function follow() {
    const wanted = target(location.hash);
    if (wanted) open(wanted);
    else close();
  }

  function go(hash) {
    if (hash !== location.hash) history.pushState(history.state, "", hash);
    open(target(hash));
  }

  // From one source to the next, in the order of the page.
  function step(by) {
    const links = [...new Set([...document.querySelectorAll("a.cite.source")].map((link) => link.getAttribute("href")))];
    const here = links.indexOf(location.hash.replace("&view=original", ""));
    const next = links[here + by];
    if (here >= 0 && next) go(next);
  }

  function toggleOriginal() {
    const plain = location.hash.replace("&view=original", "");
    go(plain === location.hash ? `${plain}&view=original` : plain);
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a.cite");
    if (!panel || !link || event.ctrlKey || event.metaKey || event.shiftKey) return; // those open a tab of its own
    event.preventDefault();
    event.stopPropagation();
    opener = link;
    go(link.getAttribute("href"));
  }, true);
  document.addEventListener("keydown", (event) => {
    // An input method takes keys for itself; so does a field, a dialog, and whoever holds a modifier.
    if (!panel || panel.hidden || event.isComposing || event.target.closest?.("dialog")) return;
    if (event.key === "Escape") {
      event.preventDefault(); // it is not for what lies beneath as well
      close();
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.("input, textarea, select")) return;
    if (event.key === "n") step(1);
    if (event.key === "p") step(-1);
  });
  narrow.addEventListener("change", () => panel && setOpen(!panel.hidden));
  window.addEventListener("popstate", () => panel && follow());

  // `element` holds the panel, once it is on the page.
  wenbao.mountArticle = (element) => {
    panel = element.querySelector("#article");
    [body, facts, state, scroller] = ["body", "facts", "state", "scroll"].map((name) => panel.querySelector(`.article-${name}`));
    const acts = {
      ".article-close": close,
      ".to-previous": () => step(-1),
      ".to-next": () => step(1),
      ".original": toggleOriginal,
      ".copy-link": () => wenbao.copy(location.href),
      ".print": () => print(),
    };
    for (const [name, act] of Object.entries(acts)) panel.querySelector(name).addEventListener("click", act);
    wenbao.language.refresh(panel);
    follow();
  };
})();
