// What the archive is narrowed down to: paper, section and days. The form in the side panel is the state.
(() => {
  const wenbao = (window.wenbao ??= {});
  const { make } = wenbao;
  const NAMES = ["source", "section", "date_from", "date_to"];
  let form = null;

  function current() {
    const fields = form ? Object.fromEntries(new FormData(form)) : {};
    return Object.fromEntries(NAMES.map((name) => [name, fields[name] || null]));
  }

  // The filters that are on, above the question box; a click takes one off.
  function show() {
    const place = document.querySelector("#filters-on");
    if (!place) return;
    const chosen = Object.entries(current()).filter(([, value]) => value);
    place.replaceChildren(...chosen.map(([name, value]) => wenbao.button(`word filter-on on-${name}`, () => {
      form.elements[name].value = "";
      show();
    }, value)));
  }

  function fill(select, names) {
    select.closest("label").hidden = !names.length;
    select.append(...names.map(([name, count]) => {
      const option = make("option", "", `${name}（${count.toLocaleString()}）`);
      option.value = name;
      return option;
    }));
  }

  wenbao.filters = { current };
  wenbao.mountFilters = async (side) => {
    form = side.querySelector(".filters");
    form.addEventListener("change", show);
    form.addEventListener("reset", () => setTimeout(show));
    form.addEventListener("submit", (event) => event.preventDefault());
    const { newspapers, sections, first, last } = await wenbao.archive();
    fill(form.elements.source, newspapers);
    fill(form.elements.section, sections);
    for (const name of ["date_from", "date_to"]) {
      Object.assign(form.elements[name], { min: first ?? "", max: last ?? "" });
    }
  };
})();
