import os from "node:os";
import path from "node:path";
import BinWrapper from "bin-wrapper";

export default new BinWrapper()
  .src(`${process.env.RACES_SERVER}/engine`)
  .dest(path.join(os.homedir(), ".cache/engine"))
  .use("engine");
