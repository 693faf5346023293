import { assertEquals } from "@std/assert";
import { shout } from "../helpers/text.ts";

// Only a comment imports "@db/sqlite" here.
Deno.test("text is made loud", () => {
  assertEquals(shout('import "@db/sqlite"'), 'IMPORT "@DB/SQLITE"');
});
