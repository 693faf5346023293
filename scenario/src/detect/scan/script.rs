//! Imports of JavaScript and TypeScript: `import`, `export … from`, `import()` and `require()` with a fixed specifier.
//!
//! Does not know what a specifier means. Types are erased before anything runs, so `import type` asks for nothing.

use std::iter::Peekable;

use super::import::{Import, LineCounter};
use super::script_tokens::{Token, Tokens};
use super::sql;

/// Everything that `text` asks for.
pub(super) fn imports(text: &str) -> Vec<Import> {
    let mut reader = Reader {
        tokens: Tokens::new(text).peekable_with_starts(),
        lines: LineCounter::new(text),
        imports: Vec::new(),
    };
    reader.read();
    reader.imports
}

/// A token with the offset at which it begins.
type Placed<'t> = (usize, Token<'t>);

impl<'t> Tokens<'t> {
    fn peekable_with_starts(mut self) -> Peekable<impl Iterator<Item = Placed<'t>>> {
        std::iter::from_fn(move || {
            let token = self.next()?;
            Some((self.start(), token))
        })
        .peekable()
    }
}

/// The clauses that TypeScript may erase from `import` or `export`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Clause {
    Values,
    TypesOnly,
}

struct Reader<'t, I: Iterator<Item = Placed<'t>>> {
    tokens: Peekable<I>,
    lines: LineCounter<'t>,
    imports: Vec<Import>,
}

impl<'t, I: Iterator<Item = Placed<'t>>> Reader<'t, I> {
    fn read(&mut self) {
        let mut before = None;
        while let Some((at, token)) = self.tokens.next() {
            let is_member = before == Some(Token::Mark(b'.'));
            match token {
                Token::Word("import") if !is_member => {
                    self.import(at, before == Some(Token::Word("typeof")));
                }
                Token::Word("export") if !is_member => self.export(at),
                Token::Word("require") if !is_member => self.call(at),
                Token::Text(text) | Token::Template(text, _) => self.literal(at, text),
                _ => {}
            }
            before = Some(token);
        }
    }

    fn peek(&mut self) -> Option<Token<'t>> {
        self.tokens.peek().map(|&(_, token)| token)
    }

    /// Behind `import`.
    fn import(&mut self, at: usize, is_type: bool) {
        match self.peek() {
            Some(Token::Text(specifier)) => {
                self.tokens.next();
                self.add(at, specifier);
            }
            Some(Token::Mark(b'(')) if is_type => {}
            Some(Token::Mark(b'(')) => self.call(at),
            Some(Token::Word("type")) => {
                self.tokens.next();
                match self.peek() {
                    // A default import that is called `type`.
                    Some(Token::Word("from") | Token::Mark(b',')) => {
                        self.clause(at, Clause::Values);
                    }
                    _ => self.clause(at, Clause::TypesOnly),
                }
            }
            Some(Token::Word(_) | Token::Mark(b'{' | b'*')) => self.clause(at, Clause::Values),
            _ => {}
        }
    }

    /// Behind `export`.
    fn export(&mut self, at: usize) {
        match self.peek() {
            Some(Token::Mark(b'{' | b'*')) => self.clause(at, Clause::Values),
            Some(Token::Word("type")) => {
                self.tokens.next();
                if let Some(Token::Mark(b'{' | b'*')) = self.peek() {
                    self.clause(at, Clause::TypesOnly);
                }
            }
            _ => {}
        }
    }

    /// Reads up to `from "specifier"`, through tokens that may stand before it.
    fn clause(&mut self, at: usize, clause: Clause) {
        while let Some(token) = self.peek() {
            match token {
                Token::Word("from") => {
                    self.tokens.next();
                    if let Some(Token::Text(specifier)) = self.peek() {
                        self.tokens.next();
                        if clause == Clause::Values {
                            self.add(at, specifier);
                        }
                        return;
                    }
                }
                // A new statement: the clause before it had no `from`.
                Token::Word("import" | "export") => return,
                Token::Word(_) | Token::Text(_) | Token::Mark(b'{' | b'}' | b',' | b'*') => {
                    self.tokens.next();
                }
                _ => return,
            }
        }
    }

    /// A call whose first argument is a text.
    fn call(&mut self, at: usize) {
        if self.peek() != Some(Token::Mark(b'(')) {
            return;
        }
        self.tokens.next();
        if let Some(Token::Text(specifier) | Token::Template(specifier, true)) = self.peek() {
            self.tokens.next();
            // A computed specifier does not count: `require("./" + name)`.
            if let Some(Token::Mark(b')' | b',')) = self.peek() {
                self.add(at, specifier);
            }
        }
    }

    fn literal(&mut self, at: usize, text: &str) {
        for (offset, specifier) in sql::extensions(text) {
            // Behind the quote.
            let line = self.lines.line(at + 1 + offset);
            self.imports.push(Import { line, specifier });
        }
    }

    fn add(&mut self, at: usize, written: &str) {
        let line = self.lines.line(at);
        self.imports.extend(unescape(written).map(|specifier| Import { line, specifier }));
    }
}

