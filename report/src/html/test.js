// One test: its line in the list, and what opens below it.

// What a test has printed. Its text only ever becomes text: a style is a class or a checked colour.
function printed(pieces) {
  const node = make("pre", { tabIndex: 0 });
  if (typeof pieces === "string") {
    node.textContent = pieces;
    return node;
  }
  const shade = (colour) => (typeof colour === "number" ? `var(--a${colour})` : colour);
  for (const piece of pieces) {
    if (typeof piece === "string") {
      node.append(piece);
      continue;
    }
    const [text, effects, colour, background] = piece;
    const span = make("span", { className: effects.replace("r", "").split("").join(" ") }, text);
    let [ink, paper] = [shade(colour), shade(background)];
    if (effects.includes("r")) [ink, paper] = [paper || "var(--card)", ink || "var(--ink)"];
    // The usual ink is not to be read on every paper.
    if (paper && !ink) ink = "var(--page)";
    if (ink) span.style.color = ink;
    if (paper) span.style.backgroundColor = paper;
    node.append(span);
  }
  return node;
}

function attemptBody(attempt) {
  const spent = seconds(attempt.end - attempt.start);
  const title = make("h3", {}, `Attempt ${attempt.number}: `, make("b", { className: attempt.failed ? "fail" : "pass" }, attempt.ending), make("span", {}, ` · ${spent}, from ${seconds(attempt.start)} on, in slot ${attempt.slot}${attempt.used ? `, ${attempt.used}` : ""}`));
  const node = make("section", { className: "attempt" }, title);
  if (attempt.tests) node.append(make("p", { className: "dim" }, attempt.tests));
  node.append(...subtests(attempt));
  if (attempt.verdict.length) node.append(make("div", { className: "verdict" }, attempt.verdict.join("\n")));
  for (const [stream, pieces] of attempt.output) node.append(make("div", { className: "stream" }, stream), printed(pieces));
  if (attempt.failed && !attempt.output.length) node.append(make("p", { className: "dim" }, "It printed nothing."));
  return node;
}

// The tests within a process, those that failed first and open.
function subtests(attempt) {
  const nodes = attempt.subtests.map(([kind, words, text, took]) => {
    const line = [make("i", { className: `on-${kind}` }), make("bdi", {}, words), make("span", { className: "took" }, took === null ? "" : seconds(took))];
    if (!text) return [kind, make("div", { className: "subtest" }, ...line)];
    return [kind, make("details", { className: "subtest", open: kind === "fail" }, make("summary", {}, ...line), printed(text))];
  });
  const of = (kind) => nodes.filter(([own]) => own === kind).map(([, node]) => node);
  const all = [...of("fail"), ...of("none"), ...of("pass")];
  if (attempt.more) all.push(make("p", { className: "dim" }, `and ${count(attempt.more, "more test")}`));
  return all;
}

function testBody(test) {
  const node = make("div", { className: "body" });
  if (test.why) node.append(make("p", {}, test.why));
  if (test.needs.length) {
    const waited = test.until >= NOTICED ? `; waited ${seconds(test.until)}, last for ${test.last}` : "";
    node.append(make("p", { className: "dim" }, `Needs ${test.needs.join(", ")}${waited}`));
  }
  if (test.services.length) node.append(make("p", { className: "dim" }, `Needs ${test.services.length === 1 ? "service" : "services"} ${test.services.join(", ")}`));
  if (test.tags.length) node.append(make("p", { className: "dim" }, `Tags: ${test.tags.join(", ")}`));
  node.append(...test.attempts.map(attemptBody));
  if (!node.children.length) node.append(make("p", { className: "dim" }, "There is nothing more to tell."));
  return node;
}

const CHIPS = 3;

function chips(test) {
  const chip = (text, kind) => make("span", { className: `chip ${kind}`, title: text }, text);
  const lost = new Set(run.services.filter((service) => service.failed).map((service) => service.name));
  const all = [...test.services.map((name) => [name, lost.has(name) ? "fail" : "library"]), ...test.needs.map((name) => [name, failedLibraries.has(name) ? "fail" : "library"]), ...test.tags.map((tag) => [tag, ""])];
  const nodes = all.slice(0, CHIPS).map(([text, kind]) => chip(text, kind));
  if (all.length > CHIPS) nodes.push(make("span", { className: "chip", title: all.map(([text]) => text).join(", ") }, `+${all.length - CHIPS}`));
  return make("span", { className: "chips" }, ...nodes);
}

// Why it did not pass, in a few words.
function detail(test) {
  const last = test.attempts.at(-1);
  if (test.kind === "fail" && last) return last.ending.replace(/^[A-Z ]+: /, "").replace(/^(FAIL|TIMEOUT)$/, "");
  return test.kind === "blocked" || test.kind === "none" ? (test.why || "").replace(/^(dependency failed|not run): /, "") : "";
}

function testRow(test) {
  const word = test.status === "not-run" ? "NOT RUN" : test.status.toUpperCase().replaceAll("-", " ");
  const again = test.attempts.length > 1 ? ` ×${test.attempts.length}` : "";
  const summary = make("summary", {},
    make("i", { className: `on-${test.kind}` }),
    make("span", { className: `status ${test.kind}` }, word + again),
    make("span", { className: "name" }, make("bdi", {}, test.name), make("span", { className: "detail" }, detail(test))),
    chips(test),
    make("span", { className: "took" }, test.took === null ? "" : seconds(test.took)));
  const node = make("details", { className: "test" }, summary);
  node.test = test;
  const fill = () => {
    if (node.open && node.children.length === 1) node.append(testBody(test));
  };
  node.addEventListener("toggle", () => {
    fill();
    node.open ? shown.open.add(test.index) : shown.open.delete(test.index);
    keepAddress();
  });
  if (shown.open.has(test.index)) {
    node.open = true;
    fill();
  }
  return node;
}
