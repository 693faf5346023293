import { assertEquals } from "@std/assert";
import { withUsers } from "@helpers/database.ts";

Deno.test("users are counted", () => {
  const database = withUsers(["Ada", "Grace"]);
  const [count] = database.prepare("SELECT count(*) FROM users").value<[number]>()!;
  assertEquals(count, 2);
  database.close();
});
