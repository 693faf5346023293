//! Imports of Python: `import`, `from … import`, and calls that import a fixed name.
//!
//! Does not know what a module is. Every statement counts, wherever it stands, because a test may reach it.

use super::import::{Import, LineCounter};
use super::sql;

/// Calls that import the module in their first argument.
const CALLS: [&str; 3] = ["import_module", "__import__", "importorskip"];

/// The methods by which DuckDB's extensions are asked for.
const EXTENSIONS: [&str; 2] = ["install_extension", "load_extension"];

/// Calls that make something that no import shows: the object, the method, and the specifier of the result.
const MAKERS: [(&str, &str, &str); 5] = [
    ("Cython", "inline", "cython.inline"),
    ("Language", "build_library", "tree_sitter.Language.build_library"),
    ("cython", "inline", "cython.inline"),
    ("pypandoc", "download_pandoc", "pypandoc.download_pandoc"),
    ("pypandoc", "ensure_pandoc_installed", "pypandoc.ensure_pandoc_installed"),
];

/// The variable in which a `conftest.py` or a test names plugins of pytest.
const PLUGINS: &str = "pytest_plugins";

/// Everything that `text` asks for.
pub(super) fn imports(text: &str) -> Vec<Import> {
    let mut reader = Reader {
        tokens: Tokens { text, bytes: text.as_bytes(), at: 0, depth: 0 },
        lines: LineCounter::new(text),
        imports: Vec::new(),
        in_decorator: false,
    };
    reader.read();
    reader.imports
}

/// A token, as far as imports need them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token<'t> {
    Word(&'t str),
    /// A string without its quotes; prefixes are words before it.
    Text(&'t str),
    Mark(u8),
    /// The end of a logical line.
    End,
}

struct Tokens<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    /// How many brackets are open: within them lines do not end.
    depth: usize,
}

impl<'t> Tokens<'t> {
    /// The next token with its offset.
    fn next(&mut self) -> Option<(usize, Token<'t>)> {
        while let Some(&byte) = self.bytes.get(self.at) {
            let start = self.at;
            match byte {
                b'\n' => {
                    self.at += 1;
                    if self.depth == 0 {
                        return Some((start, Token::End));
                    }
                }
                b'\\' => {
                    // At the end of a line it joins the next one.
                    let joins = self.bytes.get(self.at + 1) == Some(&b'\n');
                    self.at += if joins { 2 } else { 1 };
                }
                b'#' => {
                    let rest = &self.bytes[self.at..];
                    self.at += rest.iter().position(|&byte| byte == b'\n').unwrap_or(rest.len());
                }
                b'"' | b'\'' => return Some((start, Token::Text(self.string(byte)))),
                _ if byte.is_ascii_whitespace() => self.at += 1,
                _ if is_word(byte) => {
                    let rest = &self.bytes[self.at..];
                    self.at += rest.iter().position(|&byte| !is_word(byte)).unwrap_or(rest.len());
                    return Some((start, Token::Word(&self.text[start..self.at])));
                }
                _ => {
                    self.at += 1;
                    match byte {
                        b'(' | b'[' | b'{' => self.depth += 1,
                        b')' | b']' | b'}' => self.depth = self.depth.saturating_sub(1),
                        _ => {}
                    }
                    return Some((start, Token::Mark(byte)));
                }
            }
        }
        None
    }

    /// The next token, without taking it.
    fn peek(&self) -> Option<Token<'t>> {
        Tokens { ..*self }.next().map(|(_, token)| token)
    }

    /// A string in one or three `quote`s. A string without an end ends at the end of its line.
    fn string(&mut self, quote: u8) -> &'t str {
        let long = self.bytes[self.at..].starts_with(&[quote; 3]);
        let length = if long { 3 } else { 1 };
        let from = self.at + length;
        self.at = from;
        while let Some(&byte) = self.bytes.get(self.at) {
            let ends = byte == quote && (!long || self.bytes[self.at..].starts_with(&[quote; 3]));
            if ends {
                let text = self.text.get(from..self.at).unwrap_or_default();
                self.at += length;
                return text;
            }
            match byte {
                b'\\' => self.at = (self.at + 2).min(self.bytes.len()),
                b'\n' if !long => break,
                _ => self.at += 1,
            }
        }
        self.text.get(from..self.at).unwrap_or_default()
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii()
}

fn is_module(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| is_word(byte) || byte == b'.')
}

struct Reader<'t> {
    tokens: Tokens<'t>,
    lines: LineCounter<'t>,
    imports: Vec<Import>,
    in_decorator: bool,
}

