// The run, and what the page's parts share. Knows no part.

const run = JSON.parse(document.getElementById("run").textContent);
const byId = (id) => document.getElementById(id);
const make = (tag, props, ...children) => {
  const node = Object.assign(document.createElement(tag), props);
  node.append(...children);
  return node;
};
// Words in which backticks stand around what is typed, as nodes: never as markup.
const prose = (text) => text.split(/(`[^`\n]+`)/).filter(Boolean).map((part) => (/^`[^`]+`$/.test(part) ? make("code", {}, part.slice(1, -1)) : part));
const count = (number, one, many = one + "s") => `${number.toLocaleString("en")} ${number === 1 ? one : many}`;

function seconds(time) {
  if (time < 0.0995) return (time * 1000).toFixed(time < 0.00995 ? 1 : 0) + " ms";
  if (time < 59.995) return time.toFixed(time < 9.995 ? 2 : 1) + " s";
  const whole = Math.round(time);
  const minutes = Math.floor(whole / 60), rest = String(whole % 60).padStart(2, "0");
  return minutes < 60 ? `${minutes}m ${rest}s` : `${Math.floor(minutes / 60)}h ${String(minutes % 60).padStart(2, "0")}m`;
}

// What tests come to, the worst first; flaky, raced, leaky ones and expected failures are a warning. `one` is how a sentence counts it.
const KINDS = {
  fail: { title: "Failed", one: "failed" },
  warn: { title: "With a warning", one: "with a warning" },
  blocked: { title: "Blocked", one: "blocked" },
  none: { title: "Not run", one: "not run" },
  pass: { title: "Passed", one: "passed" },
};
const KIND_OF = { pass: "pass", race: "warn", flaky: "warn", leak: "warn", xfail: "warn", empty: "none", skip: "none", interrupted: "none", blocked: "blocked", "not-run": "none" };
const RANK = Object.fromEntries(Object.keys(KINDS).map((kind, rank) => [kind, rank]));

run.tests.forEach((test, index) => {
  test.index = index;
  test.kind = KIND_OF[test.status] || "fail";
  test.needs = run.needs[test.needs];
  [test.suite, test.file] = run.groups[test.group];
  // What a runner has listed has its file in its name, as many of them write it.
  test.file ??= test.name.slice(test.suite ? test.suite.length + 1 : 0).match(/^([^\s:]+\.\w+)(?:::| > | › )/)?.[1] ?? null;
  [test.until, test.last] = test.waited || [0, null];
});
const sums = {};
for (const test of run.tests) sums[test.kind] = (sums[test.kind] || 0) + 1;
const failedLibraries = new Set(run.libraries.filter((library) => library.failed).map((library) => library.name));

// A wait that nobody notices is not told.
const NOTICED = 0.001;
const waiters = (library) => run.tests.filter((test) => test.last === library.name && test.until >= NOTICED);

// What is shown, as the address has it, so that it can be sent to somebody.
const shown = { tab: "tests", q: "", kinds: new Set(), sort: "worst", grouped: true, box: "", open: new Set() };

function readAddress() {
  const address = new URLSearchParams(location.hash.slice(1));
  shown.tab = ["tests", "timeline", "libraries", "graph"].includes(address.get("tab")) ? address.get("tab") : "tests";
  shown.q = address.get("q") || "";
  shown.kinds = new Set((address.get("kinds") || "").split(",").filter((kind) => sums[kind]));
  shown.sort = ["worst", "slowest", "manifest"].includes(address.get("sort")) ? address.get("sort") : "worst";
  shown.grouped = address.get("grouped") !== "no";
  shown.box = "";
  shown.open = new Set((address.get("open") || "").split(",").filter(Boolean).map(Number));
}

