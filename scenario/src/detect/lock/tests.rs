//! Tests of every format, as its program writes it.

use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use super::file::{Lock, READERS};

/// Checks the packages in `text`, as `npm:esbuild@0.21.5:3`. The last part is the line.
#[track_caller]
fn check(name: &str, text: &str, expected: &[&str]) {
    let lock = Lock::parse(name, name, text.to_owned()).expect("it is a lock file");
    let found = lock.packages().map(|(package, locked)| match locked {
        Some(locked) => format!("{package}:{}", lock.line(locked)),
        None => format!("{package}:{}", lock.line_of_address(&package)),
    });
    assert_eq!(found.collect::<Vec<_>>(), expected, "in `{name}`");
}

const DENO_5: &str = r#"{
  "version": "5",
  "specifiers": {
    "jsr:@db/sqlite@0.12": "0.12.0",
    "jsr:@std/path@0.217": "0.217.0",
    "npm:react-dom@18": "18.3.1_react@18.3.1"
  },
  "jsr": {
    "@db/sqlite@0.12.0": {
      "integrity": "dd1ef7f621ad50fc1e073a1c3609c4470bd51edc0994139c5bf9851de7a6d85f",
      "dependencies": ["jsr:@std/path@0.217"]
    },
    "@std/path@0.217.0": { "integrity": "1" }
  },
  "npm": {
    "react-dom@18.3.1_react@18.3.1": { "integrity": "sha512-1" }
  },
  "remote": { "https://deno.land/x/plug@1.0.3/mod.ts": "ab" }
}"#;

#[test]
fn deno_locks_of_versions_4_and_5_are_read() {
    check(
        "deno.lock",
        DENO_5,
        &[
            "jsr:@db/sqlite@0.12.0:9",
            "jsr:@std/path@0.217.0:13",
            "npm:react-dom@18.3.1:16",
            "https://deno.land/x/plug@1.0.3/mod.ts:18",
        ],
    );
    let lock = Lock::parse("deno.lock", "deno.lock", DENO_5.to_owned()).expect("it is one");
    let locked = lock.specifier("jsr:@db/sqlite@0.12").expect("it is there");
    assert_eq!((locked.version.as_str(), lock.line(locked)), ("0.12.0", 4));
    let (dependencies, line) = lock.dependencies("jsr:@db/sqlite@0.12.0").expect("it has some");
    assert_eq!((dependencies, line), (["jsr:@std/path@0.217".to_owned()].as_slice(), 9));
    let (specifier, locked) = lock.dependency("jsr:@std/path").expect("there is one version");
    assert_eq!((specifier, locked.version.as_str()), ("jsr:@std/path@0.217", "0.217.0"));
    assert!(lock.dependency("jsr:@std").is_none());
    let locked = lock.specifier("npm:react-dom@18").expect("it is there");
    assert_eq!(locked.version, "18.3.1");
}

#[test]
fn deno_locks_of_version_3_are_read() {
    let text = r#"{ "version": "3", "packages": {
        "specifiers": { "jsr:@db/sqlite@^0.11.1": "jsr:@db/sqlite@0.11.1" },
        "jsr": { "@db/sqlite@0.11.1": { "integrity": "1" } },
        "npm": { "left-pad@1.3.0": {} }
      }, "redirects": { "https://deno.land/x/a/mod.ts": "https://deno.land/x/a@1.0.0/mod.ts" } }"#;
    check("deno.lock", text, &["jsr:@db/sqlite@0.11.1:3", "npm:left-pad@1.3.0:4"]);
    let lock = Lock::parse("deno.lock", "deno.lock", text.to_owned()).expect("it is one");
    let locked = lock.specifier("jsr:@db/sqlite@^0.11.1").expect("it is there");
    assert_eq!(locked.version, "0.11.1");
    let redirect = lock.redirect("https://deno.land/x/a/mod.ts");
    assert_eq!(redirect, Some("https://deno.land/x/a@1.0.0/mod.ts"));
}