impl<'t> Reader<'t> {
    fn read(&mut self) {
        let mut starts_statement = true;
        // Whether the function that comes next is a fixture.
        let mut decorated = false;
        // The words before a dot, and before this token.
        let (mut object, mut last) = (None, None);
        while let Some((at, token)) = self.tokens.next() {
            match token {
                Token::Mark(b'@') if starts_statement => self.in_decorator = true,
                Token::Word("fixture") if self.in_decorator => decorated = true,
                Token::End => self.in_decorator = false,
                _ => {}
            }
            if starts_statement
                && !matches!(token, Token::Mark(b'@') | Token::Word("async" | "def") | Token::End)
            {
                decorated = false;
            }
            match token {
                Token::Word("import") if starts_statement => self.import(at),
                Token::Word("from") if starts_statement => self.from(at),
                Token::Word("def") if starts_statement => self.def(at, decorated),
                Token::Word(PLUGINS) if starts_statement => self.plugins(),
                Token::Word(word) if CALLS.contains(&word) => self.call(at),
                Token::Word(word) if EXTENSIONS.contains(&word) => self.extension(at, word),
                Token::Word(word) if object.is_some() => self.maker(at, object, word),
                Token::Text(text) => {
                    for (offset, specifier) in sql::extensions(text) {
                        let line = self.lines.line(at + 1 + offset);
                        self.imports.push(Import { line, specifier });
                    }
                }
                _ => {}
            }
            (object, last) = match token {
                Token::Word(word) => (None, Some(word)),
                Token::Mark(b'.') => (last, None),
                _ => (None, None),
            };
            starts_statement = match token {
                Token::Word("async") => starts_statement,
                Token::End | Token::Mark(b';') => true,
                Token::Mark(b':') => self.tokens.depth == 0,
                _ => false,
            };
        }
    }

    /// Behind `import`: `a.b as c, d`.
    fn import(&mut self, at: usize) {
        loop {
            let module = self.dotted();
            if module.is_empty() {
                return;
            }
            self.add(at, module);
            self.skip_alias();
            if self.tokens.peek() != Some(Token::Mark(b',')) {
                return;
            }
            self.tokens.next();
        }
    }

    /// Behind `from`: `..a.b import x as y, (z, w)`.
    fn from(&mut self, at: usize) {
        let module = self.dotted();
        if module.is_empty() || self.tokens.peek() != Some(Token::Word("import")) {
            return;
        }
        self.tokens.next();
        self.add(at, module.clone());
        while let Some(token) = self.tokens.peek() {
            match token {
                Token::Word(name) => {
                    self.tokens.next();
                    let joint = if module.ends_with('.') { "" } else { "." };
                    self.add(at, format!("{module}{joint}{name}"));
                    self.skip_alias();
                }
                Token::Mark(b'(' | b')' | b',') => {
                    self.tokens.next();
                }
                _ => return,
            }
        }
    }

    /// A module's name, with the dots before it. Empty if there is none.
    fn dotted(&mut self) -> String {
        let mut name = String::new();
        while let Some(token) = self.tokens.peek() {
            match token {
                Token::Mark(b'.') => name.push('.'),
                Token::Word(word)
                    if word != "import" && (name.is_empty() || name.ends_with('.')) =>
                {
                    name.push_str(word);
                }
                _ => break,
            }
            self.tokens.next();
        }
        name
    }

    fn skip_alias(&mut self) {
        if self.tokens.peek() == Some(Token::Word("as")) {
            self.tokens.next();
            if let Some(Token::Word(_)) = self.tokens.peek() {
                self.tokens.next();
            }
        }
    }

    fn call(&mut self, at: usize) {
        if self.tokens.peek() != Some(Token::Mark(b'(')) {
            return;
        }
        self.tokens.next();
        if let Some(Token::Text(module)) = self.tokens.peek() {
            self.tokens.next();
            if is_module(module) {
                self.add(at, module.to_owned());
            }
        }
    }

    /// Behind `def`: the fixtures that a test, or another fixture, asks for by the names of its parameters.
    fn def(&mut self, at: usize, is_fixture: bool) {
        let Some(Token::Word(name)) = self.tokens.peek() else { return };
        self.tokens.next();
        if !(is_fixture || name.starts_with("test"))
            || self.tokens.peek() != Some(Token::Mark(b'('))
        {
            return;
        }
        self.tokens.next();
        let depth = self.tokens.depth;
        let mut begins = true;
        while self.tokens.depth >= depth {
            let Some((_, token)) = self.tokens.next() else { return };
            match token {
                Token::Word(name) if begins => self.add(at, format!("fixture:{name}")),
                _ => {}
            }
            begins = token == Token::Mark(b',') && self.tokens.depth == depth;
        }
    }

    /// Behind `pytest_plugins`: `= "a.b"`, or a list of such.
    fn plugins(&mut self) {
        if self.tokens.peek() != Some(Token::Mark(b'=')) {
            return;
        }
        self.tokens.next();
        while let Some(Token::Text(_) | Token::Mark(b'[' | b'(' | b',' | b']' | b')')) =
            self.tokens.peek()
        {
            if let Some((at, Token::Text(module))) = self.tokens.next()
                && is_module(module)
            {
                self.add(at, module.to_owned());
            }
        }
    }

