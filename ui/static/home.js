// The empty chat: what the archive holds, a picture of its months, and questions that it answers.
(() => {
  const wenbao = (window.wenbao ??= {});
  const { make } = wenbao;
  const SVG = "http://www.w3.org/2000/svg";
  const [WIDTH, HEIGHT, MOST_BARS] = [640, 64, 160];
  let archive = null;

  function shape(name, attributes) {
    const node = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    return node;
  }

  // Every month from the first to the last, those without an article too; years where months are too many.
  function bars(months) {
    const counts = new Map(months);
    const [[first], [last]] = [months[0], months.at(-1)];
    const all = [];
    for (let [year, month] = first.split("-").map(Number); ; ) {
      const name = `${year}-${String(month).padStart(2, "0")}`;
      all.push([name, counts.get(name) ?? 0]);
      if (name >= last) break;
      [year, month] = month === 12 ? [year + 1, 1] : [year, month + 1];
    }
    if (all.length <= MOST_BARS) return all;
    const years = new Map();
    for (const [name, count] of all) years.set(name.slice(0, 4), (years.get(name.slice(0, 4)) ?? 0) + count);
    return [...years];
  }

  function drawTimeline(figure, months) {
    if (!months.length) return;
    const all = bars(months);
    const highest = Math.max(...all.map(([, count]) => count));
    const picture = shape("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true" });
    const step = WIDTH / all.length;
    all.forEach(([name, count], place) => {
      const height = count ? Math.max((HEIGHT * count) / highest, 2) : 0;
      const bar = shape("rect", { x: place * step, y: HEIGHT - height, width: Math.min(Math.max(step * 0.7, 1), 26), height });
      const title = shape("title", {});
      title.textContent = `${name}: ${count}`;
      bar.append(title);
      picture.append(bar);
    });
    const ends = make("figcaption");
    ends.append(make("span", "", all[0][0]), make("span", "", all.at(-1)[0]));
    figure.replaceChildren(picture, ends);
  }

  function drawHoldings(place) {
    const parts = [make("span", "word articles-held", archive.articles.toLocaleString()),
      make("span", "word newspapers-held", archive.newspapers.length.toLocaleString())];
    if (archive.first) parts.push(make("span", "days-held", `${archive.first} – ${archive.last}`));
    place.replaceChildren(...parts);
  }

  async function drawExamples(place) {
    const { questions } = await (await wenbao.fetch("/api/examples")).json();
    place.replaceChildren(...questions.map((question) => wenbao.button("ask-this", null, question)));
    place.closest(".home").toggleAttribute("data-without-examples", !questions.length);
  }

  // What the archive holds, asked for once; again when it has changed.
  wenbao.archive = async (anew = false) => {
    if (!archive || anew) archive = (await wenbao.fetch("/api/archive")).json();
    archive = await archive;
    document.documentElement.toggleAttribute("data-feedback", archive.feedback);
    return archive;
  };

  wenbao.mountHome = async (element) => {
    wenbao.language.refresh(element);
    const draw = async (anew) => {
      await wenbao.archive(anew);
      drawHoldings(element.querySelector(".holdings"));
      drawTimeline(element.querySelector(".timeline"), archive.months);
      await drawExamples(element.querySelector(".examples"));
    };
    wenbao.redrawHome = () => draw(true);
    await draw(false);
  };
})();
