import { execFileSync } from "node:child_process";
import test from "node:test";
import { download } from "edgedriver";

test("page @NUMBER@", async () => {
  // What `start` does before it starts the driver.
  const driver = await download();
  execFileSync(driver, ["--version"], { stdio: "inherit" });
});
