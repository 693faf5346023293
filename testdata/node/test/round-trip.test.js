import assert from "node:assert/strict";
import { test } from "node:test";

import { fromRoman, toRoman } from "../src/roman.js";

test("every number below 4000 comes back", () => {
  for (let number = 1; number < 4000; number++) {
    assert.equal(fromRoman(toRoman(number)), number);
  }
});