    /// Behind `object.method`.
    fn maker(&mut self, at: usize, object: Option<&str>, method: &str) {
        let maker = MAKERS.iter().find(|(on, name, _)| Some(*on) == object && *name == method);
        if let Some((.., what)) = maker {
            self.add(at, (*what).to_owned());
        }
    }

    /// Behind `install_extension`: `("name", repository="community")`.
    fn extension(&mut self, at: usize, function: &str) {
        if self.tokens.peek() != Some(Token::Mark(b'(')) {
            return;
        }
        self.tokens.next();
        let Some(Token::Text(name)) = self.tokens.peek() else { return };
        let depth = self.tokens.depth;
        let mut is_community = false;
        while self.tokens.depth >= depth {
            match self.tokens.next() {
                Some((_, Token::Text("community"))) => is_community = true,
                Some(_) => {}
                None => break,
            }
        }
        for specifier in sql::called(function, name, is_community) {
            self.add(at, specifier);
        }
    }

    fn add(&mut self, at: usize, specifier: String) {
        let line = self.lines.line(at);
        self.imports.push(Import { line, specifier });
    }
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
        check("import a", "1 a");
        check("import a.b as c, d; import e", "1 a.b, 1 d, 1 e");
        check("from a.b import c as d, e", "1 a.b, 1 a.b.c, 1 a.b.e");
        check("from . import a\nfrom ..b import c", "1 ., 1 .a, 2 ..b, 2 ..b.c");
        check("from a import (\n  b,  # first\n  c,\n)\nimport d", "1 a, 1 a.b, 1 a.c, 5 d");
        check("from a import \\\n  b", "1 a, 1 a.b");
        check("from a import *", "1 a");
        check("try: import a\nexcept ImportError: import b", "1 a, 2 b");
        check("def f():\n    import a", "2 a");
        check("importlib.import_module('a.b'); __import__(\"c\")", "1 a.b, 1 c");
        check("duckdb = pytest.importorskip(\"duckdb\")", "1 duckdb");
    }

    #[test]
    fn calls_that_make_something_count() {
        check(
            "import pypandoc as p\nx = pypandoc.download_pandoc(url=u)",
            "1 pypandoc, 2 pypandoc.download_pandoc",
        );
        check(
            "Language.build_library('build/a.so', ['b'])",
            "1 tree_sitter.Language.build_library",
        );
        check("a = b or cython.inline('return 1')", "1 cython.inline");
        check("re.inline('x'); download_pandoc(); pypandoc.convert_text('a', 'b')", "");
        check("cython; inline('a'); 'cython.inline'", "");
    }

    #[test]
    fn comments_and_strings_hide_what_is_in_them() {
        check("# import a\n'import b'\nimport c", "3 c");
        check("\"\"\"\nimport a\n\"\"\"\nimport b", "4 b");
        check("r'''\nimport a\\'''; import b'''\nimport c", "3 c");
        check("x = 'it\\'s'; import a", "1 a");
        check("x = {'a': 1,\nimport_: 2}\nimport b", "3 b");
        check("x = 'open\nimport a", "2 a");
    }

    #[test]
    fn what_is_no_statement_asks_for_nothing() {
        check("x.import_(a)\nimported = 1\nyield_from = b", "");
        check("def f():\n  yield from a", "");
        check("raise A from b", "");
        check("import_module(name); import_module('../x')", "");
        check("import\nfrom\nfrom a\nfrom a import", "4 a");
    }

    #[test]
    fn fixtures_are_asked_for_by_the_names_of_parameters() {
        check(
            "def test_a(page, x: T = f(y), *, context): pass",
            "1 fixture:page, 1 fixture:x, 1 fixture:context",
        );
        check("async def test_a(page): import b", "1 fixture:page, 1 b");
        check(
            "@pytest.fixture(scope='session')\ndef shop(page):\n    pass\n\ndef help(browser): pass",
            "2 fixture:page",
        );
        check(
            "@fixture\n@other\nasync def shop(page): pass\n@other\ndef f(page): pass",
            "3 fixture:page",
        );
        check("def test_a", "");
        check("def test_a(page", "1 fixture:page");
    }

    #[test]
    fn plugins_of_pytest_are_modules() {
        check("pytest_plugins = 'a.b'", "1 a.b");
        check("pytest_plugins = [\n  'a', \"b.c\",\n]\nimport d", "2 a, 2 b.c, 4 d");
        check("pytest_plugins = plugins()", "");
    }

    #[test]
    fn extensions_in_sql_are_asked_for_too() {
        check("con.execute('LOAD spatial')", "1 sql:load spatial");
        check("con.install_extension('httpfs', force_install=True)", "1 sql:install httpfs");
        check(
            "con.install_extension(\"H3\", repository=\"community\"); import a",
            "1 sql:install h3, 1 sql:community h3, 1 a",
        );
        check("con.load_extension('./vector0.so'); con.load_extension(name)", "");
    }
}
