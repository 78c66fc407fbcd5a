// Tables that sort and search, lines that are copied, folds that open for their anchors, and pages of a single file.
for (const table of document.querySelectorAll("table[data-sorts]")) {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, place) => head.querySelector("button").addEventListener("click", () => {
    const isDown = head.getAttribute("aria-sort") !== "descending";
    heads.forEach((other) => other.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", isDown ? "descending" : "ascending");
    const key = (row) => row.cells[place].dataset.key ?? row.cells[place].textContent.replace(/,/g, "");
    const isNumber = head.classList.contains("number");
    const rows = [...table.tBodies[0].rows].sort((a, b) =>
      isNumber ? Number(key(a)) - Number(key(b)) : key(a).localeCompare(key(b)));
    table.tBodies[0].append(...(isDown ? rows.reverse() : rows));
    table.dispatchEvent(new Event("sorted"));
  }));
}
for (const field of document.querySelectorAll("[data-finds]")) {
  const table = document.getElementById(field.dataset.finds);
  const said = field.parentElement.querySelector("[data-found]");
  const more = document.createElement("button");
  let most = 100; // rows at once: of thousands nobody reads, or prints, more
  const find = () => {
    const rows = [...table.tBodies[0].rows];
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    const found = rows.filter((row) => words.every((word) => row.textContent.toLowerCase().includes(word)));
    const shown = new Set(found.slice(0, most));
    for (const row of rows) row.hidden = !shown.has(row);
    const first = shown.size < found.length ? `, the first ${shown.size} shown` : "";
    said.textContent = words.length || first ? `${found.length} of ${rows.length}${first}` : "";
    more.hidden = !first;
    more.textContent = `Show all ${found.length}`;
    return found;
  };
  more.type = "button";
  more.className = "more";
  more.addEventListener("click", () => {
    const at = find()[most];
    most = Infinity;
    find();
    at.tabIndex = -1; // the button is gone: who came by keyboard goes on where it stood
    at.focus();
  });
  table.parentElement.after(more);
  field.addEventListener("input", find);
  table.addEventListener("sorted", find);
  find();
}
for (const button of document.querySelectorAll("[data-copies]")) {
  const place = button.previousElementSibling;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(place.textContent);
      button.textContent = "Copied";
    } catch { // where a page may not write there, it is marked for the reader to copy
      getSelection().selectAllChildren(place);
      button.textContent = "Press Ctrl+C";
    }
  });
}
const isSingle = document.body.classList.contains("single");
function show() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (isSingle) {
    const first = document.querySelector("section.page");
    // what is on no page (the link to the content) leaves the page that is shown
    const page = (target ? target.closest("section.page") ?? document.querySelector("section.page.shown") : null) ?? first;
    for (const one of document.querySelectorAll("section.page")) one.classList.toggle("shown", one === page);
    for (const link of document.querySelectorAll("nav a")) {
      if (link.getAttribute("href") === `#${page.id}`) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    window.dispatchEvent(new Event("claudesess-shown"));
    if (!target || target === page) scrollTo(0, 0);
  }
  for (let fold = target?.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  if (target?.querySelector(":scope > details")) target.querySelector(":scope > details").open = true;
  if (target && !target.matches("section.page, main")) target.scrollIntoView();
}
addEventListener("hashchange", show);
// what is folded is printed, too, but for what stands above it in short: a chart's weeks, calls of which nothing is told
addEventListener("beforeprint", () => {
  for (const fold of document.querySelectorAll("details:not([open], .trend > *, .calls > *)")) { fold.open = true; fold.dataset.printed = ""; }
});
addEventListener("afterprint", () => {
  for (const fold of document.querySelectorAll("details[data-printed]")) { fold.open = false; delete fold.dataset.printed; }
});
show();
