import assert from "node:assert/strict";
import { test } from "node:test";

import { toRoman } from "../src/roman.js";

test("subtractive pairs", () => {
  assert.equal(toRoman(4), "IV");
  assert.equal(toRoman(1994), "MCMXCIV");
});
