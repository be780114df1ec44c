// Shows what only works with script: the device's own share sheet, and copying the link.
const address = document.querySelector('link[rel="canonical"]')?.href ?? location.href;

function reveal(button, act) {
  button.closest("li").hidden = false;
  button.addEventListener("click", act);
}

const share = document.querySelector("[data-share]");
if (share && navigator.share) {
  reveal(share, () => {
    // A reader who closes the sheet has done nothing wrong.
    navigator.share({ title: document.querySelector("h1").textContent.trim(), url: address }).catch(() => {});
  });
}

const copy = document.querySelector("[data-copy]");
if (copy && navigator.clipboard) {
  const said = copy.textContent;
  copy.setAttribute("aria-live", "polite");
  reveal(copy, async () => {
    try {
      await navigator.clipboard.writeText(address);
    } catch {
      return; // Refused by the browser; the address bar still has it.
    }
    copy.textContent = copy.dataset.done;
    setTimeout(() => {
      copy.textContent = said;
    }, 3000);
  });
}
