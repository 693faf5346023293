import { execFileSync } from "node:child_process";
import os from "node:os";
import path from "node:path";
import { download } from "edgedriver";

const driver = await download(undefined, path.join(os.homedir(), ".cache/edgedriver"));
execFileSync(driver, ["--version"], { stdio: "inherit" });
