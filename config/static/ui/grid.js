// A table of boxes that is typed like a spreadsheet. Without this script Tab moves, and the buttons do the rest.
(() => {
  const form = document.querySelector("[data-grid]");
  if (!form) return;
  const table = form.querySelector("table.grid");
  const status = document.querySelector("[data-grid-status]");
  const words = form.dataset;
  const say = (text, values = {}) => {
    status.textContent = Object.entries(values).reduce((said, [name, value]) => said.replace(`%(${name})s`, value), text);
  };

  // Cells by line and column; a line in which nothing can be typed is none.
  const lines = () => [...table.tBodies[0].querySelectorAll("[data-line]")].filter((line) => line.querySelector("[data-column]"));
  const cells = (line) => [...line.querySelectorAll("[data-column]")];
  const figures = (line) => [...line.querySelectorAll("td [data-column]")];
  const lineOf = (cell) => cell.closest("[data-line]");
  const inColumn = (line, name) => line.querySelector(`[data-column="${name}"]`);

  // Lines that were added here or that a draft of this page holds; as many as the table has room for.
  const spare = form.elements.spare;
  const most = Number(table.dataset.most);
  const isFull = () => table.querySelectorAll("[data-line]").length >= most;
  const addLine = () => {
    const last = [...table.querySelectorAll("[data-new]")].pop();
    if (!last || isFull()) return null;
    const number = Number(spare.value) + 1;
    const line = last.cloneNode(true);
    const title = words.newLine.replace("%(number)s", number);
    const renamed = (text) => text.replace(/^new\d+/, `new${number}`);
    line.dataset.line = renamed(line.dataset.line);
    line.querySelectorAll(".wrong-cell").forEach((cell) => cell.classList.remove("wrong-cell"));
    cells(line).forEach((cell) => {
      cell.name = cell.id = renamed(cell.name);
      cell.value = "";
      cell.removeAttribute("aria-invalid");
      cell.removeAttribute("aria-describedby");
      cell.setAttribute("aria-label", title + cell.getAttribute("aria-label").slice(line.dataset.title.length));
    });
    line.dataset.title = title;
    const rest = line.querySelector("[data-rest]");
    if (rest) rest.textContent = "–";
    (last.nextElementSibling?.classList.contains("wrong-line") ? last.nextElementSibling : last).after(line);
    spare.value = number;
    return line;
  };
  const plain = (path) => path.replace(/^\/[a-z-]+\//, "/");
  const owner = document.querySelector("script[data-owner]")?.dataset.owner;
  const kept = (key) => {
    try {
      return JSON.parse(localStorage.getItem(key)) || [];
    } catch {
      return []; // somebody else wrote it
    }
  };
  const inDrafts = !owner ? [] : Object.keys(localStorage)
    .filter((key) => key.startsWith(`minka-draft:${owner}:`) && key.split(":")[2] === plain(location.pathname))
    .flatMap(kept)
    .filter(([name, value]) => /^new\d+-/.test(name) && value)
    .map(([name]) => Number(name.match(/\d+/)[0]));
  while (Number(spare.value) < Math.max(0, ...inDrafts) && addLine());

  // Figures as people write them: with a point or a comma, with marks between thousands. 12,500 can be read in two ways, where
  // figures have decimals, and is asked about when the table is sent.
  const read = (text, isCount) => {
    let figure = text.trim().replace(/^S\/\.?\s*/, "").replace(/(\d)[ \u00a0\u202f'’](?=\d{3}(?!\d))/g, "$1");
    if (!isCount && /^[1-9]\d{0,2}[.,]\d{3}$/.test(figure)) return null;
    if (/^[1-9]\d{0,2}(,\d{3})+(\.\d+)?$/.test(figure)) figure = figure.replaceAll(",", "");
    else if (/^[1-9]\d{0,2}(\.\d{3})+(,\d+)?$/.test(figure)) figure = figure.replaceAll(".", "").replace(",", ".");
    else figure = figure.replace(",", ".");
    return /^-?\d+(\.\d+)?$/.test(figure) ? Number(figure) : null;
  };
  const written = (value) => (Math.round(value * 100) / 100).toLocaleString("en", { maximumFractionDigits: 2 });
  const valueOf = (line, name) => {
    const cell = line.querySelector(`[data-column="${name}"]`) || line.querySelector(`[data-figure="${name}"]`);
    return cell ? read(cell.value ?? cell.dataset.value ?? "", cell.hasAttribute("data-count")) : null;
  };
  const currencyOf = (line) => (inColumn(line, "currency")?.value || line.dataset.currency || "").trim().toUpperCase();
  const unitOf = (line) => inColumn(line, "unit")?.value || line.dataset.unit || "";
  const isEmpty = (line) => ![...line.querySelectorAll("td [data-column], [data-figure]")].some((cell) => !["", "unknown"].includes((cell.value ?? cell.dataset.value).trim()));

  // Sums while one types, each currency by itself; those of a table with further lines are the page's own.
  const addUp = () => {
    const all = [...table.tBodies[0].querySelectorAll("[data-line]")].filter((line) => !isEmpty(line));
    if (!("further" in table.dataset)) table.querySelectorAll("[data-total]").forEach((total) => {
      const name = total.dataset.total;
      const sums = new Map();
      const units = new Set();
      let unknown = 0;
      for (const line of all) {
        const value = name === "rest" ? restOf(line) : valueOf(line, name);
        if (value === null) unknown += 1;
        else units.add(unitOf(line)) && sums.set(currencyOf(line), (sums.get(currencyOf(line)) || 0) + value);
      }
      if (!table.querySelector(`[data-number][data-column="${name}"]`) && name !== "rest") return;
      const texts = [...sums].map(([currency, value]) => (currency && sums.size > 1 ? `${currency} ${written(value)}` : written(value)));
      total.querySelector(".sum").textContent = "units" in total.dataset && units.size > 1 ? "" : texts.join("; ");
      total.querySelector("[data-unknown]").textContent = unknown && name !== "rest" ? words.without.replace("%(count)s", unknown) : "";
    });
    all.forEach((line) => {
      const rest = line.querySelector("[data-rest]");
      const value = restOf(line);
      if (rest) rest.textContent = value === null ? "–" : written(value);
    });
  };
  const restOf = (line) => {
    const [whole, part] = [valueOf(line, table.dataset.whole), valueOf(line, table.dataset.part)];
    return whole === null || part === null ? null : whole - part;
  };

  // What was changed can be taken back, as much at a time as came at once.
  let inside = null, began = "";
  const taken = [];
  const change = (pairs, text, values) => {
    const changed = pairs.filter(([cell, value]) => cell.value !== value).map(([cell, value]) => {
      const was = cell.value;
      cell.value = value;
      return [cell, was, cell.value];
    });
    if (changed.length) taken.push(changed);
    changed.forEach(([cell, , value]) => known.set(cell, value));
    began = document.activeElement.value;
    form.dispatchEvent(new Event("input", { bubbles: true }));
    if (text) say(text, { count: changed.length, ...values });
  };
  const takeBack = () => {
    const last = taken.pop();
    if (!last) return say(words.nothing);
    last.forEach(([cell, was]) => known.set(cell, (cell.value = was)));
    form.dispatchEvent(new Event("input", { bubbles: true }));
    go(last[0][0]);
  };
  const known = new Map();
  const note = (cell) => {
    if (!known.has(cell) || known.get(cell) === cell.value) return known.set(cell, cell.value);
    taken.push([[cell, known.get(cell), cell.value]]);
    known.set(cell, cell.value);
  };

  // Moving: a cell that is reached is chosen whole, so that typing replaces it; F2 or a second click types inside it.
  const go = (cell) => {
    if (!cell) return;
    cell.focus();
    cell.select?.();
  };
  const step = (cell, down, across) => {
    const line = lineOf(cell);
    if (across) {
      const there = cells(line);
      return go(there[there.indexOf(cell) + across]);
    }
    const all = lines();
    const next = all[all.indexOf(line) + down];
    if (next) return go(inColumn(next, cell.dataset.column) || figures(next)[0]);
    if (down < 0) return undefined;
    const own = cells(line);
    const name = own[own.indexOf(cell) + 1]?.dataset.column;
    return go(name && all.map((one) => inColumn(one, name)).find(Boolean));
  };
  table.addEventListener("focusin", (event) => {
    const cell = event.target.closest("[data-column]");
    if (!cell) return;
    began = cell.value;
    known.set(cell, cell.value);
    inside = null;
    cell.select?.();
    cell.closest("td, th").scrollIntoView({ block: "nearest", inline: "nearest" });
  });
  table.addEventListener("focusout", (event) => event.target.matches("[data-column]") && note(event.target));
  table.addEventListener("mousedown", (event) => {
    if (event.target === document.activeElement && event.target.matches("input[data-column]")) inside = event.target;
  });
  table.addEventListener("mouseup", (event) => {
    if (event.target.matches("input[data-column]") && inside !== event.target && document.activeElement === event.target) {
      event.preventDefault();
      event.target.select();
    }
  });

  const arrows = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
  const keys = {
    F2: (cell) => {
      inside = cell;
      cell.setSelectionRange?.(cell.value.length, cell.value.length);
    },
    Escape: (cell) => {
      change([[cell, began]]);
      inside = null;
      cell.select?.();
    },
    Enter: (cell, event) => {
      note(cell);
      step(cell, event.shiftKey ? -1 : 1, 0);
    },
  };
  const withControl = {
    d: (cell) => {
      const all = lines();
      const above = all[all.indexOf(lineOf(cell)) - 1];
      const copied = above && inColumn(above, cell.dataset.column);
      if (copied) change([[cell, copied.value]]);
    },
    z: (cell) => {
      note(cell);
      takeBack();
    },
  };
  table.addEventListener("keydown", (event) => {
    const cell = event.target.closest("[data-column]");
    if (!cell || event.isComposing || event.altKey) return;
    const control = event.ctrlKey || event.metaKey;
    const isChoice = cell.tagName === "SELECT" || cell.hasAttribute("list");
    if (control && event.key === "Enter") return;
    const arrow = !control && !event.shiftKey && inside !== cell && arrows[event.key];
    const upOrDown = arrow && arrow[0];
    const act =
      (arrow && !(isChoice && upOrDown) && (() => step(cell, ...arrow))) ||
      (control && !(inside === cell && event.key === "z") && withControl[event.key.toLowerCase()]) ||
      keys[event.key] ||
      (event.key === "?" && cell.hasAttribute("data-number") && (() => go(document.querySelector("#keys a, #keys h2"))));
    if (!act) return;
    event.preventDefault();
    act(cell, event);
  });
  addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey)) return;
    const key = event.key.toLowerCase();
    if (key === "enter" && form.contains(event.target)) {
      event.preventDefault();
      form.requestSubmit(form.querySelector("[name=do][value=save]"));
    } else if (key === "s") {
      event.preventDefault();
      form.dispatchEvent(new Event("input", { bubbles: true }));
      sayKept();
    }
  });

  // A block goes into the cells from where one is; what does not fit, or begins with names, goes into the box below.
  table.addEventListener("paste", (event) => {
    const cell = event.target.closest("[data-column]");
    const text = event.clipboardData?.getData("text/plain") || "";
    if (!cell || !/[\t\n]/.test(text.trimEnd())) return;
    event.preventDefault();
    const rows = text.replace(/\r/g, "").replace(/\n+$/, "").split("\n").map((row) => row.split("\t").map((one) => one.trim()));
    const all = lines();
    const at = all.indexOf(lineOf(cell));
    const from = (line) => cells(line).findIndex((one) => one.dataset.column === cell.dataset.column);
    const named = cell.hasAttribute("data-number") && rows.some((row) => row[0] && read(row[0]) === null && /\p{L}{3}/u.test(row[0]));
    while (!named && at + rows.length <= most && all.length < at + rows.length && all[at].hasAttribute("data-new")) {
      const added = addLine();
      if (!added) break;
      all.push(added);
    }
    const fits = !named && rows.length <= all.length - at && rows.every((row, number) => row.length <= cells(all[at + number]).length - from(all[at + number]));
    if (!fits) {
      const block = form.elements.block;
      block.value = text;
      say(words.below, { count: rows.length });
      block.dispatchEvent(new Event("input", { bubbles: true }));
      return go(block);
    }
    const pairs = rows.flatMap((row, number) => {
      const line = all[at + number];
      return row.map((value, place) => [cells(line)[from(line) + place], value]);
    });
    return change(pairs, words.pasted);
  });

  // What the buttons do elsewhere, at once.
  form.addEventListener("click", (event) => {
    const button = event.target.closest("button[name=do]");
    if (button?.value === "more") {
      event.preventDefault();
      const added = [1, 2, 3, 4, 5].map(addLine);
      if (added[0]) go(cells(added[0])[0]);
      if (added.includes(null)) say(words.full);
    }
    if (button?.value === "copy") {
      event.preventDefault();
      const empty = lines().flatMap(figures).filter((cell) => cell.dataset.was && ["", "unknown"].includes(cell.value.trim()));
      change(empty.map((cell) => [cell, cell.dataset.was]), words.filled);
    }
  });

  const sayKept = () => say(words.kept, { time: new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }) });
  form.addEventListener("input", (event) => {
    addUp();
    if (event.target.closest?.("table.grid")) sayKept();
  });
})();
