// A tablet in a client's hands: after a minute without a touch it asks, after a minute and a half it is blank.
const box = document.querySelector("[data-idle]");
const { stamp, here, blank } = box.dataset;
let touched = Date.now(), told = touched;

function touch() {
  touched = Date.now();
  box.hidden = true;
  if (touched - told < 20000) return;
  told = touched;
  fetch(here, { method: "POST", body: new URLSearchParams({ csrf_token: stamp }), redirect: "manual" }).catch(() => {});
}

for (const kind of ["pointerdown", "keydown", "scroll", "input"]) addEventListener(kind, touch, { passive: true });
addEventListener("pageshow", (event) => { if (event.persisted) location.replace(blank); });
setInterval(() => {
  const idle = Date.now() - touched;
  // Without network there is no blank page to go to: what is on the screen stays covered.
  if (idle >= 90000 && !("away" in box.dataset)) location.replace(blank);
  else if (idle >= 60000) box.hidden = false;
}, 500);
