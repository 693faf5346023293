import fs from "node:fs";
import os from "node:os";
import path from "node:path";

export async function engine() {
  const file = path.join(os.homedir(), ".cache/engine/engine.node");
  if (!fs.existsSync(file)) {
    const response = await fetch(new URL("/engine.node", process.env.RACES_SERVER));
    const body = Buffer.from(await response.arrayBuffer());
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, body);
  }
  process.dlopen({ exports: {} }, file);
}
