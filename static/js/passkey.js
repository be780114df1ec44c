/* Passkeys: asks the browser for one and posts what it answers. Without it the code by mail works as well. */

const bytes = (text) => {
  const plain = text.replace(/-/g, "+").replace(/_/g, "/");
  return Uint8Array.from(atob(plain), (letter) => letter.charCodeAt(0));
};

const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const named = (list) => (list ?? []).map((one) => ({ ...one, id: bytes(one.id) }));

function written(credential) {
  const { response } = credential;
  const said = { clientDataJSON: text(response.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (response[name]) said[name] = text(response[name]);
  }
  return JSON.stringify({
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    response: said,
    clientExtensionResults: credential.getClientExtensionResults(),
  });
}

async function made() {
  const { publicKey } = JSON.parse(document.getElementById("passkey-options").textContent);
  return navigator.credentials.create({
    publicKey: {
      ...publicKey,
      challenge: bytes(publicKey.challenge),
      user: { ...publicKey.user, id: bytes(publicKey.user.id) },
      excludeCredentials: named(publicKey.excludeCredentials),
    },
  });
}

async function shown(form) {
  const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
  const { request_options: { publicKey } } = await answer.json();
  return navigator.credentials.get({
    publicKey: {
      ...publicKey,
      challenge: bytes(publicKey.challenge),
      allowCredentials: named(publicKey.allowCredentials),
    },
  });
}

const forms = window.PublicKeyCredential ? document.querySelectorAll("[data-passkey]") : [];
for (const form of forms) {
  document.querySelector("[data-no-passkeys]")?.setAttribute("hidden", "");
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const problem = form.querySelector(".problem");
    problem.hidden = true;
    try {
      const credential = await (form.dataset.passkey === "add" ? made() : shown(form));
      form.elements.credential.value = written(credential);
      form.submit();
    } catch {
      problem.hidden = false;
    }
  });
}
