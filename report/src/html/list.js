// The list of tests: filtered, ordered, and drawn only as far as somebody looks.

const ORDERS = {
  worst: (a, b) => RANK[a.kind] - RANK[b.kind] || a.index - b.index,
  slowest: (a, b) => (b.took || 0) - (a.took || 0) || a.index - b.index,
  manifest: (a, b) => a.index - b.index,
};
// Rows are made as they come into sight: of many thousands nobody looks at all.
const STEP = 100;
let found = [], drawn = 0;
const more = make("div", { style: "height: 1px" });
const watcher = new IntersectionObserver((seen) => {
  if (seen.some((entry) => entry.isIntersecting)) drawMore();
}, { rootMargin: "800px" });

function drawMore() {
  const rows = found.slice(drawn, drawn + STEP).map(testRow);
  drawn += rows.length;
  more.before(...rows);
  watcher.unobserve(more);
  if (drawn < found.length) watcher.observe(more);
  else more.remove();
}

function matches(test, words) {
  if (shown.kinds.size && !shown.kinds.has(test.kind)) return false;
  if (shown.box && test.box !== shown.box) return false;
  test.text ??= [test.name, ...test.needs, ...test.tags].join("\n").toLowerCase();
  return words.every((word) => test.text.includes(word));
}

function drawList() {
  const words = shown.q.toLowerCase().split(/\s+/).filter(Boolean);
  found = run.tests.filter((test) => matches(test, words)).sort(ORDERS[shown.sort]);
  drawn = 0;
  byId("list").replaceChildren(more);
  byId("count").textContent = found.length === run.tests.length ? "" : `${found.length.toLocaleString("en")} of ${count(run.tests.length, "test")}${shown.box ? ", of one box of the graph" : ""}. Esc shows all.`;
  drawMore();
  if (!found.length) byId("list").replaceChildren(make("div", { className: "nothing" }, run.tests.length ? "No test is like that." : "There were no tests to run."));
  keepAddress();
}

function drawKinds() {
  byId("kinds").replaceChildren(...Object.keys(KINDS).filter((kind) => sums[kind]).map((kind) => {
    const button = make("button", { type: "button" }, make("i", { className: `on-${kind}` }), `${KINDS[kind].title} `, make("b", {}, sums[kind].toLocaleString("en")));
    button.setAttribute("aria-pressed", shown.kinds.has(kind));
    button.addEventListener("click", () => {
      shown.kinds.has(kind) ? shown.kinds.delete(kind) : shown.kinds.add(kind);
      button.setAttribute("aria-pressed", shown.kinds.has(kind));
      drawList();
    });
    return button;
  }));
}

// Sets filters, each of which may be left as it is.
function filter(change) {
  Object.assign(shown, change);
  byId("search").value = shown.q;
  byId("sort").value = shown.sort;
  drawKinds();
  drawList();
}

// Goes to a test in the list, whatever is filtered.
function goTo(test) {
  showTab("tests");
  shown.open.add(test.index);
  if (!found.includes(test)) filter({ q: "", kinds: new Set(), box: "" });
  const place = found.indexOf(test);
  while (drawn <= place) drawMore();
  const row = [...byId("list").children].find((row) => row.test === test);
  row.open = true;
  row.firstElementChild.focus();
  row.scrollIntoView({ block: "center" });
}

byId("search").addEventListener("input", () => {
  shown.q = byId("search").value;
  drawList();
});
byId("sort").addEventListener("change", () => {
  shown.sort = byId("sort").value;
  drawList();
});
