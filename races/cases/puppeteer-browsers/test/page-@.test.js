import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { browser } from "../src/browser.js";

test("page @NUMBER@", async () => {
  const { executablePath } = await browser();
  expect(execFileSync(executablePath, ["--version"]).toString()).toContain("engine");
}, 60_000);
