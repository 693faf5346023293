// The timeline: libraries, how many tests waited for them, and the slots of the tests.
//
// However many tests there are, a lane is one path per colour: what is under the pointer is looked up, not drawn apart.

const SVG = "http://www.w3.org/2000/svg";
const ROW = { height: 22, gap: 4, head: 26, left: 84, right: 14, tallest: 44 };

// The lanes from the top, each with its bars by start.
function lanesOf() {
  const imports = [], slots = [];
  for (const library of run.libraries) {
    const lane = (imports[library.row] ??= { name: `import ${library.row + 1}`, bars: [] });
    lane.bars.push({ start: library.start, end: library.end, colour: library.failed ? "fail" : library.came === "cancelled" ? "none" : "library", label: library.name, library });
    for (const [start, end] of library.parked) lane.bars.push({ start, end, colour: "wait", library, parked: true });
  }
  for (const test of run.tests) for (const attempt of test.attempts) {
    const lane = (slots[attempt.slot] ??= { name: `slot ${attempt.slot}`, bars: [] });
    const colour = attempt.failed ? (test.kind === "none" ? "none" : "fail") : test.kind === "warn" ? "warn" : test.kind === "none" ? "none" : "pass";
    lane.bars.push({ start: attempt.start, end: attempt.end, colour, label: test.name, test, attempt });
  }
  const services = run.services.map((service) => {
    const parts = [[service.start, service.ready ?? service.end, "wait", "starts"]];
    if (service.ready !== null) parts.push([service.ready, service.stopping ?? service.end, service.failed ? "fail" : "library", "ready"]);
    if (service.stopping !== null) parts.push([service.stopping, service.end, "none", "stops"]);
    return { name: service.name, bars: parts.map(([start, end, colour, phase]) => ({ start, end, colour: service.failed && service.ready === null ? "fail" : colour, label: phase, service, phase })) };
  });
  const groups = [["Libraries", imports.filter(Boolean)], ["Services", services], ["Tests", slots.filter(Boolean)]];
  for (const [, lanes] of groups) for (const lane of lanes) lane.bars.sort((a, b) => a.start - b.start || b.end - a.end);
  return groups.filter(([, lanes]) => lanes.length);
}

function describeBar(bar) {
  const times = `${seconds(bar.end - bar.start)}, from ${seconds(bar.start)} to ${seconds(bar.end)}`;
  if (bar.service) return [`${bar.service.name} ${bar.phase === "ready" ? "is ready" : bar.phase}${bar.service.ports.length ? `, port ${bar.service.ports.join(", ")}` : ""}`, `${times} · ${bar.service.came}`];
  if (bar.parked) return [`${bar.library.name} waits without a place: ${times}`, ""];
  if (bar.library) {
    const waited = waiters(bar.library);
    const longest = Math.max(0, ...waited.map((test) => test.until));
    return [`${bar.library.name}: ${bar.library.came}`, `${times}${waited.length ? ` · ${count(waited.length, "test")} waited for it last, up to ${seconds(longest)}` : ""}`];
  }
  const waited = bar.attempt.number === 1 && bar.test.until >= NOTICED ? ` · waited for ${bar.test.last} until ${seconds(bar.test.until)}` : "";
  return [`${bar.test.name}`, `${bar.attempt.ending} · attempt ${bar.attempt.number} · ${times}${waited}`];
}

// A round step that gives about so many marks.
function tickStep(total, marks) {
  const rough = total / marks, power = 10 ** Math.floor(Math.log10(rough));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= rough);
}

// How many tests waited at each moment, as corners of an outline.
function waitingSteps() {
  const ends = run.tests.filter((test) => test.until >= NOTICED).map((test) => test.until).sort((a, b) => a - b);
  return ends.map((end, index) => [end, ends.length - index]);
}

const timeline = { groups: null, at: null, from: 0, to: null };
// The shortest piece of a run that is shown.
const SHORTEST = 0.002;

