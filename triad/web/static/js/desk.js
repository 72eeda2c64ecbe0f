// Keys of the desk: j and k walk the rows, / searches, ? shows the keys. Silent in fields; can be switched off.
(() => {
  const keys = document.getElementById("keys");
  const on = document.getElementById("keys-on");
  const search = document.getElementById("search");
  if (!keys || !on) return;
  keys.hidden = false;

  // Storage may be forbidden by the browser; the keys then simply start switched on.
  const stored = (verb, ...words) => {
    try {
      return localStorage[verb](...words);
    } catch {
      return null;
    }
  };
  on.checked = stored("getItem", "desk-keys") !== "off";
  on.addEventListener("change", () => stored("setItem", "desk-keys", on.checked ? "on" : "off"));

  const step = (by) => {
    const links = [...document.querySelectorAll(".rows .row-link")].filter((link) => link.offsetParent);
    const here = links.indexOf(document.activeElement);
    const next = links[here < 0 ? (by > 0 ? 0 : links.length - 1) : here + by];
    next?.focus();
    next?.closest("tr").scrollIntoView({ block: "nearest" });
  };
  const moves = {
    j: () => step(1),
    k: () => step(-1),
    "/": () => search?.focus(),
    "?": () => {
      keys.open = !keys.open;
      keys.querySelector("summary").focus();
    },
  };
  document.addEventListener("keydown", (event) => {
    const inField = event.target.closest("input, select, textarea, [contenteditable]");
    if (!on.checked || inField || event.ctrlKey || event.metaKey || event.altKey || !moves[event.key]) return;
    event.preventDefault();
    moves[event.key]();
  });
})();
