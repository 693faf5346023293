import { Database } from "@db/sqlite";

/** A database in memory with one table. */
export function withUsers(names: string[]): Database {
  const database = new Database(":memory:");
  database.exec("CREATE TABLE users (name TEXT)");
  for (const name of names) {
    database.exec("INSERT INTO users VALUES (?)", name);
  }
  return database;
}