// Shows another piece of the run: `by` times as much as now, with the moment `around` where it is.
function zoom(by, around) {
  const total = Math.max(run.took, 0.001), span = timeline.to - timeline.from;
  const wanted = Math.min(total, Math.max(Math.min(SHORTEST, total), span * by));
  const middle = around ?? (timeline.at ? midst(timeline.rows[timeline.at.row].bars[timeline.at.index]) : (timeline.from + timeline.to) / 2);
  const share = Math.min(1, Math.max(0, (middle - timeline.from) / span));
  show(middle - share * wanted, wanted);
}
const midst = (bar) => (bar.start + bar.end) / 2;

function show(from, span) {
  const total = Math.max(run.took, 0.001);
  timeline.from = Math.min(Math.max(0, from), total - span);
  timeline.to = timeline.from + span;
  drawTimeline();
}

// The buttons that show more or less of the run.
function zooming() {
  const total = Math.max(run.took, 0.001), isWhole = timeline.to - timeline.from > total * 0.999;
  const button = (text, title, disabled, act) => {
    const node = make("button", { type: "button", title, disabled }, text);
    node.setAttribute("aria-label", title);
    node.addEventListener("click", act);
    return node;
  };
  const node = make("span", { className: "zoom" }, button("−", "Show more of the run (-)", isWhole, () => zoom(2)), button("+", "Show less of it, larger (+)", false, () => zoom(0.5)), button("All", "Show all of it (0)", isWhole, () => show(0, total)));
  if (!isWhole) node.append(make("span", { className: "dim" }, `${seconds(timeline.from)} to ${seconds(timeline.to)}`));
  return node;
}

