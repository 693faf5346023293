import { execFileSync } from "node:child_process";
import engine from "../lib/engine.js";

describe("image @NUMBER@", () => {
  it("is minified", async function () {
    this.timeout(60_000);
    await engine.run(["--version"]);
    execFileSync(engine.path(), ["--version"]);
  });
});
