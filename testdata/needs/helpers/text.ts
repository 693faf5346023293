// A type is gone before anything runs, so nobody needs SQLite for this.
import type { Database } from "@db/sqlite";

export const shout = (text: string): string => text.toUpperCase();

export type Source = Database | string;
