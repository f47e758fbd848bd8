// What makes the pages quicker to work in. Every page works without it; nothing is kept but what was typed, in this tab.
//
// Goes in: attributes in the page. data-upload (form) · data-drop · data-filter="table id" (form) · data-sort (th) · data-rows (table) ·
// data-tick-all (box) · data-ticked (place for the count) · data-poll="url" data-every="5" (region with an id) · data-confirm="question?"
// (button) · data-copy="#id" (button) · data-keep="key", data-answered (form) · data-leave (form that signs out) · data-focus · data-order (list of orders) · data-without-script ·
// .only-script. Comes out: the same page, quicker. Guaranteed: no inline style, no eval, nothing sent but by the forms in the page.
"use strict";

const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const make = (tag, props = {}, ...inside) => {
  const it = Object.assign(document.createElement(tag), props);
  it.append(...inside);
  return it;
};

/** Says something to those who do not see the page change. */
function say(text) {
  let place = document.getElementById("sagt");
  if (!place) document.body.append((place = make("p", { id: "sagt", className: "unseen" })));
  place.setAttribute("role", "status");
  place.textContent = "";
  setTimeout(() => (place.textContent = text), 60);
}

/** Sets everything up in a part of the page: the whole at start, and each part that is replaced later. */
function enhance(root) {
  all("[data-without-script]", root).forEach((it) => {
    it.hidden = true;
    // What nobody sees must not choose either: a filter would look for it in every row.
    all("select, input", it).forEach((field) => (field.disabled = true));
  });
  all(".only-script", root).forEach((it) => (it.hidden = false));
  // With script the headings of the table sort, where they are seen.
  all("[data-order]", root).forEach((it) => it.classList.add("only-narrow"));
  all("[data-copy]", root).forEach(copyButton);
  all("[data-drop]", root).forEach(dropZone);
  all("form[data-upload]", root).forEach(uploadForm);
  all("form[data-keep]", root).forEach(keep);
  all("th[data-sort]", root).forEach(sortable);
  all("form[data-filter]", root).forEach(filterForm);
  all("[data-rows]", root).forEach(rowKeys);
  all("[data-tick-all]", root).forEach(tickAll);
  all("[data-poll]", root).forEach(poll);
}

// ------------------------------------------------------------------------------------------------ files

function size(bytes) {
  const [number, unit] = bytes < 1e6 ? [Math.max(1, Math.round(bytes / 1e3)), "kB"] : [(bytes / 1e6).toFixed(1).replace(".", ","), "MB"];
  return `${number} ${unit}`;
}

function dropZone(zone) {
  const input = zone.querySelector("input[type=file]");
  const chosen = zone.querySelector("[data-chosen]");
  // The browser's own button speaks the computer's language. Ours speaks the page's; the field keeps keyboard and name.
  input.classList.add("clipped");
  input.after(make("label", { htmlFor: input.id, className: "button secondary", textContent: input.multiple ? "Välj filer" : "Välj fil" }));
  const show = () => {
    const files = [...input.files];
    chosen.hidden = files.length === 0;
    chosen.replaceChildren(...files.map((it) => make("li", { textContent: `${it.name}, ${size(it.size)}` })));
  };
  const over = (on) => (event) => {
    event.preventDefault();
    zone.classList.toggle("over", on);
  };
  zone.addEventListener("dragenter", over(true));
  zone.addEventListener("dragover", over(true));
  zone.addEventListener("dragleave", over(false));
  zone.addEventListener("drop", (event) => {
    over(false)(event);
    const files = event.dataTransfer.files;
    if (!files.length) return;
    if (files.length > 1 && !input.multiple) return say("Välj en fil i taget.");
    input.files = files;
    show();
    say(files.length === 1 ? `Vald fil: ${files[0].name}` : `${files.length} filer valda`);
  });
  input.addEventListener("change", show);
}

