// Narrows the list of software while typing; Enter still searches on the server, as it does without this file.
const field = document.querySelector("[data-filters]");
const rows = [...document.querySelectorAll("[data-words]")];
const count = document.getElementById("found");
const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
let timer;
const narrow = () => {
  const words = plain(field.value).split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const row of rows) {
    const fits = words.every((word) => plain(row.dataset.words).includes(word));
    row.hidden = !fits;
    shown += fits;
  }
  for (const group of document.querySelectorAll("[data-group]")) {
    group.hidden = !group.querySelector("[data-words]:not([hidden])");
  }
  document.getElementById("none-found").hidden = shown > 0;
  clearTimeout(timer);
  timer = setTimeout(() => { count.textContent = count.dataset.found.replace("{n}", String(shown)); }, 800);
};
if (field && rows.length) field.addEventListener("input", narrow);
