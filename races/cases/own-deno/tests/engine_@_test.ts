import { dlopen } from "../src/plug.ts";

Deno.test("answer @NUMBER@", async () => {
  const url = new URL("/libengine.so", Deno.env.get("RACES_SERVER"));
  const engine = await dlopen(url, { engine_answer: { parameters: [], result: "u32" } });
  if (engine.symbols.engine_answer() !== 42) throw new Error("the engine is not whole");
  engine.close();
});
