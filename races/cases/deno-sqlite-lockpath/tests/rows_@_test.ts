import { answer } from "@db/sqlite";

Deno.test("row @NUMBER@", () => {
  if (answer() !== 42) throw new Error("the engine is not whole");
});
