// `run FILE…`: runs the scenario that each file exports, and fails with the first step that throws.

import type { Scenario } from "./scenario.ts";

const [command, ...files] = Deno.args;
if (command !== "run" || files.length === 0) {
  console.error("usage: probitas run FILE...");
  Deno.exit(2);
}
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
