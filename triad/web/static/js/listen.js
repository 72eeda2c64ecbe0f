// With scripts one plain button takes the place of the browser's player; one sound at a time.
let playing;

for (const one of document.querySelectorAll(".listen")) {
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
