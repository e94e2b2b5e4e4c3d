// While books are being read, fetches this page again and swaps the part that changes; a polite region says so.
const busy = () => document.querySelector("[data-live][data-busy]");
const again = async () => {
  const part = busy();
  if (!part || document.hidden) return;
  const answer = await fetch(part.dataset.live, { headers: { accept: "text/html" } }).catch(() => null);
  if (!answer || !answer.ok || answer.redirected) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById(part.id);
  if (!fresh || fresh.innerHTML === part.innerHTML || part.contains(document.activeElement)) return;
  part.replaceWith(fresh);
  const say = fresh.querySelector("[data-say]");
  const voice = document.getElementById("voice");
  if (say && voice && voice.textContent !== say.textContent) voice.textContent = say.textContent;
};
const turn = async () => {
  await again();
  if (busy()) setTimeout(turn, 4000);
};
if (busy()) setTimeout(turn, 4000);