/** Sends with progress, then shows the page that the server answers with: the answer, or the form with what was wrong. */
function uploadForm(form) {
  form.addEventListener("submit", (event) => {
    const place = form.querySelector("[data-progress]");
    if (!place || form.dataset.sending) return;
    event.preventDefault();
    form.dataset.sending = "1";
    const bar = place.querySelector("progress");
    const words = place.querySelector("[role=status]");
    const button = event.submitter ?? form.querySelector("button:not([type=button])");
    const request = new XMLHttpRequest();
    const data = new FormData(form);
    if (button?.name) data.append(button.name, button.value);
    const stop = make("button", { type: "button", className: "button quiet small", textContent: "Avbryt" });
    stop.addEventListener("click", () => request.abort());
    place.append(stop);
    place.hidden = false;
    button?.setAttribute("aria-disabled", "true");
    let told = "";
    const tell = (text) => text !== told && (words.textContent = told = text);
    const over = (text) => {
      delete form.dataset.sending;
      stop.remove();
      button?.removeAttribute("aria-disabled");
      bar.value = 0;
      tell(text);
    };
    tell("Filen skickas.");
    request.upload.addEventListener("progress", (it) => {
      if (!it.lengthComputable) return;
      const percent = Math.floor((it.loaded / it.total) * 100);
      bar.value = percent;
      tell(percent < 100 ? `${Math.floor(percent / 10) * 10} procent har skickats.` : "Filen är framme och läses.");
    });
    request.addEventListener("abort", () => over("Du avbröt. Ingenting har lämnats in."));
    request.addEventListener("error", () => over("Det gick inte att nå tjänsten. Vet du inte om filen kom fram, ladda om sidan och se efter. Försök sedan igen."));
    request.addEventListener("load", () => {
      over("");
      if (/html/.test(request.getResponseHeader("content-type") ?? "")) return swap(request.responseText, request.responseURL);
      over(request.status === 413 ? "Filen är för stor." : "Något gick fel. Försök igen om en stund.");
    });
    request.open("POST", form.action);
    request.send(data);
  });
}

/** Puts a fetched page in place of this one. The server marks a message as shown when it sends it, so we do not fetch twice. */
function swap(html, address) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const main = page.querySelector("main");
  if (!main) return location.assign(address);
  if (address !== location.href) history.pushState({ swapped: true }, "", address);
  document.title = page.title;
  document.body.className = page.body.className;
  document.querySelector("main").replaceWith(document.adoptNode(main));
  enhance(main);
  const first = main.querySelector("[data-focus], .message.fel, h1");
  first?.setAttribute("tabindex", "-1");
  first?.focus();
  scrollTo(0, 0);
}
addEventListener("popstate", () => location.reload());

// ----------------------------------------------------------------------------------------------- tables

const swedish = new Intl.Collator("sv", { numeric: true, sensitivity: "base" });

