import { assert } from "@std/assert";

Deno.test("the window's library can be loaded", async () => {
  const { Webview } = await import("webview");
  assert(Webview);
});
