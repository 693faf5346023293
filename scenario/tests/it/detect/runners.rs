//! What runners and plugins load for a test although nothing in it says so.

use super::check;

#[test]
fn what_the_configuration_of_a_runner_loads_runs_with_each_test() {
    check(
        r#"
--- jest.config.js
module.exports = {
  globalSetup: "<rootDir>/support/start.ts",
};
--- support/start.ts
import { MongoMemoryServer } from "mongodb-memory-server";
--- a/test.ts
--- a/other.ts
"#,
        "a/test.ts needs mongod: a/test.ts:1 `jest.config.js` → jest.config.js:2 `./support/start.ts` → \
         support/start.ts:1 `mongodb-memory-server`",
    );
    // A preset is a package, and the settings may be in the package's description.
    check(
        r#"
--- package.json
{
  "devDependencies": { "@shelf/jest-mongodb": "^5.0.0" },
  "jest": { "preset": "@shelf/jest-mongodb" }
}
--- test.js
"#,
        "test.js needs mongod: package.json:3 `@shelf/jest-mongodb` → package.json:2 `@shelf/jest-mongodb@^5.0.0`",
    );
    check(
        r#"
--- jest.config.json
{ "preset": "./support" }
--- support/jest-preset.js
module.exports = { setupFilesAfterEnv: ["./more"] };
--- support/more.js
require("better-sqlite3");
--- test.js
"#,
        "test.js needs better-sqlite3: test.js:1 `jest.config.json` → jest.config.json:1 `./support/jest-preset` → \
         support/jest-preset.js:1 `./more` → support/more.js:1 `better-sqlite3`",
    );
}

#[test]
fn vitest_has_the_nearest_configuration_and_files_beside_it() {
    check(
        r#"
--- vite.config.ts
import { playwright } from "playwright";
--- web/vitest.config.ts
export default defineConfig({
  test: { setupFiles: ["setup.ts"], globalSetup: "./global" },
});
--- web/setup.ts
--- web/global.ts
export { default } from "better-sqlite3";
--- web/src/test.ts
--- other/test.ts
"#,
        "other/test.ts needs chromium: other/test.ts:1 `vite.config.ts` → vite.config.ts:1 `playwright`\n\
         web/src/test.ts needs better-sqlite3: web/src/test.ts:1 `vitest.config.ts` → \
         web/vitest.config.ts:2 `./global` → web/global.ts:1 `better-sqlite3`",
    );
}

#[test]
fn a_fixture_of_a_plugin_is_an_import_where_the_plugin_is_known() {
    let test = "--- test_shop.py\ndef test_shop(page, live):\n    pass\n";
    check(test, "");
    check(
        &format!(
            "{test}--- pyproject.toml\n[project]\ndependencies = [\"pytest-playwright>=0.5\"]\n"
        ),
        "test_shop.py needs chromium: test_shop.py:1 `fixture:page` → pyproject.toml:2 `pytest-playwright`",
    );
    check(
        &format!("{test}--- requirements-dev.txt\npytest\npytest-playwright\n"),
        "test_shop.py needs chromium: test_shop.py:1 `fixture:page` → requirements-dev.txt:2 `pytest-playwright@*`",
    );
    check(
        &format!("{test}--- .venv/lib/python3.12/site-packages/pytest_playwright/__init__.py\n"),
        "test_shop.py needs chromium: test_shop.py:1 `fixture:page` → \
         .venv/lib/python3.12/site-packages/pytest_playwright:1 `pytest-playwright`",
    );
}

#[test]
fn plugins_of_a_conftest_are_files_and_packages() {
    check(
        r#"
--- conftest.py
pytest_plugins = ["tests.fixtures", "pytest_playwright"]
--- tests/fixtures.py
import pyximport
--- tests/test_a.py
"#,
        "tests/test_a.py needs chromium: tests/test_a.py:1 `conftest.py` → conftest.py:1 `pytest_playwright`\n\
         tests/test_a.py needs pyximport: tests/test_a.py:1 `conftest.py` → conftest.py:1 `tests.fixtures` → \
         tests/fixtures.py:1 `pyximport`",
    );
}
