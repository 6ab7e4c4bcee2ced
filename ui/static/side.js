// The side panel: opened by the button in the masthead, closed by Escape or its own button.
(() => {
  const wenbao = (window.wenbao ??= {});
  const menu = () => document.querySelector("#menu");
  let side = null;

  function setOpen(open) {
    side.hidden = !open;
    document.documentElement.toggleAttribute("data-side", open);
    menu().setAttribute("aria-expanded", String(open));
    if (open) side.querySelector("a, button").focus();
    else menu().focus();
  }

  document.addEventListener("click", (event) => {
    if (!side) return;
    if (event.target.closest?.("#menu")) setOpen(side.hidden);
    else if (event.target.closest?.(".side-close")) setOpen(false);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented && side && !side.hidden && side.contains(document.activeElement)) setOpen(false);
  });

  wenbao.mountSide = (element) => {
    side = element.querySelector("#side");
    wenbao.language.refresh(element);
    wenbao.mountFilters(side);
    wenbao.mountHistory(side);
    wenbao.mountUploads(side);
  };
})();
