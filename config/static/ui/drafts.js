// Keeps what is being typed on this computer until it is saved, so that a lost session or a closed tab loses nothing.
(() => {
  const SENT = "minka-draft-sent";
  if (document.querySelector("[data-saved]")) {
    localStorage.removeItem(localStorage.getItem(SENT));
    localStorage.removeItem(SENT);
  }
  const form = document.querySelector("form[data-draft]");
  if (!form) return;
  const key = "minka-draft:" + location.pathname.replace(/^\/[a-z-]+\//, "/");
  const boxes = ["checkbox", "radio"];
  const fields = [...form.elements].filter((f) => f.name && !["file", "hidden", "password", "submit"].includes(f.type));
  const name = (f) => (boxes.includes(f.type) ? `${f.name}=${f.value}` : f.name);
  const read = (f) => (boxes.includes(f.type) ? f.checked : f.value);
  const put = (f, value) => (boxes.includes(f.type) ? (f.checked = value) : (f.value = value));
  const draft = new Map(JSON.parse(localStorage.getItem(key) || "[]"));
  const lost = fields.filter((f) => draft.has(name(f)) && draft.get(name(f)) !== read(f));
  const offer = form.querySelector("[data-draft-offer]");
  if (lost.length && offer) {
    offer.hidden = false;
    offer.querySelector("[data-restore]").addEventListener("click", () => {
      lost.forEach((f) => put(f, draft.get(name(f))));
      offer.hidden = true;
    });
    offer.querySelector("[data-forget]").addEventListener("click", () => {
      localStorage.removeItem(key);
      offer.hidden = true;
    });
  }
  form.addEventListener("input", () => localStorage.setItem(key, JSON.stringify(fields.map((f) => [name(f), read(f)]))));
  form.addEventListener("submit", () => localStorage.setItem(SENT, key));
})();