#[test]
fn npm_locks_are_read_and_the_top_of_the_tree_comes_first() {
    check(
        "package-lock.json",
        r#"{ "lockfileVersion": 3, "packages": {
            "": { "name": "app", "version": "1.0.0" },
            "node_modules/a/node_modules/esbuild": { "version": "0.19.0" },
            "node_modules/@scope/b": { "version": "2.0.0" },
            "node_modules/esbuild": { "version": "0.21.5", "dev": true },
            "packages/linked": { "version": "0.0.0" },
            "node_modules/linked": { "resolved": "packages/linked", "link": true }
        } }"#,
        &["npm:@scope/b@2.0.0:4", "npm:esbuild@0.21.5:5", "npm:esbuild@0.19.0:3"],
    );
    check(
        "npm-shrinkwrap.json",
        r#"{ "lockfileVersion": 1, "dependencies": { "esbuild": { "version": "0.21.5" } } }"#,
        &["npm:esbuild@0.21.5:1"],
    );
    check(
        "package-lock.json",
        r#"{ "lockfileVersion": 1, "dependencies": {
            "a": { "version": "1.0.0", "requires": { "esbuild": "1" }, "dependencies": {
              "esbuild": { "version": "0.19.0" } } },
            "old": { "version": "npm:@scope/esbuild@0.1.0" },
            "z": { "version": "2.0.0" } } }"#,
        &["npm:@scope/esbuild@0.1.0:4", "npm:a@1.0.0:2", "npm:esbuild@0.19.0:2", "npm:z@2.0.0:5"],
    );
    check(
        "package-lock.json",
        r#"{ "packages": { "node_modules/old": { "name": "esbuild", "version": "0.19.0" } } }"#,
        &["npm:esbuild@0.19.0:1"],
    );
}

#[test]
fn bun_locks_are_read_and_the_top_of_the_tree_comes_first() {
    check(
        "bun.lock",
        r#"{
  "lockfileVersion": 1,
  "workspaces": { "": { "name": "app", "dependencies": { "esbuild": "^0.21.5" } } },
  "packages": {
    "@scope/a": ["@scope/a@1.0.0", "", { "dependencies": { "esbuild": "0.19" } }, "sha512-1"],

    "a/esbuild": ["esbuild@0.19.0", "", {}, "sha512-2"],

    "app": ["app@workspace:."],
    "esbuild": ["esbuild@0.21.5", "", { "bin": "bin/esbuild" }, "sha512-3"],
    "near": ["near@github:a/near#1", {}],
  }
}"#,
        &["npm:@scope/a@1.0.0:5", "npm:esbuild@0.21.5:10", "npm:esbuild@0.19.0:7"],
    );
    check("bun.lock", r#"{ "packages": { "a": [], "b": ["@"], "c": "c@1", "d": [1] } }"#, &[]);
}

#[test]
fn pnpm_locks_are_read() {
    check(
        "pnpm-lock.yaml",
        "lockfileVersion: '9.0'\n\nimporters:\n\n  .:\n    dependencies:\n      better-sqlite3:\n        \
         specifier: ^11.0.0\n        version: 11.1.2\n\npackages:\n\n  '@scope/a@1.0.0':\n    resolution: {}\n\n  \
         better-sqlite3@11.1.2:\n    resolution: {}\n\n  react-dom@18.3.1(react@18.3.1):\n    engines: {}\n\n\
         snapshots:\n\n  other@1.0.0: {}\n",
        &["npm:@scope/a@1.0.0:13", "npm:better-sqlite3@11.1.2:16", "npm:react-dom@18.3.1:19"],
    );
    check(
        "pnpm-lock.yaml",
        "lockfileVersion: 5.4\npackages:\n\n  /@scope/a/1.0.0:\n    dev: true\n  /b/2.0.0_react@18.2.0:\n  /c@3.0.0:\n",
        &["npm:@scope/a@1.0.0:4", "npm:b@2.0.0:6", "npm:c@3.0.0:7"],
    );
}

#[test]
fn yarn_locks_are_read() {
    check(
        "yarn.lock",
        "# yarn lockfile v1\n\n\n\"@scope/a@^1.0.0\", \"@scope/a@^1.1.0\":\n  version \"1.2.0\"\n  resolved \"x\"\n\n\
         esbuild@^0.21.0, esbuild@~0.21.5:\n  version \"0.21.5\"\n  dependencies:\n    version \"9\"\n",
        &["npm:@scope/a@1.2.0:4", "npm:esbuild@0.21.5:8"],
    );
    check(
        "yarn.lock",
        "__metadata:\n  version: 8\n\n\"app@workspace:.\":\n  version: 0.0.0-use.local\n\n\
         \"better-sqlite3@npm:^11.0.0\":\n  version: 11.1.2\n  resolution: \"better-sqlite3@npm:11.1.2\"\n",
        &["npm:better-sqlite3@11.1.2:7"],
    );
}

