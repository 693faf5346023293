// Tabs, keys and colours; then everything begins.

const TABS = ["tests", "timeline", "libraries", "graph"];
const DRAW = { tests: () => {}, timeline: drawTimeline, libraries: drawLibraries, graph: drawGraph };

function showTab(name) {
  shown.tab = name;
  for (const tab of TABS) {
    const button = byId(`tab-${tab}`);
    button.setAttribute("aria-selected", tab === name);
    button.tabIndex = tab === name ? 0 : -1;
    byId(tab).hidden = tab !== name;
  }
  DRAW[name]();
  keepAddress();
}

for (const tab of TABS) {
  const button = byId(`tab-${tab}`);
  button.addEventListener("click", () => showTab(tab));
  button.addEventListener("keydown", (event) => {
    const move = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!move) return;
    const next = TABS[(TABS.indexOf(tab) + move + TABS.length) % TABS.length];
    showTab(next);
    byId(`tab-${next}`).focus();
  });
}

// The row before or after another one, past the heads of groups.
function beside(row, step) {
  do row = step > 0 ? row.nextElementSibling : row.previousElementSibling;
  while (row?.classList.contains("group"));
  return row;
}

// The next row from the one that has the focus, or the first.
function moveTo(step) {
  const rows = byId("list").getElementsByClassName("test");
  if (!rows.length) return;
  const here = document.activeElement.closest("details.test");
  if (here && step > 0 && !beside(here, step)?.test && drawn < found.length) drawMore();
  const to = here ? beside(here, step) : rows[0];
  if (to && to.test) to.firstElementChild.focus();
}

function toggleAll() {
  const rows = [...byId("list").getElementsByClassName("test")].slice(0, STEP);
  const open = rows.some((row) => !row.open);
  for (const row of rows) row.open = open;
}

const THEMES = ["system", "light", "dark"];
const DARK = ["(prefers-color-scheme: dark)", "not all", "all"];
let theme = 0;
// The rules for the dark, the graph's among them, hold always, never, or as the system has it.
function applyTheme() {
  document.documentElement.style.colorScheme = ["", "light", "dark"][theme];
  for (const sheet of document.styleSheets) for (const rule of sheet.cssRules)
    if (rule instanceof CSSMediaRule && DARK.includes(rule.media.mediaText)) rule.media.mediaText = DARK[theme];
}
function nextTheme() {
  theme = (theme + 1) % THEMES.length;
  applyTheme();
  byId("theme").textContent = `Colours: ${THEMES[theme]}`;
}

const KEYS = {
  "/": () => {
    showTab("tests");
    byId("search").focus();
    byId("search").select();
  },
  j: () => moveTo(1), ArrowDown: () => moveTo(1), k: () => moveTo(-1), ArrowUp: () => moveTo(-1),
  e: toggleAll,
  f: () => filter({ kinds: new Set(shown.kinds.size || !sums.fail ? [] : ["fail"]) }),
  t: nextTheme,
  "?": () => byId("keys").showModal(),
  Escape: () => filter({ q: "", kinds: new Set(), box: "" }),
};
TABS.forEach((tab, index) => (KEYS[index + 1] = () => showTab(tab)));

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || byId("keys").open) return;
  const typing = event.target.matches("input, select");
  // From the search, the arrow goes to what was found.
  if (typing && !(event.key === "Escape" || (event.key === "ArrowDown" && event.target.id === "search"))) return;
  const isScrolling = event.key.startsWith("Arrow") && (shown.tab !== "tests" || event.target.matches("pre"));
  if (!(event.key in KEYS) || isScrolling) return;
  event.preventDefault();
  if (typing && event.key === "Escape") event.target.blur();
  KEYS[event.key]();
});
byId("theme").addEventListener("click", nextTheme);
byId("help").addEventListener("click", KEYS["?"]);
let resized = 0;
addEventListener("resize", () => {
  cancelAnimationFrame(resized);
  resized = requestAnimationFrame(() => shown.tab === "timeline" && drawTimeline());
});
function showAddress() {
  readAddress();
  filter({});
  showTab(shown.tab);
}
// Somebody follows a link into the page that is open; what the page itself notes in its address is no such event.
addEventListener("hashchange", showAddress);
showAddress();