function drawTimeline() {
  timeline.groups ??= lanesOf();
  const panel = byId("timeline");
  if (!timeline.groups.length) {
    panel.replaceChildren(make("div", { className: "nothing" }, "Nothing was started."));
    return;
  }
  const width = Math.max(280, panel.clientWidth - 2), total = Math.max(run.took, 0.001);
  timeline.to ??= total;
  const { from, to } = timeline, span = to - from;
  const x = (time) => ROW.left + ((Math.min(Math.max(time, from), to) - from) / span) * (width - ROW.left - ROW.right);
  const svg = document.createElementNS(SVG, "svg");
  const put = (tag, attributes, text) => {
    const node = document.createElementNS(SVG, tag);
    for (const key in attributes) node.setAttribute(key, attributes[key]);
    if (text) node.textContent = text;
    svg.append(node);
    return node;
  };
  const step = tickStep(span, Math.max(2, (width - ROW.left) / 130));
  const grid = put("path", { class: "grid", fill: "none" });
  let ticks = "", y = ROW.head;
  for (let tick = Math.ceil(from / step - 1e-9); tick * step <= to * (1 + 1e-9); tick++) {
    const at = x(tick * step);
    ticks += `M${at.toFixed(1)} ${ROW.head - 6}V`;
    put("text", { x: at, y: 15, "text-anchor": at > width - 40 ? "end" : at < ROW.left + 20 ? "start" : "middle" }, tick ? seconds(tick * step).replace(/\.0+(?= )/, "") : "0");
    ticks += "BOTTOM";
  }
  const rows = [];
  for (const [group, lanes] of timeline.groups) {
    put("text", { class: "group", x: 8, y: y + 15 }, group);
    y += 22;
    for (const lane of lanes) {
      lane.y = y;
      rows.push(lane);
      put("text", { x: 8, y: y + ROW.height - 7 }, lane.name);
      put("rect", { class: "lane", x: ROW.left, y, width: width - ROW.left - ROW.right, height: ROW.height, rx: 3 });
      drawBars(lane, x, put);
      y += ROW.height + ROW.gap;
    }
    if (group === "Libraries") y = drawWaiting(y, x, put);
    y += 8;
  }
  grid.setAttribute("d", ticks.replaceAll("BOTTOM", String(y)));
  svg.setAttribute("width", width);
  svg.setAttribute("height", y);
  timeline.rows = rows;
  timeline.x = x;
  timeline.scale = span / (width - ROW.left - ROW.right);
  timeline.mark = put("rect", { class: "mark", rx: 3, visibility: "hidden" });
  const plot = make("div", { className: "plot", tabIndex: 0 }, svg);
  plot.setAttribute("role", "application");
  plot.setAttribute("aria-label", "When each library was imported, each service could be used and each test ran. Arrow keys go from bar to bar, Enter opens a test.");
  plot.setAttribute("aria-describedby", "told");
  plot.addEventListener("pointermove", (event) => point(under(event, plot)));
  plot.addEventListener("click", (event) => choose(under(event, plot)));
  plot.addEventListener("keydown", walk);
  const timeAt = (event) => timeline.from + (event.clientX - plot.getBoundingClientRect().left - ROW.left) * timeline.scale;
  plot.addEventListener("wheel", (event) => {
    // A wheel alone moves the page.
    if (event.ctrlKey || event.metaKey) zoom(Math.exp(Math.max(-1, Math.min(1, event.deltaY / 100))), timeAt(event));
    else if ((event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) && span < total * 0.999) show(timeline.from + (event.deltaX || event.deltaY) * timeline.scale, span);
    else return;
    event.preventDefault();
  }, { passive: false });
  plot.addEventListener("focus", () => {
    if (!timeline.at) point({ row: 0, index: 0 });
  });
  const told = make("div", { id: "told" });
  told.setAttribute("role", "status");
  const keyed = [["t-library", "library"], ["t-pass", "passed"], ["t-fail", "failed"], ["t-warn", "passed with a warning"], ["t-none", "not finished"], ["t-wait", "waiting"]];
  const colour = { "t-library": "--library-bar", "t-pass": "--pass-bar", "t-fail": "--fail-bar", "t-warn": "--warn-bar", "t-none": "--none-bar", "t-wait": "--wait" };
  const key = make("div", { className: "key" }, ...keyed.map(([name, text]) => make("span", {}, make("i", { style: `background: var(${colour[name]})` }), text)));
  const had = panel.contains(document.activeElement) && (document.activeElement.title || "plot");
  panel.replaceChildren(make("div", { className: "tools" }, key, zooming()), plot, told);
  // The focus stays on the button that was pressed, or where bars are walked.
  if (had) (had === "plot" ? plot : [...panel.querySelectorAll("button")].find((button) => button.title === had && !button.disabled) || plot).focus();
  if (timeline.at) point(timeline.at);
  else told.textContent = "Point at a bar, or go there with the arrow keys, to read what it was.";
  told.classList.toggle("dim", !timeline.at);
}

// One path per colour; a bar that would only cover what is drawn already is left out.
function drawBars(lane, x, put) {
  const paths = {}, ends = {};
  for (const bar of lane.bars) {
    if (bar.end < timeline.from || bar.start > timeline.to) continue;
    const left = x(bar.start), right = Math.max(x(bar.end), left + 1);
    if (ends[bar.colour] >= right - 0.25) continue;
    // A hair between two bars, where there is room for it.
    const shown = right - left > 3 ? right - 0.75 : right;
    paths[bar.colour] = (paths[bar.colour] || "") + `M${left.toFixed(2)} ${lane.y + 2}H${shown.toFixed(2)}v${ROW.height - 4}H${left.toFixed(2)}z`;
    ends[bar.colour] = right;
  }
  // What failed is never below what passed.
  for (const colour of ["library", "pass", "none", "wait", "warn", "fail"]) if (paths[colour]) put("path", { class: `t-${colour}`, d: paths[colour] });
  let labels = 0;
  for (const bar of lane.bars) {
    const room = Math.floor((x(bar.end) - x(bar.start) - 8) / 6.6);
    if (room < 5 || !bar.label || labels++ > 40) continue;
    const characters = [...bar.label];
    const text = characters.length > room ? characters.slice(0, room - 1).join("") + "…" : bar.label;
    put("text", { class: "in", x: x(bar.start) + 5, y: lane.y + ROW.height - 7 }, text);
  }
}

