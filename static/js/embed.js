// Loads a player from its host, but only after the reader asks for it.
function load(figure, button) {
  const frame = document.createElement("iframe");
  frame.src = figure.dataset.frame;
  frame.title = figure.dataset.title;
  frame.allow = "fullscreen; picture-in-picture; encrypted-media";
  frame.referrerPolicy = "strict-origin-when-cross-origin";
  if (figure.dataset.ratio.startsWith("4")) frame.className = "tall";
  figure.querySelector("img")?.remove();
  figure.querySelector(".note")?.remove();
  figure.prepend(frame);
  button.remove();
  frame.focus();
}

for (const figure of document.querySelectorAll("[data-frame]")) {
  const button = figure.querySelector("button");
  button.hidden = false;
  button.addEventListener("click", () => load(figure, button), { once: true });
}
