import { execFileSync } from "node:child_process";
import test from "node:test";
import electron from "electron";

test("window @NUMBER@", () => {
  execFileSync(electron, ["--version"], { stdio: "inherit" });
});
