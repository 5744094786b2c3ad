// Keeps what is being typed in this browser until it is saved, so that a lost session or a closed tab loses nothing.
// A draft belongs to one person, one form at one address and one opening of it: two people or two tabs never share one.
(() => {
  const owner = document.currentScript.dataset.owner;
  const SENT = "minka-draft-sent";
  const KEPT_FOR = 90 * 24 * 60 * 60 * 1000;
  const FILES = "names of chosen files";
  const TITLE = "title of the page";
  const BOXES = ["checkbox", "radio"];
  const plain = (path) => path.replace(/^\/[a-z-]+\//, "/");
  const keys = (start) => Object.keys(localStorage).filter((key) => key.startsWith(start));
  const begun = (key) => Number(key.split(":").pop().slice(0, 15));
  keys("minka-draft:").filter((key) => begun(key) < Date.now() - KEPT_FOR).forEach((key) => localStorage.removeItem(key));
  const told = document.querySelector("[data-drafts-kept]");
  if (told) {
    const wanted = plain(told.dataset.draftsKept.split("?")[0]);
    told.hidden = !keys("minka-draft:").some((key) => wanted.startsWith(key.split(":")[2].split("#")[0]));
  }

  // A second click while the first is on its way sends nothing.
  addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "yes";
    setTimeout(() => delete form.dataset.sent, 5000);
  });
  addEventListener("pageshow", (event) => event.persisted && [...document.forms].forEach((form) => delete form.dataset.sent));

  // Going back opens a page anew, with what was typed; it is the same opened form all the same, and is saved once.
  const once = document.querySelector("[name=source-once]");
  const wentBack = performance.getEntriesByType("navigation")[0]?.type === "back_forward";
  if (once && wentBack && history.state?.once) once.value = history.state.once;
  if (once) history.replaceState({ once: once.value }, "");
  if (!owner) return;

  const mine = `minka-draft:${owner}:`;
  // The start page names the forms that were begun here, the newest first.
  const begunHere = document.querySelector("[data-drafts]");
  if (begunHere) {
    const language = location.pathname.match(/^\/[a-z-]+/)[0];
    const newest = new Map(keys(mine).sort((one, other) => begun(one) - begun(other)).map((key) => [key.split(":")[2].split("#")[0], key]));
    for (const [path, key] of [...newest].reverse()) {
      const link = document.createElement("a");
      link.className = "tap";
      link.href = language + path;
      link.textContent = new Map(JSON.parse(localStorage.getItem(key) || "[]")).get(TITLE) || path;
      begunHere.querySelector("ul").appendChild(document.createElement("li")).append(link);
    }
    begunHere.hidden = !newest.size;
  }
  const signOut = document.querySelector('form[action$="/account/logout/"]');
  if (signOut) signOut.addEventListener("submit", () => keys(mine).forEach((key) => localStorage.removeItem(key)));

  // The marker is this tab's own. It names the draft of the form that was sent, and where it would be shown again.
  const forms = [...document.querySelectorAll("form[data-draft]")];
  const at = (form) => plain(form.dataset.draftAt || location.pathname);
  const here = forms.length ? at(forms[0]) : plain(location.pathname);
  const sent = JSON.parse(sessionStorage.getItem(SENT) || "null");
  sessionStorage.removeItem(SENT);
  const wentOn = sent && sent.untilSent && sent.path !== here && plain(new URL(document.referrer || "/", location).pathname) === sent.path;
  if (sent && (document.querySelector("[data-saved]") || wentOn)) localStorage.removeItem(sent.key);

  // A page with several forms names them, and the page on which a refused one is shown again.
  const keepDrafts = (form) => {
    const start = `${mine}${at(form)}${form.id ? `#${form.id}` : ""}:`;
    let key = start + Date.now().toString().padStart(15, "0") + Math.random().toString(36).slice(2);
    const fields = () => [...form.elements].filter((f) => f.name && !["file", "hidden", "password", "submit"].includes(f.type));
    const name = (f) => (BOXES.includes(f.type) ? `${f.name}=${f.value}` : f.name);
    const read = (f) => (BOXES.includes(f.type) ? f.checked : f.value);
    const put = (f, value) => (BOXES.includes(f.type) ? (f.checked = value) : (f.value = value));
    // Of a table only what differs from the record is kept, so that a restored draft takes nothing back that others saved since.
    // What a page that was sent shows of a draft beside the boxes goes on being kept.
    const ofTable = form.hasAttribute("data-grid");
    const first = (f) => f.dataset.first ?? (f.options ? ([...f.options].find((o) => o.defaultSelected) || f.options[0])?.value : f.defaultValue);
    const differs = (f) => read(f) !== (BOXES.includes(f.type) ? f.defaultChecked : first(f));
    let goingOn = new Map();
    const keeps = (f) => !ofTable || differs(f) || (!("first" in f.dataset) && goingOn.has(name(f)));
    const lost = (draft) => fields().filter((f) => draft.has(name(f)) && draft.get(name(f)) !== read(f));
    const files = () => [...form.querySelectorAll("[type=file]")].flatMap((f) => [...f.files].map((file) => file.name)).join(", ");
    const keep = () => {
      try {
        localStorage.setItem(key, JSON.stringify([...fields().filter(keeps).map((f) => [name(f), read(f)]), [FILES, files()], [TITLE, document.title.split(" – ")[0]]]));
      } catch {
        // The browser has no room for it, as for very many pasted rows.
      }
    };

    // The newest draft is offered first; forgetting it offers the one before. A refused form goes on with its own,
    // and so does one that came back with more filled in than was sent.
    const offer = form.querySelector("[data-draft-offer]");
    const waiting = keys(start).sort();
    let offered, draft;
    const next = () => {
      while ((offered = waiting.pop())) {
        draft = new Map(JSON.parse(localStorage.getItem(offered) || "[]"));
        const goesOn = sent && offered === sent.key;
        if (lost(draft).length && !(goesOn && form.dataset.draft === "goes-on")) break;
        if (goesOn) [key, goingOn] = [offered, draft];
      }
      offer.hidden = !offered;
      if (offered) form.closest("details")?.setAttribute("open", "");
    };
    if (offer) {
      next();
      offer.querySelector("[data-restore]").addEventListener("click", () => {
        const filled = lost(draft);
        for (const field of filled) {
          put(field, draft.get(name(field)));
          field.closest("details")?.setAttribute("open", "");
        }
        localStorage.removeItem(offered);
        form.dispatchEvent(new Event("input", { bubbles: true }));
        offer.hidden = true;
        const again = form.querySelector("[data-draft-files]");
        again.querySelector("b").textContent = draft.get(FILES);
        again.hidden = !draft.get(FILES);
        filled[0].focus();
      });
      offer.querySelector("[data-forget]").addEventListener("click", () => {
        localStorage.removeItem(offered);
        next();
      });
    }
    form.addEventListener("input", keep);
    form.addEventListener("submit", () =>
      sessionStorage.setItem(SENT, JSON.stringify({ key, path: at(form), untilSent: form.dataset.draft === "until-sent" })),
    );
  };
  forms.forEach(keepDrafts);
  addEventListener("pageshow", (event) => event.persisted && sessionStorage.removeItem(SENT));
})();
