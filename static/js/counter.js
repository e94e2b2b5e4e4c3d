// Says how many characters are left, politely and after a pause; never cuts what was typed or pasted.
for (const note of document.querySelectorAll("[data-counts]")) {
  const field = document.getElementById(note.dataset.counts);
  const limit = Number(note.dataset.limit);
  const seen = note.querySelector("[data-seen]");
  const spoken = note.querySelector("[data-spoken]");
  let timer;
  const words = () => {
    const left = limit - [...field.value].length;
    const [many, over] = [note.dataset.left, note.dataset.over];
    return (left < 0 ? over : many).replace("{n}", String(Math.abs(left)));
  };
  const tell = () => {
    seen.textContent = words();
    note.classList.toggle("is-over", [...field.value].length > limit);
    clearTimeout(timer);
    timer = setTimeout(() => { spoken.textContent = words(); }, 1000);
  };
  field.addEventListener("input", tell);
  if (field.value) tell();
}
