// Reads a Mermaid flowchart from standard input as Mermaid itself does, paints it, and prints what it holds as JSON:
// the words in each box as they are painted, and the number of arrows.
//
// The painter runs without a browser: jsdom has no layout, so every text is said to have the same size.
import { JSDOM } from "jsdom";

const { window } = new JSDOM();
const size = () => ({ x: 0, y: 0, width: 100, height: 20 });
window.SVGElement.prototype.getBBox = size;
window.SVGElement.prototype.getComputedTextLength = () => 100;
for (const name of ["document", "Element", "CSSStyleSheet"]) globalThis[name] = window[name];
globalThis.window = window;
// It keeps where arrows end in this form. Without layout that means nothing, and may be more than points.
globalThis.btoa = () => "";
const { default: mermaid } = await import("mermaid");

let text = "";
for await (const chunk of process.stdin) text += chunk;
mermaid.initialize({ startOnLoad: false, securityLevel: "strict" });
const diagram = await mermaid.mermaidAPI.getDiagramFromText(text);
const { svg } = await mermaid.render("graph", text);
const painted = new JSDOM(svg).window.document;
const nodes = [...painted.querySelectorAll("g.node")].map((node) => {
  for (const br of node.querySelectorAll("br")) br.replaceWith("\n");
  return node.querySelector(".label").textContent.trim();
});
console.log(JSON.stringify({ nodes, arrows: diagram.db.getEdges().length }));
