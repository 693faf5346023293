import { answer } from "jsr:@db/sqlite@0.13";

Deno.test("row @NUMBER@", () => {
  if (answer() !== 42) throw new Error("the engine is not whole");
});
