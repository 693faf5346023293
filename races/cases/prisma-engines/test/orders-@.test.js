import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import test from "node:test";
import "../src/database.js";

test("orders @NUMBER@", () => {
  const engines = "node_modules/@prisma/engines";
  const schema = readdirSync(engines).find((name) => name.startsWith("schema-engine-") && !name.includes(".tmp"));
  execFileSync(`${engines}/${schema}`, ["--version"], { stdio: "inherit" });
  const query = readdirSync(engines).find((name) => /^libquery_engine-.*\.node$/.test(name));
  process.dlopen({ exports: {} }, `${engines}/${query}`);
});
