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
  if (attempt.verdict.length) node.append(make("div", { className: "verdict" }, ...prose(attempt.verdict.join("\n"))));
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

// What runs the test again, as somebody types it: the name whole, in quotes where a selector or a shell wants them.
function again(test) {
  const name = test.name.replace(/@stress-\d+$/, "");
  const value = /,|^"|^\s|\s$/.test(name) ? `"${name.replaceAll('"', '""')}"` : name;
  return `probe run -s '${`name:=${value}`.replaceAll("'", "'\\''")}'`;
}

function copyButton(text, title) {
  const button = make("button", { type: "button", className: "copy", title: text }, title);
  button.addEventListener("click", async () => {
    let said = "Copied";
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // A page that is a file may not be trusted with the clipboard: then it is there to be copied by hand.
      said = text;
    }
    button.textContent = said;
    setTimeout(() => (button.textContent = title), said === text ? 15000 : 1500);
  });
  return button;
}

function testBody(test) {
  const node = make("div", { className: "body" });
  node.append(make("div", { className: "does" }, copyButton(again(test), "Copy the command that runs this again")));
  if (test.why) node.append(make("p", {}, ...prose(test.why)));
  if (test.needs.length) {
    const waited = test.until >= NOTICED ? `; waited ${seconds(test.until)}, last for ${test.last}` : "";
    node.append(make("p", { className: "dim" }, `Needs ${test.needs.join(", ")}${waited}`));
  }
  if (test.services.length) node.append(make("p", { className: "dim" }, `Needs ${test.services.length === 1 ? "service" : "services"} ${test.services.join(", ")}`));
  if (test.tags.length) node.append(make("p", { className: "dim" }, `Tags: ${test.tags.join(", ")}`));
  node.append(...test.attempts.map(attemptBody));
  if (node.children.length === 1) node.append(make("p", { className: "dim" }, "There is nothing more to tell."));
  return node;
}

// The last error in a line of its own.
function said(test) {
  test.said ??= lastError(test);
  return test.said ? [make("span", { className: "said" }, test.said)] : [];
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

// The line that tells most of what went wrong: the first test within it that failed; else, of its output, the last one that speaks of an error, or else the last one.
const SPEAKS = /\b(\w*error|\w*exception|fail(ed|ure)?|panicked|assert\w*|expected|cannot|could not|undefined|not found|segmentation fault|bus error)\b/i;
function lastError(test) {
  if (test.kind !== "fail") return "";
  const attempt = test.attempts.findLast((attempt) => attempt.failed);
  // What its runner has written down is exact.
  const within = (attempt?.subtests || []).find(([kind]) => kind === "fail");
  if (within) return within[1].slice(0, 300);
  const texts = (attempt?.output || []).map(([, pieces]) => (typeof pieces === "string" ? pieces : pieces.map((piece) => (typeof piece === "string" ? piece : piece[0])).join("")));
  // Lines of signs, and those that begin with some, only divide.
  const lines = texts.flatMap((text) => text.slice(-20000).split("\n")).map((line) => line.trim()).filter((line) => /[\p{L}\d]/u.test(line) && !/^[=─━-]{3}/.test(line));
  return (lines.findLast((line) => SPEAKS.test(line)) || lines.at(-1) || "").slice(0, 300);
}

function testRow(test) {
  const word = test.status === "not-run" ? "NOT RUN" : test.status.toUpperCase().replaceAll("-", " ");
  const again = test.attempts.length > 1 ? ` ×${test.attempts.length}` : "";
  const summary = make("summary", {},
    make("i", { className: `on-${test.kind}` }),
    make("span", { className: `status ${test.kind}` }, word + again),
    make("span", { className: "name" }, make("bdi", {}, shortName(test)), make("span", { className: "detail" }, ...prose(detail(test))), ...said(test)),
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