function sortable(head) {
  const table = head.closest("table");
  const button = make("button", { type: "button" }, ...head.childNodes);
  head.replaceChildren(button);
  const kind = head.dataset.sort;
  button.addEventListener("click", () => {
    const up = head.getAttribute("aria-sort") !== "ascending";
    all("th[aria-sort]", table).forEach((it) => it.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", up ? "ascending" : "descending");
    order(table, head.cellIndex, kind, up);
    say(`Sorterat efter ${button.textContent.trim().toLowerCase()}, ${up ? "stigande" : "fallande"}.`);
  });
}

function order(table, column, kind, up) {
  const value = (row) => row.cells[column]?.dataset.value ?? row.cells[column]?.textContent.trim() ?? "";
  const number = (text) => (text === "" || text === "–" ? -Infinity : Number(text.replace(/[\s\u00a0]/g, "").replace(",", ".").replace("−", "-")));
  const compare = kind === "number" ? (a, b) => number(value(a)) - number(value(b)) || 0 : (a, b) => swedish.compare(value(a), value(b));
  for (const body of table.tBodies) body.append(...[...body.rows].sort((a, b) => (up ? compare(a, b) : compare(b, a))));
}

/** The field of a filter that says in which order the rows stand. */
const ORDER = "sortera";

function filterForm(form) {
  const count = form.querySelector("[data-count]");
  const apply = () => {
    const table = document.getElementById(form.dataset.filter);
    if (!table) return;
    const chosen = [...new FormData(form)].filter(([name, value]) => value.trim() !== "" && !(name === ORDER && form.elements[ORDER].selectedIndex === 0));
    const wanted = chosen.filter(([name]) => name !== ORDER);
    const rows = [...table.tBodies].flatMap((it) => [...it.rows]);
    for (const row of rows) {
      const text = row.textContent.toLowerCase();
      row.hidden = !wanted.every(([name, value]) =>
        name === "q" ? value.toLowerCase().trim().split(/\s+/).every((word) => text.includes(word)) : (row.dataset[name] ?? "").split(" ").includes(value));
    }
    const shown = rows.filter((it) => !it.hidden).length;
    if (count) count.textContent = wanted.length ? `Visar ${shown} av ${rows.length} rader` : `${rows.length} rader`;
    // The address tells what is shown, so that it can be sent to a colleague or reloaded.
    history.replaceState(history.state, "", location.pathname + (chosen.length ? `?${new URLSearchParams(chosen)}` : "") + location.hash);
  };
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    apply();
  });
  form.elements[ORDER]?.addEventListener("change", (event) => inOrder(form, event.target));
  form.apply = apply;
}

/** The order chosen in a list, where there are no headings to press: the server knows it, and the address already tells it. */
async function inOrder(form, list) {
  const region = form.closest("[data-poll]");
  const answer = await fetch(location.href, { headers: { accept: "text/html" }, credentials: "same-origin", redirect: "manual" }).catch(() => null);
  const fresh = answer?.ok && new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(region.id);
  if (!fresh) return location.reload();
  all("th[aria-sort]", region).forEach((it) => it.removeAttribute("aria-sort"));
  put(region, fresh);
  say(`Ordning: ${list.selectedOptions[0].textContent}.`);
}

/** j and k move between rows, Enter opens, x ticks. Only while focus is in the table, so that no other key is taken. */
function rowKeys(table) {
  const target = (row) => row.querySelector("a[href], button, input, select, summary");
  table.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.target.matches("textarea, select, input:not([type=checkbox])")) return;
    const rows = all("[data-row]", table).filter((it) => !it.hidden && target(it));
    const here = rows.indexOf(event.target.closest("[data-row]"));
    const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[event.key];
    if (step) {
      const next = rows[Math.min(rows.length - 1, Math.max(0, here + step))];
      if (next) target(next).focus();
    } else if (event.key === "x" && here >= 0) {
      rows[here].querySelector("input[type=checkbox]")?.click();
    } else if (event.key === "Enter" && here >= 0 && event.target.matches("input[type=checkbox]")) {
      rows[here].querySelector("a[href]")?.click();
    } else return;
    event.preventDefault();
  });
}

function tickAll(box) {
  const scope = box.closest("form") ?? document;
  const boxes = () => all("[data-row] input[type=checkbox]", scope).filter((it) => !it.disabled && !it.closest("[data-row]").hidden);
  const tell = () => {
    const ticked = boxes().filter((it) => it.checked).length;
    box.checked = ticked > 0 && ticked === boxes().length;
    box.indeterminate = ticked > 0 && !box.checked;
    all("[data-ticked]", scope).forEach((it) => (it.textContent = ticked === 1 ? "1 rad vald" : `${ticked} rader valda`));
    boxes().forEach((it) => it.closest("[data-row]").classList.toggle("chosen", it.checked));
  };
  box.addEventListener("change", () => {
    boxes().forEach((it) => (it.checked = box.checked));
    tell();
  });
  scope.addEventListener("change", (event) => event.target !== box && tell());
  tell();
}