function keepAddress() {
  const parts = new URLSearchParams();
  if (shown.tab !== "tests") parts.set("tab", shown.tab);
  if (shown.q) parts.set("q", shown.q);
  if (shown.kinds.size) parts.set("kinds", [...shown.kinds].join(","));
  if (shown.sort !== "worst") parts.set("sort", shown.sort);
  if (!shown.grouped) parts.set("grouped", "no");
  if (shown.open.size && shown.open.size <= 20) parts.set("open", [...shown.open].join(","));
  history.replaceState(null, "", "#" + parts);
}

// The way out: a hint where it is a sentence or two, and as it stands where it is what a command printed.
const HINT = 3;
function hint(text) {
  const lines = text.trimEnd().split("\n");
  return lines.length > HINT ? make("pre", { tabIndex: 0 }, text) : make("div", { className: "hint" }, ...prose(lines.join("\n")));
}

// The head of the page.
function drawHead() {
  const bad = sums.fail || 0, total = run.tests.length;
  const said = Object.keys(KINDS).filter((kind) => sums[kind]).map((kind) => make("span", { className: kind }, `${sums[kind].toLocaleString("en")} ${KINDS[kind].one}`));
  if (!total) said.push("No tests ran");
  byId("head").append(...said.flatMap((part, index) => (index ? [", ", part] : [part])));
  document.title = total ? `probe: ${bad} failed of ${total}` : "probe: no tests";
  const about = [`${count(total, "test")} in ${seconds(run.took)}`, `${run.jobs} at once`];
  if (run.libraries.length) about.push(count(run.libraries.length, "library", "libraries"));
  if (run.services.length) about.push(count(run.services.length, "service"));
  if (run.skipped) about.push(`${run.skipped.toLocaleString("en")} not selected`);
  if (run.shuffle !== null) about.push(`--shuffle=${run.shuffle}`);
  about.push(new Date(run.clock).toLocaleString(), `run ${run.run}`);
  byId("about").textContent = about.join(" · ");
  byId("shares").setAttribute("aria-label", byId("head").textContent);
  for (const kind in KINDS) if (sums[kind]) {
    const share = make("i", { className: `on-${kind}`, title: `${sums[kind]} ${KINDS[kind].one}` });
    share.style.flex = sums[kind];
    byId("shares").append(share);
  }
  if (run.stop) byId("alerts").append(make("div", { className: "alert none" }, `The run was ${run.stop}: ${count(sums.none || 0, "test")} did not run to the end.`));
  for (const [folder, words, came, tests] of run.suspicions) {
    const lines = [...came, ...tests.map((test) => `- ${test}`)];
    byId("alerts").append(make("div", { className: "alert none" }, make("strong", {}, folder), `: ${words}.`, make("pre", { tabIndex: 0 }, lines.join("\n"))));
  }
  for (const [path, words] of run.duplicates) byId("alerts").append(make("div", { className: "alert none" }, make("strong", {}, path), `: ${words}.`));
  for (const service of run.services.filter((service) => service.failed)) {
    const blocked = run.tests.filter((test) => test.kind === "blocked" && test.services.includes(service.name)).length;
    const alert = make("div", { className: "alert" }, `Service ${service.name} ${service.came}.`, blocked ? make("strong", {}, ` ${count(blocked, "test")} blocked.`) : "");
    if (service.lines.length) alert.append(make("pre", { tabIndex: 0 }, service.lines.join("\n")));
    byId("alerts").append(alert);
  }
  for (const library of run.libraries.filter((library) => library.failed)) {
    // Also those that come after one that needs it.
    const isFor = (test) => test.needs.includes(library.name) || test.why?.startsWith(`dependency failed: library ${library.name}: `);
    const blocked = run.tests.filter((test) => test.kind === "blocked" && isFor(test)).length;
    const alert = make("div", { className: "alert" }, ...prose(`Failed to ${library.came}.`), blocked ? make("strong", {}, ` ${count(blocked, "test")} blocked.`) : "");
    if (library.help) alert.append(hint(library.help));
    byId("alerts").append(alert);
  }
}
drawHead();
