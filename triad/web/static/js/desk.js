// Keys of the desk, as /keyboard lists them. What has a key says so itself: data-key="a", or "g b" for two in a row.
// Silent in fields; not loaded into life at all where the reader has switched them off.
(() => {
  const shell = document.querySelector("[data-keys]");
  if (!shell || shell.dataset.keys === "off") return;
  const SECOND = 1500;
  const seen = (one) => one.checkVisibility?.() ?? one.offsetParent;
  const all = (selector, within = document) => [...within.querySelectorAll(selector)].filter(seen);
  const tickOf = (row) => row?.querySelector("input[type=checkbox]:not(:disabled)");
  let here = null;
  let at = null;
  let ticked = null;
  let first = "";
  let since = 0;

  const rowNow = () => {
    const row = document.activeElement?.closest("tr");
    if (row) here = row;
    return here?.isConnected ? here : null;
  };
  const step = (by) => {
    const links = all(".rows .row-link, .board .slot");
    const active = document.activeElement;
    const now = links.indexOf(active?.matches(".board input") ? active.nextElementSibling : active);
    const near = now < 0 && rowNow() ? links.findIndex((link) => rowNow().contains(link)) : now;
    const next = links[near < 0 ? (by > 0 ? 0 : links.length - 1) : near + by];
    next?.focus();
    next?.closest("tr").scrollIntoView({ block: "nearest" });
    rowNow();
  };
  // On the board a line holds many sessions: the box stands before the one that was walked to.
  const boxNow = () => {
    const slot = document.activeElement?.closest(".board .slot, .board input");
    if (slot) at = slot;
    if (!at?.isConnected) return tickOf(rowNow());
    return at.matches("input") ? at : at.previousElementSibling?.matches("input") ? at.previousElementSibling : null;
  };
  const tick = (range) => {
    const box = boxNow();
    if (!box) return false;
    const board = box.closest(".board");
    const lines = board ? [] : all("tr", box.closest("tbody"));
    const boxes = board ? all("input[type=checkbox]", board) : lines.map(tickOf).filter(Boolean);
    const from = range && boxes.includes(ticked) ? boxes.indexOf(ticked) : boxes.indexOf(box);
    const [low, high] = [from, boxes.indexOf(box)].sort((a, b) => a - b);
    const on = range ? true : !box.checked;
    for (const one of boxes.slice(low, high + 1)) one.checked = on;
    ticked = box;
    return true;
  };
  // A link is followed, a folded part opens. A button or a field is only found: pressing it is another key.
  const act = (key) => {
    const wanted = `[data-key="${CSS.escape(key)}"]`;
    const row = rowNow();
    const inside = row && all(wanted, row)[0];
    // With rows selected it is about those, else about the one that is shown.
    const many = Boolean(document.querySelector("input[name=row]:checked"));
    const shown = all(wanted);
    const near = shown.find((one) => Boolean(one.closest(".steps")) === many);
    const found = inside || near || shown[0] || document.querySelector(wanted);
    if (!found) return false;
    const opens = row?.querySelector(".row-link");
    if (!inside && found.closest("#who") && opens && !row.matches("[aria-current]")) {
      // What stands beside the list is about another row: this one opens first.
      opens.click();
    } else if (found.matches("summary")) {
      found.parentElement.open = true;
      (found.parentElement.querySelector("input:not([type=hidden]), select, button") || found).focus();
    } else if (found.matches("a")) {
      found.click();
    } else {
      found.focus();
      found.scrollIntoView({ block: "nearest" });
    }
    return true;
  };
  const help = async () => {
    const link = document.querySelector('[data-key="?"]');
    if (!link || document.querySelector("dialog[open]")) return;
    try {
      const page = new DOMParser().parseFromString(await (await fetch(link.href)).text(), "text/html");
      const list = page.getElementById("keys-list");
      const sheet = document.createElement("dialog");
      const close = document.createElement("button");
      sheet.className = "keys-sheet";
      sheet.setAttribute("aria-label", link.textContent);
      close.className = "btn";
      close.textContent = list.dataset.close;
      close.addEventListener("click", () => sheet.close());
      sheet.append(document.adoptNode(list), close);
      sheet.addEventListener("close", () => sheet.remove());
      document.body.append(sheet);
      sheet.showModal();
    } catch {
      link.click();
    }
  };
  const moves = {
    j: () => step(1),
    k: () => step(-1),
    x: () => tick(false),
    X: () => tick(true),
    "/": () => document.getElementById("search")?.focus(),
    "?": help,
  };
  const SILENT = "input:not([type=checkbox], [type=radio]), select, textarea, [contenteditable], dialog";

  document.addEventListener("keydown", (event) => {
    // AltGr, which some keyboards need for a bracket, counts as Ctrl and Alt.
    const chord = (event.ctrlKey || event.altKey) && !event.getModifierState("AltGraph");
    if (event.defaultPrevented || event.isComposing || chord || event.metaKey || event.target.closest(SILENT)) return;
    // On keyboards of other scripts the place of the key counts.
    const latin = /^[ -~]$/.test(event.key);
    const letter = /^Key[A-Z]$/.test(event.code) ? event.code[3] : "";
    const key = latin ? event.key : event.shiftKey ? letter : letter.toLowerCase();
    if (!key) return;
    const both = first && event.timeStamp - since < SECOND ? `${first} ${key}` : "";
    first = key === "g" ? "g" : "";
    since = event.timeStamp;
    if (both ? act(both) : moves[key] ? moves[key]() !== false : key !== " " && act(key)) event.preventDefault();
  });
})();
