// With scripts one plain button takes the place of the browser's player; one sound at a time.
let playing;

function dress(one) {
  const sound = one.querySelector("audio"), button = one.querySelector("button");
  sound.controls = false;
  button.hidden = false;
  button.addEventListener("click", () => {
    if (!sound.paused) return sound.pause();
    if (playing !== sound) playing?.pause();
    playing = sound;
    sound.currentTime = 0;
    // A sound that does not come is no reason to stop: the words are there.
    sound.play().catch(() => {});
  });
  const tell = () => button.setAttribute("aria-pressed", String(!sound.paused && !sound.ended));
  for (const kind of ["play", "pause", "ended", "error"]) sound.addEventListener(kind, tell);
}

// Screens that come without a page of their own bring sounds too, and end the one of the screen before.
new MutationObserver((changes) => {
  const added = changes.flatMap((one) => [...one.addedNodes]).filter((one) => one.matches?.(".room"));
  if (added.length) playing?.pause();
  for (const screen of added) screen.querySelectorAll(".listen").forEach(dress);
}).observe(document.body, { childList: true });

document.querySelectorAll(".listen").forEach(dress);
