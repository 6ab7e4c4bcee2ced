// The article panel: opens the article of a citation and shows exactly the quoted characters.
// Gradio calls this with `element` (the panel's place) and `server` (the Python functions).
// Text from the corpus reaches the page through textContent only.
const panel = element.querySelector("#article");
const body = panel.querySelector(".article-body");
const facts = panel.querySelector(".article-facts");
const state = panel.querySelector(".article-state");
const scroller = panel.querySelector(".article-scroll");
const narrow = matchMedia("(max-width: 767px)");
let opener = null; // the link to give the focus back to
let request = 0; // only the newest request may draw

function target(hash) {
  const fields = new URLSearchParams(hash.replace(/^#/, ""));
  if (!fields.get("article")) return null;
  return { id: fields.get("article"), start: Number(fields.get("start")), end: Number(fields.get("end")) };
}

function make(tag, name, text) {
  const node = document.createElement(tag);
  if (name) node.className = name;
  if (text !== undefined) node.textContent = text;
  return node;
}

function setState(name) {
  state.dataset.state = name;
  body.replaceChildren();
  facts.replaceChildren();
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

function draw(article, start, end) {
  setState("shown");
  for (const name of ["source", "date", "page"]) {
    if (article[name]) facts.append(make("span", name, article[name]));
  }
  if (article.kicker) body.append(make("p", "kicker", article.kicker));
  const headline = make("h2", article.headline ? "" : "untitled", article.headline);
  headline.id = "article-headline";
  body.append(headline);
  if (article.subtitle) body.append(make("p", "subtitle", article.subtitle));
  if (article.byline.length) body.append(make("p", "byline", article.byline.join("　")));
  if (article.dateline) body.append(make("p", "dateline", article.dateline));
  if (article.file) {
    const file = make("p", "file", article.file.split("/").pop());
    file.title = article.file;
    body.append(file);
  }
  let offset = 0;
  for (const { text, role, credit } of article.paragraphs) {
    for (const [part, name] of [[text, role], [credit, "credit"]]) {
      if (!part) continue;
      const { node, length } = paragraph(part, name, offset, start, end);
      body.append(node);
      offset += length + 1; // the line break between two parts of the article's text
    }
  }
  scroller.scrollTop = 0;
  const mark = body.querySelector("mark");
  if (mark) scroller.scrollTop = mark.getBoundingClientRect().top - scroller.getBoundingClientRect().top - scroller.clientHeight / 3;
}

function setOpen(open) {
  panel.hidden = !open;
  document.documentElement.toggleAttribute("data-article", open);
  // Where the panel covers the chat, the keyboard must not wander beneath it.
  const chat = document.querySelector("#column");
  if (chat) chat.inert = open && narrow.matches;
}

async function open({ id, start, end }) {
  const mine = ++request;
  setOpen(true);
  setState("loading");
  panel.querySelector(".article-close").focus({ preventScroll: true });
  try {
    const article = await server.get_article(id);
    if (mine !== request) return;
    if (article) draw(article, start, end);
    else setState("missing");
  } catch {
    if (mine === request) setState("failed");
  }
}

function close() {
  if (panel.hidden) return;
  request++;
  setOpen(false);
  if (target(location.hash)) history.replaceState(history.state, "", location.pathname + location.search);
  if (opener?.isConnected) opener.focus();
  else document.querySelector("#question textarea")?.focus();
  opener = null;
}

function follow() {
  const wanted = target(location.hash);
  if (wanted) open(wanted);
  else close();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a.cite");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return; // those open a tab of its own
  event.preventDefault();
  event.stopPropagation();
  opener = link;
  const hash = link.getAttribute("href");
  if (hash !== location.hash) history.pushState(history.state, "", hash);
  open(target(hash));
}, true);
document.addEventListener("keydown", (event) => {
  // An input method takes Escape for itself.
  if (event.key === "Escape" && !event.isComposing) close();
});
panel.querySelector(".article-close").addEventListener("click", close);
narrow.addEventListener("change", () => setOpen(!panel.hidden));
window.addEventListener("popstate", follow);
window.wenbaoLanguage.refresh();
follow();
