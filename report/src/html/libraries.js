// The libraries as a table, and the graph.

function drawLibraries() {
  const panel = byId("libraries");
  if (!run.libraries.length) {
    panel.replaceChildren(make("div", { className: "nothing" }, "These tests need no library."));
    return;
  }
  const longest = Math.max(0.001, ...run.libraries.map((library) => library.end - library.start));
  const rows = run.libraries.map((library) => {
    const waited = waiters(library), users = run.tests.filter((test) => test.needs.includes(library.name)).length;
    const most = Math.max(0, ...waited.map((test) => test.until));
    const took = library.end - library.start, parked = library.parked.reduce((sum, [from, to]) => sum + to - from, 0);
    const meter = make("i", { className: `meter${library.failed ? " fail" : ""}` });
    meter.style.width = `${(100 * took) / longest}%`;
    const came = make("td", { className: library.failed ? "fail" : "" }, ...prose(library.came));
    if (library.help) came.append(hint(library.help));
    for (const cause of library.retried) came.append(make("div", { className: "dim" }, ...prose(`tried again after: ${cause}`)));
    if (parked >= NOTICED) came.append(make("div", { className: "dim" }, `waited ${seconds(parked)} of that for another process or for its next attempt`));
    const needing = run.libraries.filter((other) => other.needs.includes(library.name)).map((other) => other.name);
    const show = make("button", { type: "button", title: `Show the tests that need ${library.name}` }, count(users, "test"));
    show.addEventListener("click", () => {
      filter({ q: library.name, kinds: new Set(), box: "" });
      showTab("tests");
      byId("search").focus();
    });
    const waits = library.failed ? "blocked" : waited.length ? `${count(waited.length, "test")}, up to ${seconds(most)}` : "nobody";
    return make("tr", {}, make("td", {}, make("strong", {}, library.name)), came, make("td", { className: "number" }, seconds(took), meter), make("td", {}, waits), make("td", {}, ...(users ? [show] : []), needing.length ? make("span", { className: "dim" }, ` ${needing.join(", ")}`) : ""));
  });
  const heads = ["Library", "What became of it", "Took", "Who waited for it last", "Needed by"].map((name) => make("th", { scope: "col", className: name === "Took" ? "number" : "" }, name));
  panel.replaceChildren(make("div", { className: "scroll" }, make("table", {}, make("thead", {}, make("tr", {}, ...heads)), make("tbody", {}, ...rows))));
}

// The drawing is probe's own; here its boxes become something to choose.
function drawGraph() {
  const panel = byId("graph");
  if (panel.children.length) return;
  if (!run.tests.length) {
    panel.append(make("div", { className: "nothing" }, "There is nothing to draw."));
    return;
  }
  const scroll = make("div", { className: "scroll", tabIndex: 0 }, byId("drawing").content.cloneNode(true));
  panel.append(make("p", { className: "dim", style: "margin-top: .75rem" }, "Boxes have the colour of the worst in them. Choose one of tests to see its tests."), scroll);
  applyTheme();
  for (const node of panel.querySelectorAll("g.tests, g.library")) {
    const title = node.querySelector("title");
    node.setAttribute("tabindex", "0");
    node.setAttribute("role", "button");
    node.setAttribute("aria-label", title ? title.textContent.replaceAll("\n", ", ") : "");
    const choose = () => {
      if (node.classList.contains("tests")) {
        filter({ q: "", kinds: new Set(), box: node.id });
        showTab("tests");
        (byId("list").querySelector("summary") || byId("search")).focus();
      } else showTab("libraries");
    };
    node.addEventListener("click", choose);
    node.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      choose();
    });
  }
}
