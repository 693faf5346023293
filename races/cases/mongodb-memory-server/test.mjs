import { execFileSync } from "node:child_process";
import { MongoBinary } from "mongodb-memory-server-core";

execFileSync(await MongoBinary.getPath(), ["--version"], { stdio: "inherit" });
