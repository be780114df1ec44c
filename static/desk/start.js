// Starts the desk's widgets from data in the page. Wagtail would write an inline script beside each of them;
// the desk's content security policy allows none, so that nothing pasted or uploaded can ever run there.

const MARK = "[data-desk-start]";

function start(mark) {
  const name = mark.dataset.deskStart;
  const starter = name.split(".").reduce((found, part) => found?.[part], window);
  const values = JSON.parse(mark.dataset.deskArguments);
  mark.remove();
  if (typeof starter !== "function") {
    console.error(`The desk knows no ${name}`);
  } else if (/^(create|init)/.test(name)) {
    starter(...values);
  } else {
    new starter(...values);
  }
}

function startAll(root) {
  if (root.matches?.(MARK)) start(root);
  root.querySelectorAll?.(MARK).forEach(start);
}

startAll(document);

// Rows added to a form, and dialogs.
new MutationObserver((changes) => {
  for (const change of changes) change.addedNodes.forEach(startAll);
}).observe(document.documentElement, { childList: true, subtree: true });
