import test from "node:test";
import { engine } from "../src/engine.js";

test("engine @NUMBER@", engine);
