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

// Tests of one file stand below its name, others below that of their suite.
const ofFile = new Map();
for (const test of run.tests) ofFile.set(test.file, (ofFile.get(test.file) || 0) + 1);
const groupOf = (test) => (test.file && ofFile.get(test.file) > 1 ? test.file : test.suite || "");
const groups = new Set(run.tests.map(groupOf));
// What is found, by group.
let byGroup = new Map();
const isGrouped = () => shown.grouped && groups.size > 1;
// Below the name of its suite or file a test needs no more of it.
function shortName(test) {
  const group = isGrouped() ? groupOf(test) : "";
  const rest = test.suite && test.name.startsWith(`${test.suite} `) && group ? test.name.slice(test.suite.length + 1) : test.name;
  const ofIt = group === test.file && rest.startsWith(test.file) ? rest.slice(test.file.length).match(/^(?:::| > | › )(.+)$/s) : null;
  return ofIt ? ofIt[1] : rest;
}

// The head of a group: its name, and what its tests in the list came to.
function groupRow(name) {
  const tests = byGroup.get(name);
  const counts = Object.keys(KINDS).map((kind) => [kind, tests.filter((test) => test.kind === kind).length]).filter(([, number]) => number);
  const said = counts.map(([kind, number]) => make("span", { className: kind }, `${number.toLocaleString("en")} ${KINDS[kind].one}`));
  const row = make("div", { className: "group" }, make("h2", { dir: "auto" }, name || "single tests"), make("span", { className: "dim" }, ...said.flatMap((part, index) => (index ? [", ", part] : [part]))));
  return row;
}

function drawMore() {
  const tests = found.slice(drawn, drawn + STEP);
  const rows = tests.flatMap((test, index) => {
    const before = found[drawn + index - 1];
    const begins = isGrouped() && (!before || groupOf(before) !== groupOf(test));
    return begins ? [groupRow(groupOf(test)), testRow(test)] : [testRow(test)];
  });
  drawn += tests.length;
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
  if (isGrouped()) {
    // The groups in the order of their first tests: the worst one first, or the slowest.
    byGroup = new Map();
    for (const test of found) byGroup.has(groupOf(test)) ? byGroup.get(groupOf(test)).push(test) : byGroup.set(groupOf(test), [test]);
    found = [...byGroup.values()].flat();
  }
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
  byId("grouped").hidden = groups.size < 2;
  byId("grouped").setAttribute("aria-pressed", shown.grouped);
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
byId("grouped").addEventListener("click", () => filter({ grouped: !shown.grouped }));
byId("sort").addEventListener("change", () => {
  shown.sort = byId("sort").value;
  drawList();
});
