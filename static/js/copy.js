// Copies the address beside the button; the button stays hidden where the browser cannot.
for (const button of document.querySelectorAll("[data-copies]")) {
  if (!navigator.clipboard) continue;
  const source = document.getElementById(button.dataset.copies);
  const said = document.getElementById(button.dataset.said);
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(source.value ?? source.textContent).catch(() => source.select?.());
    said.textContent = button.dataset.done;
  });
}