function drawWaiting(y, x, put) {
  const steps = waitingSteps();
  if (!steps.length) return y;
  const now = (time) => steps.filter(([end]) => end > time).length;
  const most = steps[0][1], height = Math.min(ROW.tallest, 14 + most * 3);
  put("text", { x: 8, y: y + height - 6 }, "waiting");
  const level = (number) => (y + height - (number / most) * (height - 2)).toFixed(1);
  let path = `M${x(timeline.from).toFixed(1)} ${y + height}V${level(now(timeline.from))}`;
  for (const [end, waiting] of steps) if (end > timeline.from) path += `H${x(end).toFixed(1)}V${level(waiting - 1)}`;
  const area = put("path", { class: "waiting", d: path + "z" });
  const title = document.createElementNS(SVG, "title");
  title.textContent = `${count(most, "test")} waited for libraries`;
  area.append(title);
  put("text", { x: x(timeline.from) + 5, y: y + 13, class: "group" }, now(timeline.from) && most > 1 && height > 20 ? `${count(most, "test")} wait for libraries` : "");
  return y + height + ROW.gap;
}

// The last bar that begins at or before a time, and is there then or about there.
function barAt(lane, time, slack) {
  let low = 0, high = lane.bars.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    lane.bars[middle].start <= time + slack ? (low = middle + 1) : (high = middle);
  }
  for (let index = low - 1; index >= 0 && index >= low - 8; index--) if (lane.bars[index].end >= time - slack) return index;
  return -1;
}

function under(event, plot) {
  const edge = plot.getBoundingClientRect();
  const row = timeline.rows.findIndex((lane) => event.clientY - edge.top >= lane.y && event.clientY - edge.top < lane.y + ROW.height);
  if (row < 0) return null;
  const time = timeline.from + (event.clientX - edge.left - ROW.left) * timeline.scale;
  const index = barAt(timeline.rows[row], time, 2 * timeline.scale);
  return index < 0 ? null : { row, index };
}

function point(at) {
  if (!at) return;
  timeline.at = at;
  const lane = timeline.rows[at.row], bar = lane.bars[at.index];
  if (bar.end < timeline.from || bar.start > timeline.to) {
    const span = timeline.to - timeline.from;
    // Whoever goes there by keys sees it.
    show(midst(bar) - span / 2, span);
    return;
  }
  const left = timeline.x(bar.start), right = Math.max(timeline.x(bar.end), left + 2);
  for (const [key, value] of Object.entries({ x: left - 1, y: lane.y, width: right - left + 2, height: ROW.height, visibility: "visible" })) timeline.mark.setAttribute(key, value);
  const [first, second] = describeBar(bar);
  byId("told").classList.remove("dim");
  byId("told").replaceChildren(make("strong", { dir: "auto" }, first), make("div", { className: "dim" }, `${lane.name} · ${second}`));
}

function choose(at) {
  const bar = at && timeline.rows[at.row].bars[at.index];
  if (bar && bar.test) goTo(bar.test);
  else if (bar && !bar.service) showTab("libraries");
}

function walk(event) {
  const at = timeline.at || { row: 0, index: 0 };
  const bars = timeline.rows[at.row].bars;
  const moves = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity };
  const rows = { ArrowUp: -1, k: -1, ArrowDown: 1, j: 1 };
  if (event.key in moves) point({ row: at.row, index: Math.min(bars.length - 1, Math.max(0, at.index + moves[event.key])) });
  else if (event.key in rows) {
    const row = Math.min(timeline.rows.length - 1, Math.max(0, at.row + rows[event.key]));
    point({ row, index: Math.max(0, barAt(timeline.rows[row], bars[at.index].start, timeline.scale)) });
  } else if (event.key === "Enter") choose(at);
  else if (event.key === "+" || event.key === "=") zoom(0.5);
  else if (event.key === "-") zoom(2);
  else if (event.key === "0") show(0, Math.max(run.took, 0.001));
  else return;
  event.preventDefault();
  event.stopPropagation();
}
