import { assertEquals } from "@std/assert";
import { Database } from "@db/sqlite";

Deno.test("one is one", () => {
  const database = new Database(":memory:");
  assertEquals(database.prepare("SELECT 1").value<[number]>(), [1]);
  database.close();
});
