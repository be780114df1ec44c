// A page that waits for the payment provider looks again by itself, and is only drawn anew when something has changed:
// nobody's place on the page, and no screen reader's sentence, is lost to a refresh.
const page = document.querySelector("[data-how]");

async function look() {
  if (!document.hidden) {
    try {
      const answer = await fetch(location.href);
      const how = /data-how="([a-z_]+)"/.exec(await answer.text())?.[1];
      if (how && how !== page.dataset.how) return location.reload();
    } catch {
      // No network at this moment; the next look may have one.
    }
  }
  return setTimeout(look, page.dataset.again * 1000);
}

if (page) setTimeout(look, page.dataset.again * 1000);
