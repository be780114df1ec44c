// Forms of support: names this sending, so that two clicks are one order; keeps the free field and its button
// together; says what covering the fee comes to. Everything works without it.
const form = document.querySelector("form[data-support]");
const button = form?.querySelector("button[type=submit]");

// The page is one file for everybody, so what tells this sending from others can only be made here.
function nameThisSending() {
  const field = form.elements.nonce;
  field.value ||= crypto.randomUUID?.() ?? String(Math.random()).slice(2);
}

function minorOf(text, places) {
  const plain = text.trim().replace(",", ".");
  return /^\d+(\.\d+)?$/.test(plain) ? Math.round(Number(plain) * 10 ** places) : 0;
}

function sayFee(output) {
  const { percent, fixed, places, currency } = output.dataset;
  const chosen = form.querySelector("input[name=choice]:checked");
  const own = chosen && form.querySelector(`[data-own="${CSS.escape(chosen.value)}"]`);
  const minor = chosen?.dataset.minor ? Number(chosen.dataset.minor) : own ? minorOf(own.value, Number(places)) : 0;
  output.hidden = !minor;
  // As Offer.fee_for counts: what has to be added for all of the amount to be left.
  const fee = Math.ceil((minor + Number(fixed)) / (1 - Number(percent) / 100) - 1e-9) - minor;
  const words = new Intl.NumberFormat(document.documentElement.lang, { style: "currency", currency });
  output.textContent = minor ? `(+ ${words.format(fee / 10 ** places)})` : "";
}

if (form) {
  nameThisSending();
  for (const own of form.querySelectorAll("[data-own]")) {
    const radio = form.querySelector(`input[name=choice][value="${CSS.escape(own.dataset.own)}"]`);
    own.addEventListener("input", () => {
      radio.checked ||= own.value.trim() !== "";
    });
    radio.addEventListener("change", () => own.focus());
  }
  // A button chosen after something was written: the written amount isn't meant any more.
  form.addEventListener("change", ({ target }) => {
    if (target.name !== "choice") return;
    for (const own of form.querySelectorAll("[data-own]")) {
      if (own.dataset.own !== target.value) own.value = "";
    }
  });
  const output = form.querySelector("[data-fee]");
  if (output) {
    form.addEventListener("input", () => sayFee(output));
    sayFee(output);
  }
  form.addEventListener("submit", () => {
    // After this turn, so that the form is sent with everything in it.
    setTimeout(() => { button.disabled = true; });
  });
  // Back from the payment page: the same form, to be sent again.
  addEventListener("pageshow", () => { button.disabled = false; });
  document.getElementById("problems")?.focus();
}
