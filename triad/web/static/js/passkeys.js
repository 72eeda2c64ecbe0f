// Asks the device for a passkey and sends the form around it. The page says what to ask; nothing is kept here.
(() => {
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const listed = (keys) => (keys || []).map((key) => ({ ...key, id: bytes(key.id) }));

  // Newer browsers do this by themselves (toJSON, parse…FromJSON); these few lines work in all that know passkeys.
  const asked = (options) => ({
    ...options,
    challenge: bytes(options.challenge),
    ...(options.user ? { user: { ...options.user, id: bytes(options.user.id) } } : {}),
    ...(options.allowCredentials ? { allowCredentials: listed(options.allowCredentials) } : {}),
    ...(options.excludeCredentials ? { excludeCredentials: listed(options.excludeCredentials) } : {}),
  });
  const PARTS = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
  const said = (key) => {
    const parts = PARTS.filter((name) => key.response[name]).map((name) => [name, text(key.response[name])]);
    const response = Object.fromEntries(parts);
    return { id: key.id, rawId: text(key.rawId), type: key.type, response, clientExtensionResults: {} };
  };

  for (const place of document.querySelectorAll("[data-passkey]")) {
    const show = (name) => {
      for (const one of ["failed", "numbers"]) place.querySelector(`[data-${one}]`).hidden = one !== name;
    };
    if (!window.PublicKeyCredential) continue;
    const button = place.querySelector("button");
    const field = place.querySelector("input[type=hidden]");
    const publicKey = asked(JSON.parse(place.dataset.ask));
    place.querySelector("[data-without]").hidden = true;
    button.hidden = false;
    if (/^[\d.]+$|^\[/.test(location.hostname)) {
      show("numbers");
      button.disabled = true;
      continue;
    }
    const ask = async (quietly) => {
      show("");
      button.disabled = true;
      try {
        const key = await navigator.credentials[place.dataset.passkey]({ publicKey });
        field.value = JSON.stringify(said(key));
        place.closest("form").submit();
      } catch {
        if (!quietly) show("failed");
        button.disabled = false;
      }
    };
    button.addEventListener("click", () => {
      // A new key wants its name first; an old one stands in for whatever else the form would ask.
      const making = place.dataset.passkey === "create";
      if (!making || place.closest("form").reportValidity()) ask(false);
    });
    // Where the browser wants a click first, the button is there.
    if ("atOnce" in place.dataset) ask(true);
  }
})();
