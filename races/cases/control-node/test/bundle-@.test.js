import assert from "node:assert";
import test from "node:test";
import { transform } from "esbuild";

test("bundle @NUMBER@", async () => {
  const { code } = await transform("const answer: number = @NUMBER@; export default answer", { loader: "ts" });
  assert.match(code, /@NUMBER@/);
});
