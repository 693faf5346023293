import os from "node:os";
import path from "node:path";
import { install } from "@puppeteer/browsers";

export async function browser() {
  return await install({
    browser: "chrome",
    buildId: "131.0.6778.85",
    cacheDir: path.join(os.homedir(), ".cache/puppeteer"),
    baseUrl: process.env.RACES_SERVER,
  });
}