// ------------------------------------------------------------------------------------------- what is new

/** Fetches the page of data-poll now and then and takes the region of the same id from it, if it changed. */
function poll(region) {
  const id = region.id;
  const every = Number(region.dataset.every || 5) * 1000;
  let before = region.innerHTML;
  let seen = null;
  let wait = every;
  const again = () => setTimeout(look, wait);
  async function look() {
    const now = document.getElementById(id);
    if (!now?.hasAttribute("data-poll")) return;
    // A half-made choice must not vanish under the hand.
    if (document.hidden || now.querySelector("[data-row] input:checked") || now.querySelector("details.menu[open]") || now.contains(document.activeElement?.closest?.("textarea, select, input:not([type=checkbox])"))) return again();
    try {
      const answer = await fetch(region.dataset.poll || location.href, { headers: { accept: "text/html" }, credentials: "same-origin", redirect: "manual" });
      if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) return lost("Du är inte längre inloggad. Ladda om sidan.");
      if (!answer.ok) throw new Error(String(answer.status));
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(id);
      wait = every;
      lost("");
      if (!fresh) return again();
      const content = fresh.innerHTML;
      if (seen === null ? content !== before : content !== seen) put(now, fresh);
      seen = before = content;
    } catch {
      wait = Math.min(wait * 2, 60000);
      lost("Ingen kontakt med tjänsten. Sidan visar det som gällde senast.");
    }
    if (document.getElementById(id)?.hasAttribute("data-poll")) again();
  }
  function lost(text) {
    all("[data-fresh]").forEach((it) => {
      it.dataset.text ??= it.textContent;
      it.classList.toggle("lost", text !== "");
      const words = text || it.dataset.text;
      if (it.textContent !== words) it.textContent = words;
    });
  }
  if (!region.dataset.polling) {
    region.dataset.polling = "1";
    again();
  }
}

/** Replaces what stands in a region and keeps focus, scrolling, sorting, filtering and what was unfolded. */
function put(region, fresh) {
  const focused = region.contains(document.activeElement) ? document.activeElement : null;
  const way = focused && (focused.id ? `#${CSS.escape(focused.id)}` : focused.getAttribute("href") ? `a[href="${CSS.escape(focused.getAttribute("href"))}"]` : null);
  const open = all("details[open][id]", region).map((it) => it.id);
  const scrolled = all(".scroll", region).map((it) => [it.scrollLeft, it.scrollTop]);
  const chosen = all("form[data-filter]", region).map((it) => [...new FormData(it)]);
  const sorted = all("th[aria-sort]", region).map((it) => [it.closest("table").id, it.cellIndex, it.dataset.sort, it.getAttribute("aria-sort")]);
  if (!fresh.hasAttribute("data-poll")) region.removeAttribute("data-poll");
  region.replaceChildren(...[...fresh.childNodes].map((it) => document.adoptNode(it)));
  open.forEach((id) => document.getElementById(id)?.setAttribute("open", ""));
  enhance(region);
  for (const [id, column, kind, way] of sorted) {
    const table = document.getElementById(id);
    table?.tHead?.rows[table.tHead.rows.length - 1]?.cells[column]?.setAttribute("aria-sort", way);
    if (table) order(table, column, kind, way === "ascending");
  }
  all("form[data-filter]", region).forEach((it, at) => chosen[at]?.forEach(([name, value]) => it.elements[name] && (it.elements[name].value = value)));
  all("form[data-filter]").forEach((it) => region.querySelector(`#${CSS.escape(it.dataset.filter)}`) && it.apply?.());
  all(".scroll", region).forEach((it, at) => scrolled[at] && ([it.scrollLeft, it.scrollTop] = scrolled[at]));
  if (way) region.querySelector(way)?.focus({ preventScroll: true });
  const words = region.querySelector("[data-say]")?.textContent ?? region.dataset.said;
  if (words) say(words);
}

