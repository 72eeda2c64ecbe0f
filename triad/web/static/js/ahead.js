// A clinic's tablet that loses the network: what is answered stays sealed in the memory of this page, and goes out once
// when the network is back. Nothing is written anywhere, so that nothing is left when the page is closed.
(() => {
  const note = () => document.querySelector("[data-ahead]");
  const idle = document.querySelector("[data-idle]");
  // Where the browser does not trust the page it seals nothing: then every step goes to the server, or nowhere.
  if (!note() || !idle || !window.isSecureContext || !crypto.subtle) return;

  const STEPS = ["answer", "step", "contact", "send"];
  const AGAIN = 5000, PATIENCE = 15000;
  const { stamp } = note().dataset;
  let ahead = null, tongue = "", done = new Set();
  let key = null, kept = [], batch = null;
  let away = false, busy = false, sending = false, finished = false, leaving = false, timer = 0;

  const parsed = (page) => new DOMParser().parseFromString(page, "text/html");
  const next = () => ahead.screens.find((one) => !done.has(one.name));

  async function lookAhead() {
    const here = note()?.dataset;
    if (!here || here.screen === "language" || tongue === document.documentElement.lang) return;
    try {
      const answer = await fetch(here.ahead);
      if (!answer.ok) return;
      ahead = await answer.json();
      tongue = document.documentElement.lang;
      done = new Set(ahead.done);
    } catch {
      // The next screen asks again.
    }
  }

  // null where nobody answers, or only somebody in between who cannot reach the house.
  async function post(url, fields) {
    try {
      const body = new URLSearchParams({ csrf_token: stamp, ...fields });
      const answer = await fetch(url, { method: "POST", body, signal: AbortSignal.timeout?.(PATIENCE) });
      return answer.status >= 500 ? null : { status: answer.status, url: answer.url, page: await answer.text() };
    } catch {
      return null;
    }
  }

  function show(drawn) {
    for (const name of ["lang", "dir"]) document.documentElement[name] = drawn.documentElement[name];
    document.title = drawn.title;
    const notice = drawn.querySelector("aside.draft");
    document.querySelector("aside.draft")?.remove();
    document.querySelector(".room").replaceWith(document.adoptNode(drawn.querySelector(".room")));
    if (notice) document.querySelector(".room").before(document.adoptNode(notice));
    const words = drawn.querySelector("[data-idle]");
    if (words) for (const name of ["p", "button"]) idle.querySelector(name).textContent = words.querySelector(name).textContent;
    tell();
    scrollTo(0, 0);
    const first = document.querySelector("main [autofocus]") ?? document.querySelector("main h1");
    if (first?.matches("h1")) first.tabIndex = -1;
    first?.focus({ preventScroll: true });
  }

  function tell() {
    if (note()) note().hidden = !away;
    // Another language would have to come from the house.
    const languages = document.querySelector("details:has([action$='/f/language'])");
    if (languages) languages.hidden = away;
    if (away) idle.dataset.away = "";
    else delete idle.dataset.away;
  }

  function complain(form) {
    if (form.querySelector(".field-error")) return;
    const line = document.createElement("p");
    line.className = "field-error";
    line.setAttribute("role", "alert");
    line.textContent = ahead.choose_one;
    form.querySelector(".cards").before(line);
    form.querySelector("input[type=radio]").focus();
  }

  async function seal(step) {
    key ??= await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
    const iv = crypto.getRandomValues(new Uint8Array(12));
    kept.push({ iv, box: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, new TextEncoder().encode(JSON.stringify(step))) });
  }

  async function unsealed({ iv, box }) {
    return JSON.parse(new TextDecoder().decode(await crypto.subtle.decrypt({ name: "AES-GCM", iv }, key, box)));
  }

  async function take(to, fields, form, button) {
    if (!away) {
      const answer = await post(form.action, fields);
      if (answer) return come(answer);
      if (!ahead || to === "language") {
        // The screens behind this one are not here yet: the same once more, as long as it is on the page.
        note().hidden = false;
        setTimeout(() => form.isConnected && form.requestSubmit(button), AGAIN);
        return;
      }
      away = true;
      tell();
    }
    // Not kept: what the house would refuse, and a language whose screens are not here.
    if (to === "language") return;
    const open = to === "answer" ? !(fields.answer || fields.missing) : fields.screen === "who_helped" && !fields.helped;
    if (open) return complain(form);
    await seal({ to, ...fields });
    if (to === "contact") {
      const asked = form.closest("details");
      const said = document.createElement("p");
      said.className = "hint";
      said.setAttribute("role", "status");
      said.textContent = `${form.dataset.said ?? asked.querySelector("summary").textContent} ✓`;
      asked.replaceWith(said);
    } else if (to === "send") {
      finished = true;
      show(parsed(ahead.kept));
    } else {
      done.add(fields.line ?? fields.screen);
      show(parsed(next().page));
    }
    send();
  }

  // An answer from the house while there is a network: the next screen, or whatever else has its own address.
  function come(answer) {
    const drawn = parsed(answer.page);
    if (!drawn.querySelector("[data-ahead]")) return location.replace(answer.url);
    show(drawn);
    const passed = ahead?.screens.findIndex((one) => one.name === note().dataset.screen) ?? -1;
    if (answer.status === 200) for (const one of ahead?.screens.slice(0, Math.max(0, passed)) ?? []) done.add(one.name);
    return lookAhead();
  }

  async function send() {
    if (sending || !away || !ahead) return;
    clearTimeout(timer);
    // Half a form is not tried while the browser itself knows of no network: it would go out in pieces.
    if (!navigator.onLine && !finished) {
      timer = setTimeout(send, AGAIN);
      return;
    }
    sending = true;
    // What is on its way stays as it is under its word, however often it is sent; what comes later waits.
    batch ??= { word: crypto.randomUUID(), steps: kept.splice(0) };
    const steps = JSON.stringify(await Promise.all(batch.steps.map(unsealed)));
    const answer = await post(ahead.send, { key: batch.word, steps });
    sending = false;
    if (!answer || answer.status === 409 || answer.status === 429) {
      timer = setTimeout(send, AGAIN);
      return;
    }
    batch = null;
    if (answer.status === 200 && kept.length) return send();
    arrived(answer);
  }

  function arrived({ status, page }) {
    const sent = finished;
    kept = [];
    key = null;
    away = finished = false;
    if (leaving) return location.replace(idle.dataset.blank);
    if (status === 410) show(parsed(ahead.gone));
    else if (status === 200 && !sent) tell();
    else if (status === 200 || status === 422) show(parsed(page));
    else location.reload();
    if (status !== 200) ahead = null, tongue = "";
    lookAhead();
  }

  document.addEventListener("submit", async (event) => {
    const form = event.target, to = new URL(form.action).pathname.split("/").pop();
    if (!STEPS.includes(to) && !form.action.endsWith("/f/language")) return;
    event.preventDefault();
    if (busy) return;
    busy = true;
    const fields = Object.fromEntries(new FormData(form));
    if (event.submitter?.name) fields[event.submitter.name] = event.submitter.value;
    delete fields.csrf_token;
    try {
      await take(to, fields, form, event.submitter);
    } finally {
      busy = false;
    }
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest(".room a");
    if (!link || !away || !ahead) return;
    event.preventDefault();
    if (link.matches(".exit")) {
      leaving = true;
      document.querySelector(".room").replaceChildren();
      return;
    }
    const place = /\/at\/(\d+)$/.exec(link.pathname);
    const one = place ? ahead.screens[place[1] - 2] : next();
    if (one) show(parsed(one.page));
  });
  addEventListener("offline", () => {
    away = away || Boolean(ahead);
    tell();
  });
  addEventListener("online", send);
  addEventListener("beforeunload", (event) => {
    if (kept.length || batch?.steps.length) event.preventDefault();
  });
  lookAhead();
})();
