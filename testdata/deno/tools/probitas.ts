// `run FILE…`: runs the scenario that each file exports, and fails with the first step that throws. Ends with a summary, without
// which nobody would know that it came to its end.

import type { Scenario } from "./scenario.ts";

const [command, ...files] = Deno.args;
if (command !== "run" || files.length === 0) {
  console.error("usage: probitas run FILE...");
  Deno.exit(2);
}
const started = performance.now();
for (const file of files) {
  const url = new URL(file, `file://${Deno.cwd()}/`);
  const { default: scenario }: { default: Scenario } = await import(url.href);
  let previous: unknown;
  for (const { name, run } of scenario.steps) {
    try {
      previous = await run(previous);
      console.log(`ok ${scenario.name} > ${name}`);
    } catch (error) {
      console.error(`failed ${scenario.name} > ${name}:`, error);
      Deno.exit(1);
    }
  }
}
const took = (performance.now() - started).toFixed(3);
console.log(`Summary\n  ✓ ${files.length} scenarios passed\n\n${files.length} scenarios total [${took}ms]`);
