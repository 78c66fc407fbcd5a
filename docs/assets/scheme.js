// Light or dark as the reader prefers, as the charts are.
const dark = matchMedia("(prefers-color-scheme: dark)");
const scheme = () => { document.body.dataset.mdColorScheme = dark.matches ? "slate" : "default"; };
dark.addEventListener("change", scheme);
scheme();
