// Draws every chart of the page as wide as its place is, in the colours that the reader prefers.
const DARK = {
  white: "#16181d", "#222222": "#e8eaed", "#5F6368": "#a8adb5", "#E3E5E8": "#33373e", "#B5B9BF": "#5a6069",
  "#000000": "#e8eaed", "#0072B2": "#4aa8e0", "#009E73": "#2fc79a", "#D55E00": "#f28a3c", "#D5D9DE": "#4a4f57",
};
const SMALLEST = 140;
const WIDEST = 760; // as wide as text; wider, letters would be too small on paper, where a chart is made to fit

function recoloured(value) {
  if (Array.isArray(value)) return value.map(recoloured);
  if (value && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, key === "datasets" ? one : recoloured(one)]));
  }
  return typeof value === "string" && value in DARK ? DARK[value] : value;
}

function views(spec) {
  if (spec.vconcat) return spec.vconcat.flatMap(views);
  if (spec.hconcat) return spec.hconcat.flatMap(views);
  return [spec];
}

function widened(spec, change) {
  for (const view of views(spec)) {
    if (view.spec) view.spec.width = Math.max(90, change(typeof view.spec.width === "number" ? view.spec.width : 132));
    else view.width = Math.max(SMALLEST, change(typeof view.width === "number" ? view.width : 640));
  }
}

function folded(spec, available) {
  for (const view of views(spec)) {
    if (view.facet && view.facet.column) {
      view.facet = { ...view.facet.column };
      view.columns = Math.max(1, Math.floor(available / 190));
      view.spec.width = Math.floor(available / view.columns) - 70;
    }
  }
}

function named(view, words, available) {
  // A narrow place: each row's name and number stand above it, so that neither takes the room of what is drawn.
  const name = `datum[${JSON.stringify(words.encoding.y.field)}]`;
  const number = `datum[${JSON.stringify(words.encoding.text.field)}]`;
  const room = available - 30; // the panel begins and ends a little inside
  const fits = Math.floor(room / 6.4) - 1;
  const cut = `indexof(${name}, '/') >= 0 && indexof(${name}, ' ') < 0`
    + ` ? '…' + slice(${name}, -${fits}) : slice(${name}, 0, ${fits}) + '…'`;
  const both = `(length(${name}) <= ${fits} ? ${name} : ${cut}) + '\\n' + ${number}`;
  words.transform = [...(words.transform || []), { calculate: both, as: "row" }];
  words.encoding = { ...words.encoding, x: { value: 0 }, text: { field: "row", type: "nominal" } };
  words.mark = { ...words.mark, align: "left", dx: 0, dy: -27, lineBreak: "\n", lineHeight: 15, limit: room };
  for (const layer of view.layer) {
    if (layer.encoding && layer.encoding.y) layer.encoding.y = { ...layer.encoding.y, axis: null };
  }
  view.height = { step: 48 };
}

function trimmed(spec, available) {
  // Elsewhere long names are cut.
  const atTheRight = (layer) => layer.encoding && layer.encoding.x && layer.encoding.x.value === "width"
    && layer.mark && layer.mark.type === "text";
  for (const view of views(spec)) {
    const words = (view.layer || []).find(atTheRight);
    if (words && words.encoding.y && words.encoding.y.field && words.encoding.text.field) {
      named(view, words, available);
      continue;
    }
    if (view.layer) view.layer = view.layer.filter((layer) => !atTheRight(layer));
    for (const layer of view.layer || []) {
      const isNamed = layer.encoding && layer.encoding.text && layer.encoding.text.field === "row";
      if (layer.mark && layer.mark.type === "text" && !isNamed) layer.mark.limit = available * 0.34;
    }
  }
  spec.config.axis.labelLimit = available * 0.36;
  // of a path the end tells it from the others
  const fits = Math.floor(available * 0.36 / 6.2);
  const isPath = "indexof(datum.label, '/') >= 0 && indexof(datum.label, ' ') < 0";
  spec.config.axisY = {
    ...(spec.config.axisY || {}),
    labelExpr: `${isPath} && length(datum.label) > ${fits} ? '…' + slice(datum.label, ${1 - fits}) : datum.label`,
  };
  spec.config.axisX = { ...(spec.config.axisX || {}), labelLimit: 90, labelOverlap: true };
}

async function draw(place) {
  const isDark = matchMedia("(prefers-color-scheme: dark)").matches;
  const base = JSON.parse(document.getElementById(place.dataset.spec).textContent);
  const spec = isDark ? recoloured(base) : base;
  spec.background = "transparent";
  Object.assign(spec.config, { aria: false, text: { ...spec.config.text, fontSize: 12 } });
  for (const part of ["axis", "legend"]) Object.assign(spec.config[part], { labelFontSize: 12, titleFontSize: 12 });
  Object.assign(spec.config.title, { fontSize: 13, subtitleFontSize: 12 });
  spec.config.header = { labelFontSize: 12, labelColor: isDark ? "#e8eaed" : "#222222" };
  spec.config.legend.columns = place.clientWidth < 620 ? 2 : 5;
  const available = Math.min(place.clientWidth, WIDEST) - 4;
  const embed = () => vegaEmbed(place, JSON.parse(JSON.stringify(spec)), {
    actions: false, renderer: "svg", tooltip: { theme: isDark ? "dark" : "light" },
  });
  const natural = () => Number(place.querySelector("svg").getAttribute("width"));
  if (available < 620) trimmed(spec, available);
  let drawn = await embed();
  const fit = async () => {
    const over = natural() - available;
    if (over > 0 || (over < -20 && !views(spec).some((view) => view.spec))) {
      widened(spec, (now) => Math.min(WIDEST, now - over));
      drawn.finalize();
      drawn = await embed();
    }
  };
  const anew = async () => {
    drawn.finalize();
    drawn = await embed();
  };
  if (natural() > available && views(spec).some((view) => view.facet)) {
    folded(spec, available);
    await anew();
  }
  await fit();
  if (natural() > available + 1) {
    trimmed(spec, available);
    await anew();
    await fit();
  }
  // Wider or narrower, an axis takes other room.
  for (let tries = 0; tries < 3 && (tries === 0 || natural() > available); tries++) await fit();
  place.querySelector("svg").setAttribute("aria-hidden", "true"); // the place itself is labelled
  place.dataset.drawn = "yes";
  place.dataset.shade = isDark ? "dark" : "light";
}

function drawAll() {
  for (const place of document.querySelectorAll("[data-spec]")) {
    if (!place.clientWidth) continue;
    draw(place).catch((error) => { place.textContent = "This chart could not be drawn: " + error; });
  }
}

let waiting;
let width = 0;
function again() {
  if (document.documentElement.clientWidth === width) return;
  width = document.documentElement.clientWidth;
  clearTimeout(waiting);
  waiting = setTimeout(drawAll, 150);
}
window.addEventListener("resize", again);
window.addEventListener("claudesess-shown", drawAll);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
width = document.documentElement.clientWidth;
drawAll();
