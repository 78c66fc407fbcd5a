// A table of sessions that searches and sorts; a box restricts the answer to a session, a click opens it below.
const MOST = 200;

function made(name, given = {}, ...inside) {
  const element = Object.assign(document.createElement(name), given);
  element.append(...inside);
  return element;
}

function isDark() {
  const lab = document.body.dataset.jpThemeLight;
  return lab ? lab === "false" : document.body.classList.contains("vscode-dark");
}

function render({ model, el }) {
  const root = el.attachShadow({ mode: "open" });
  const style = made("style", { textContent: model.get("css") });
  const field = made("input", { type: "search", ariaLabel: "Search the sessions", placeholder: "search" });
  const said = made("span", { className: "faint", role: "status" });
  const all = made("button", { className: "plain", textContent: "all sessions again" });
  const head = made("tr");
  const body = made("tbody");
  const table = made("table", {}, made("thead", {}, head), body);
  const scrolled = made("div", { className: "scrolled", tabIndex: 0, role: "region", ariaLabel: "Sessions" }, table);
  const page = made("div", { className: "opened", tabIndex: -1 });
  const search = made("p", { className: "search" }, made("label", {}, "Sessions ", field), " ", said, " ", all);
  root.append(style, made("div", { className: "sessions" }, search, scrolled, page));
  const themed = () => el.classList.toggle("dark", isDark());
  themed();
  const watch = new MutationObserver(themed);
  watch.observe(document.body, { attributes: true });
  let sorted = 0;
  let isDown = true;
  let shown = "";

  function heads() {
    head.replaceChildren(made("th", {}, made("span", { className: "hidden", textContent: "Only these" })));
    model.get("heads").forEach(([name, isNumber], place) => {
      const button = made("button", { textContent: name });
      const cell = made("th", { className: isNumber ? "number" : "", scope: "col" }, button);
      if (place === sorted) cell.setAttribute("aria-sort", isDown ? "descending" : "ascending");
      button.addEventListener("click", () => {
        isDown = place === sorted ? !isDown : true;
        sorted = place;
        heads();
        rows();
        head.cells[place + 1].querySelector("button").focus();
      });
      head.append(cell);
    });
  }

  function rows() {
    const names = JSON.stringify(model.get("heads"));
    if (shown !== names) { // other columns: sorted as at first
      [shown, sorted, isDown] = [names, 0, true];
      heads();
    }
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    const counted = model.get("counted");
    const places = model.get("heads").map((one) => one[2]);
    const isNumber = model.get("heads").map((one) => one[1]);
    const every = model.get("sessions").filter(([key]) => key in counted).map(([key, cells]) => {
      const whole = [...cells, counted[key]];
      return [key, places.map((place) => whole[place])];
    });
    const found = every.filter(([, cells]) => {
      const text = cells.join(" ").toLowerCase();
      return words.every((word) => text.includes(word));
    });
    const value = (row) => row[1][sorted];
    found.sort((a, b) => (isNumber[sorted] ? value(a) - value(b) : String(value(a)).localeCompare(String(value(b)))));
    if (isDown) found.reverse();
    body.replaceChildren(...found.slice(0, MOST).map(([key, cells]) => {
      const box = made("input", { type: "checkbox", ariaLabel: `Only ${cells[0]}` });
      box.addEventListener("change", () => {
        const now = new Set(model.get("chosen"));
        if (box.checked) now.add(key); else now.delete(key);
        model.set("chosen", [...now]);
        model.save_changes();
      });
      const open = made("button", { className: "plain", textContent: cells[0] });
      const row = made("tr", {}, made("td", {}, box), made("td", {}, open));
      cells.slice(1).forEach((cell, place) => row.append(made("td", {
        className: isNumber[place + 1] ? "number" : "", textContent: isNumber[place + 1] ? cell.toLocaleString("en") : cell,
      })));
      row.dataset.key = key;
      row.addEventListener("click", (event) => {
        if (event.target === box) return;
        model.set("opened", model.get("opened") === key ? "" : key);
        model.save_changes();
      });
      return row;
    }));
    const more = found.length > MOST ? `, the first ${MOST} shown` : "";
    said.textContent = `${found.length.toLocaleString("en")} of ${every.length.toLocaleString("en")}${more}`;
    mark();
  }

  function mark() {
    const chosen = new Set(model.get("chosen"));
    all.hidden = chosen.size === 0;
    for (const row of body.rows) {
      row.classList.toggle("now", row.dataset.key === model.get("opened"));
      row.querySelector("input").checked = chosen.has(row.dataset.key);
    }
  }

  let isDue = false;
  function soon() { // several traits that come in one message make one table
    if (isDue) return;
    isDue = true;
    queueMicrotask(() => {
      isDue = false;
      rows();
    });
  }

  function tell() {
    page.innerHTML = model.get("page"); // made by claudesess, every text of others escaped
    page.hidden = !page.firstChild;
    mark();
  }

  // anchors do not reach into a shadow
  page.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    if (!link) return;
    event.preventDefault();
    const target = root.getElementById(decodeURIComponent(link.getAttribute("href").slice(1)));
    if (!target) {
      model.set("opened", "");
      model.save_changes();
      return;
    }
    for (let fold = target.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    target.querySelector(":scope > details")?.setAttribute("open", "");
    target.scrollIntoView({ block: "nearest" });
  });
  field.addEventListener("input", rows);
  all.addEventListener("click", () => {
    model.set("chosen", []);
    model.save_changes();
  });
  for (const name of ["heads", "sessions", "counted"]) model.on(`change:${name}`, soon);
  for (const name of ["chosen", "opened"]) model.on(`change:${name}`, mark);
  model.on("change:page", tell);
  rows();
  tell();
  return () => watch.disconnect();
}

export default { render };
