import { Cart } from "../src/cart.ts";

Deno.test("an empty cart costs nothing", () => {
  if (new Cart().total() !== 0) throw new Error("it costs something");
});

Deno.test("the configuration can be read", async () => {
  const text = await Deno.readTextFile("deno.jsonc");
  if (!text.includes("probitas")) throw new Error("it is another one");
});