/// The value of a string; `None` if it is empty or has an escape that no specifier needs.
fn unescape(written: &str) -> Option<String> {
    let mut value = String::with_capacity(written.len());
    let mut characters = written.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => value.push(characters.next().filter(|next| !next.is_alphanumeric())?),
            _ => value.push(character),
        }
    }
    (!value.is_empty()).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::imports;
    use crate::detect::scan::import::shown;

    fn check(text: &str, expected: &str) {
        assert_eq!(shown(&imports(text)), expected, "in:\n{text}");
    }

    #[test]
    fn every_form_of_import_is_found() {
        check(r#"import "a";"#, "1 a");
        check(r#"import a from 'a'"#, "1 a");
        check("import a, { b as c, type d }\n  from \"a\";\nimport * as e from 'b'", "1 a, 3 b");
        check(r#"import { "x-y" as z, from } from "a""#, "1 a");
        check(r#"import json from "./a.json" with { type: "json" };"#, "1 ./a.json");
        check(
            r#"export { a } from "a"; export * from "b"; export * as c from "c""#,
            "1 a, 1 b, 1 c",
        );
        check("const a = await import(\"a\");\nimport(`b`).then()", "1 a, 2 b");
        check(r#"const a = require("a"), { b } = require('b').c"#, "1 a, 1 b");
        check(r#"import a = require("a");"#, "1 a");
        check(r#"import type from "a"; import type, { b } from "b""#, "1 a, 1 b");
        check("#!/usr/bin/env node\nimport 'a'", "2 a");
        check(r#"const all = [...require("a")]"#, "1 a");
        check(r#"import "jsr:\/@db/sqlite""#, "1 jsr:/@db/sqlite");
    }

    #[test]
    fn what_is_erased_or_computed_asks_for_nothing() {
        check(
            r#"import type { A } from "a"; import type B from "b"; import type * as C from "c""#,
            "",
        );
        check(r#"export type { A } from "a"; export type B = string;"#, "");
        check(r#"let a: typeof import("a");"#, "");
        check(r#"import.meta.resolve("a"); import.meta.url"#, "");
        check(r#"require("./" + name); import(`./${name}.ts`); require(name)"#, "");
        check(r#"a.require("a"); a.import("b"); require.resolve("c")"#, "");
        check(r#"({ import: "a", export: "b", require: "c" })"#, "");
        check("export const a = 1; export default from", "");
        check(r#"import "" "#, "");
    }

    #[test]
    fn comments_strings_and_patterns_hide_what_is_in_them() {
        check("// import 'a'\n/* import 'b'\n import 'c' */ import 'd'", "3 d");
        check(r#"const a = "import 'a'"; const b = 'require("b")';"#, "");
        check("const a = `\nimport 'a'\n`; import 'b'", "3 b");
        check("const a = `${`import 'a' ${ { b: 1 } }`} require('c')`; import 'd'", "1 d");
        check("const a = `${ require('a') }`", "1 a");
        check("const a = /['\"`]/; import 'b'", "1 b");
        check("const a = b / c; import 'd' // '", "1 d");
        check("return /[/]'/.test(a)\nimport 'b'", "2 b");
    }

    #[test]
    fn a_wrong_guess_ends_with_its_line() {
        check("const a = <p>it's</p>;\nimport 'b'", "2 b");
        check("const a = 'open\nimport 'b'", "2 b");
        check("a = b\n/ c\nimport 'd'", "3 d");
        check("import { a, b\nimport 'c'", "2 c");
    }

    #[test]
    fn extensions_in_sql_are_asked_for_too() {
        check(
            "db.exec(`\n  INSTALL httpfs;\n  LOAD httpfs;`)",
            "2 sql:install httpfs, 3 sql:load httpfs",
        );
    }
}
