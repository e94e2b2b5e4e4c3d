// While books are being read, fetches this page again and swaps the parts that change; a polite region says so.
// A part with `data-at-end` waits until it is not busy any more: nobody's table moves while they read it.
const busy = () => [...document.querySelectorAll("[data-live][data-busy]")];
const voice = document.getElementById("voice");

const swap = (part, page) => {
  const fresh = page.getElementById(part.id);
  if (!fresh) {
    delete part.dataset.busy; // read by now; its figures come with "Check again"
  } else if ("atEnd" in part.dataset && "busy" in fresh.dataset) {
    return;
  } else if (fresh.innerHTML !== part.innerHTML && !part.contains(document.activeElement)) {
    part.replaceWith(fresh);
    const said = fresh.querySelector("[data-say]");
    if (said && voice && voice.textContent !== said.textContent) voice.textContent = said.textContent;
  }
};

const again = async () => {
  const parts = busy();
  if (!parts.length || document.hidden) return;
  const answer = await fetch(parts[0].dataset.live, { headers: { accept: "text/html", "linkflow-unattended": "1" }, redirect: "error" }).catch(() => null);
  if (!answer || !answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of parts) swap(part, page);
};

const turn = async () => {
  await again();
  if (busy().length) setTimeout(turn, 4000);
};
if (busy().length) setTimeout(turn, 4000);
