// Shows what only works with script: copying an amount or a reference.
for (const button of document.querySelectorAll("[data-copies]")) {
  if (!navigator.clipboard) break;
  const words = button.innerHTML;
  button.hidden = false;
  button.setAttribute("aria-live", "polite");
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(button.dataset.copies);
    } catch {
      return; // Refused by the browser; it can still be selected.
    }
    button.textContent = button.dataset.done;
    setTimeout(() => {
      button.innerHTML = words;
    }, 3000);
  });
}
