import { execFileSync } from "node:child_process";
import { browser } from "./browser.mjs";

execFileSync(browser.executablePath, ["--version"], { stdio: "inherit" });
