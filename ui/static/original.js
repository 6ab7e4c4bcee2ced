// The page as it was printed: the raw lines of its file, or the picture of a PDF page, the quote in it marked.
(() => {
  const wenbao = (window.wenbao ??= {});
  const { make } = wenbao;

  function head({ file, page }) {
    const line = make("p", "file", file.split("/").pop());
    line.title = file;
    if (page) line.append(make("span", "page", page));
    return line;
  }

  function drawLines({ lines }) {
    const list = make("ol", "raw-lines");
    for (const { number, article, pieces } of lines) {
      const line = make("li", article ? "of-article" : "");
      line.value = number;
      for (const [text, quoted] of pieces) line.append(make(quoted ? "mark" : "span", "", text));
      list.append(line);
    }
    return list;
  }

  function drawPicture({ picture, boxes }, drawn) {
    const frame = make("figure", "page-picture");
    const image = make("img");
    image.src = picture;
    image.addEventListener("load", drawn);
    image.dataset.zh = "这一版的图片";
    image.dataset.en = "Picture of the page";
    frame.append(image);
    for (const [left, top, right, bottom] of boxes) {
      const box = make("mark");
      box.style.cssText = `left:${100 * left}%;top:${100 * top}%;width:${100 * (right - left)}%;height:${100 * (bottom - top)}%`;
      frame.append(box);
    }
    wenbao.language.refresh(frame);
    return frame;
  }

  wenbao.original = {
    async get({ id, start, end }) {
      const response = await wenbao.fetch(`/api/articles/${encodeURIComponent(id)}/original?start=${start || 0}&end=${end || 0}`);
      return response.json();
    },
    draw(original, drawn) {
      const parts = [head(original)];
      if (original.lines) parts.push(drawLines(original));
      if (original.picture) parts.push(drawPicture(original, drawn));
      if (original.note) parts.push(make("p", `word original-note note-${original.note}`));
      return parts;
    },
  };
})();
