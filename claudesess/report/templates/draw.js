for (const script of document.querySelectorAll("script[data-chart]")) {
  const place = document.getElementById(script.dataset.chart);
  vegaEmbed(place, JSON.parse(script.textContent), { actions: { export: true, source: false, compiled: false, editor: false } })
    .catch((error) => { place.textContent = "This chart could not be drawn: " + error; });
}
