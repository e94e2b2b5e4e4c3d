// A second press of the same button within a few seconds is not sent; the server is guarded all the same.
let pressed = new WeakMap();
document.addEventListener("submit", (event) => {
  const last = pressed.get(event.submitter ?? event.target) ?? 0;
  if (Date.now() - last < 3000) event.preventDefault();
  else pressed.set(event.submitter ?? event.target, Date.now());
});
addEventListener("pageshow", (event) => {
  if (event.persisted) pressed = new WeakMap();
});
