import { execFileSync } from "node:child_process";
import test from "node:test";
import chromium from "@sparticuz/chromium";

test("invoice @NUMBER@", async () => {
  execFileSync(await chromium.executablePath(), ["--version"], { stdio: "inherit" });
});
