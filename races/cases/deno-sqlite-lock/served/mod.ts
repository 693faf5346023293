// Stands for `@db/sqlite`, as far as its library goes: that of DENO_SQLITE_PATH, else one that is fetched as through plug.

import { dlopen } from "./plug.ts";

const symbols = { engine_answer: { parameters: [], result: "u32" } } as const;
const file = Deno.build.arch === "aarch64" ? "libsqlite3_aarch64.so" : "libsqlite3.so";
const url = new URL(`/denodrivers/sqlite3/releases/download/0.13.0/${file}`, Deno.env.get("RACES_SERVER"));
const path = Deno.env.get("DENO_SQLITE_PATH");
const library = path ? Deno.dlopen(path, symbols) : await dlopen(url, symbols);

export function answer(): number {
  return library.symbols.engine_answer();
}
