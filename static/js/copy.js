// Copies the text beside the button; the button stays hidden where the browser cannot. What was refused is selected.
const select = (source) => (source.select ? source.select() : getSelection().selectAllChildren(source));

for (const button of document.querySelectorAll("[data-copies]")) {
  if (!navigator.clipboard) continue;
  const source = document.getElementById(button.dataset.copies);
  const said = document.getElementById(button.dataset.said);
  const glyph = button.querySelector("use");
  const look = glyph?.getAttribute("href");
  button.hidden = false;
  button.addEventListener("click", async () => {
    const copied = navigator.clipboard.writeText(source.value ?? source.textContent);
    const done = await copied.then(() => true, () => false);
    if (!done) select(source);
    said.textContent = done ? button.dataset.done : button.dataset.refused;
    glyph?.setAttribute("href", done ? look.replace(/#.*/, "#check") : look);
    setTimeout(() => glyph?.setAttribute("href", look), 4000);
  });
}