// --------------------------------------------------------------------------------- questions, copying, keeping

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("button[data-confirm]");
  if (!button || button.dataset.sure || !button.form) return;
  if (!button.form.reportValidity()) return event.preventDefault();
  event.preventDefault();
  const yes = make("button", { type: "button", className: button.className.replace("small", ""), textContent: button.textContent.trim() });
  const no = make("button", { type: "button", className: "button secondary", textContent: "Avbryt" });
  const title = make("h2", { textContent: button.dataset.confirm, id: "fraga-forst" });
  const dialog = make("dialog", {}, title, make("div", { className: "buttons" }, yes, no));
  dialog.setAttribute("aria-labelledby", title.id);
  document.body.append(dialog);
  dialog.addEventListener("close", () => {
    dialog.remove();
    button.focus();
  });
  no.addEventListener("click", () => dialog.close());
  yes.addEventListener("click", () => {
    dialog.close();
    button.dataset.sure = "1";
    button.click();
    delete button.dataset.sure;
  });
  dialog.showModal();
  no.focus();
});

function copyButton(button) {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    const it = document.querySelector(button.dataset.copy);
    await navigator.clipboard.writeText(it.value ?? it.textContent.trim());
    say("Kopierat.");
    const before = button.textContent;
    button.textContent = "Kopierat";
    setTimeout(() => (button.textContent = before), 2000);
  });
}

const KEPT = "kvartal-skrivet:";
const SENT = "kvartal-skickat";

/** What was typed survives a reload and a session that ends; it goes when the form is saved or the person signs out. */
function keep(form) {
  const key = KEPT + form.dataset.keep;
  const fields = () => [...form.elements].filter((it) => it.name && !["file", "password", "hidden", "submit", "button"].includes(it.type));
  const state = () => JSON.stringify(fields().map((it) => [it.name, it.type === "checkbox" || it.type === "radio" ? [it.value, it.checked] : it.value]));
  const start = state();
  // What the service has filled in on demand goes before what was typed before it.
  if (form.hasAttribute("data-answered")) sessionStorage.setItem(key, start);
  const kept = sessionStorage.getItem(key);
  if (kept && kept !== start) {
    const left = JSON.parse(kept);
    for (const it of fields()) {
      const box = it.type === "checkbox" || it.type === "radio";
      const found = left.findIndex(([name, value]) => name === it.name && (!box || value[0] === it.value));
      if (found < 0) continue;
      const [[, value]] = left.splice(found, 1);
      if (box) it.checked = value[1];
      else it.value = value;
    }
    const drop = make("button", { type: "button", className: "button quiet small", textContent: "Ta bort det" });
    const note = make("div", { className: "message info" }, make("p", {}, "Det du skrev förra gången är kvar här, men är inte sparat."), drop);
    note.setAttribute("role", "status");
    drop.addEventListener("click", () => {
      sessionStorage.removeItem(key);
      form.reset();
      note.remove();
    });
    form.prepend(note);
  }
  form.addEventListener("input", () => sessionStorage.setItem(key, state()));
  form.addEventListener("submit", () => sessionStorage.setItem(SENT, key));
}

document.addEventListener("submit", (event) => {
  if (event.target.matches("[data-leave]")) sessionStorage.clear();
});
// A page that says that it went well is the proof that the form was saved.
if (document.querySelector('[data-flash="ok"]') && sessionStorage.getItem(SENT)) sessionStorage.removeItem(sessionStorage.getItem(SENT));
sessionStorage.removeItem(SENT);

// An open menu closes when one clicks beside it or presses Escape.
document.addEventListener("click", (event) => all("details.menu[open]").forEach((it) => it.contains(event.target) || it.removeAttribute("open")));
document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && event.target.closest?.("details.menu[open]");
  if (!menu) return;
  menu.removeAttribute("open");
  menu.querySelector("summary").focus();
});

enhance(document);
document.querySelector("[data-focus]")?.focus();