#[test]
fn python_locks_are_read() {
    check(
        "uv.lock",
        "version = 1\nrequires-python = \">=3.12\"\n\n[[package]]\nname = \"Duck_DB\"\nversion = \"1.4.2\"\n\n\
         [[package]]\nname = \"app\"\nsource = { virtual = \".\" }\n\n[package.metadata]\nversion = \"9\"\n",
        &["pypi:duck-db@1.4.2:5"],
    );
    check(
        "poetry.lock",
        "[[package]]\nname = \"torch\"\nversion = \"2.4.0\"\ndescription = \"\"\n",
        &["pypi:torch@2.4.0:2"],
    );
    check(
        "pdm.lock",
        "# by PDM\n[metadata]\nlock_version = \"4.5\"\n\n[[package]]\nname = \"cffi\"\nversion = \"1.17.1\"\n\
         files = [\n    {file = \"cffi.whl\", hash = \"1\"},\n]\n",
        &["pypi:cffi@1.17.1:6"],
    );
    for name in ["pylock.toml", "pylock.dev.toml"] {
        check(
            name,
            "lock-version = \"1.0\"\ncreated-by = \"uv\"\n\n[[packages]]\nname = \"Cython\"\nversion = \"3.1.0\"\n\
             index = \"x\"\n\n[[packages.wheels]]\nname = \"cython.whl\"\nurl = \"x\"\n\n[[packages]]\nname = \"near\"\n\n\
             [packages.directory]\npath = \".\"\n",
            &["pypi:cython@3.1.0:5"],
        );
    }
    check(
        "Pipfile.lock",
        r#"{ "_meta": { "hash": { "sha256": "1" }, "requires": { "python_version": "3.12" } },
            "default": {
              "PyPandoc": { "hashes": ["sha256:1"], "version": "==1.15" },
              "near": { "path": "." } },
            "develop": { "selenium": { "index": "pypi", "version": "==4.27.1" } } }"#,
        &["pypi:pypandoc@1.15:3", "pypi:selenium@4.27.1:5"],
    );
    check(
        "requirements-dev.txt",
        "# pinned\ntorch==2.4.0 \\\n    --hash=sha256:1\nDuckDB[all] == 1.4.2 ; python_version > '3'\n-r other.txt\n\
         numpy>=1\npandas==2.*\nexact===1.0\nPlaywright  # the newest\ncffi[all]~=1.17 ; python_version > '3'\n\
         near @ file:///near\n./local\n../other\ngit+https://example.org/x\nhttps://example.org/y.whl\n--no-index\n",
        &[
            "pypi:duckdb@1.4.2:4",
            "pypi:exact@1.0:8",
            "pypi:torch@2.4.0:2",
            "pypi:numpy@>=1:6",
            "pypi:pandas@==2.*:7",
            "pypi:playwright@*:9",
            "pypi:cffi@~=1.17:10",
            "pypi:near@@ file:///near:11",
        ],
    );
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 256,
        rng_seed: RngSeed::Fixed(1),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn any_text_can_be_read(text in any::<String>()) {
        for (name, reader) in READERS {
            let contents = reader(&text);
            prop_assert!(contents.packages.len() <= text.len(), "{name}");
        }
    }

    #[test]
    fn any_layout_can_be_read(
        tokens in prop::collection::vec(prop::sample::select(vec![
            "\n", "  ", "\n  ", "'", "\"", ":", "@", "/", "_", "(", "==", "[[package]]", "name = \"", "version = \"",
            "packages:", "{", "}", ",", "\"specifiers\":", "\"jsr\":", "a", "1.0.0", "ö", "  version",
        ]), 0..40),
    ) {
        let text = tokens.concat();
        for (name, _) in READERS {
            let lock = Lock::parse(name, name, text.clone());
            for (package, locked) in lock.iter().flat_map(Lock::packages) {
                let line = locked.map_or(1, |locked| lock.as_ref().map_or(1, |lock| lock.line(locked)));
                prop_assert!(line >= 1 && !package.is_empty());
            }
        }
    }
}
