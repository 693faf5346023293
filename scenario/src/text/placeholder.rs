//! The grammar of placeholders: finds `{name}` in a text. Does not know which of them are allowed where.

use std::ops::Range;

/// A part of a text with placeholders, at its bytes.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Token<'t> {
    /// Text as it is; `{{` has become `{`, `}}` has become `}`.
    Literal(&'t str),
    /// `{name}`, without its braces; the range covers them.
    Placeholder(&'t str, Range<usize>),
}

/// Splits `text`. Only `{lower.case-name}` and `{port:name}` are placeholders and only doubled braces are special: a lone brace,
/// `{Name}` and, for shells, `${name}` stand for themselves.
pub(crate) fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut literal = 0;
    let mut at = 0;
    while let Some(found) = text[at..].find(['{', '}']) {
        let brace = at + found;
        let rest = &text[brace..];
        if rest.starts_with("{{") || rest.starts_with("}}") {
            tokens.push(Token::Literal(&text[literal..=brace]));
            at = brace + 2;
            literal = at;
        } else if let Some(length) = name_length(rest)
            && !text[..brace].ends_with('$')
        {
            let end = brace + length + 2;
            tokens.push(Token::Literal(&text[literal..brace]));
            tokens.push(Token::Placeholder(&text[brace + 1..end - 1], brace..end));
            at = end;
            literal = at;
        } else {
            at = brace + 1;
        }
    }
    tokens.push(Token::Literal(&text[literal..]));
    tokens.retain(|token| *token != Token::Literal(""));
    tokens
}

/// The length of the name in a text that begins with `{name}`.
fn name_length(text: &str) -> Option<usize> {
    let name = text.strip_prefix('{')?;
    let is_part = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "._-".contains(c);
    // A colon anywhere else is what shells and JSON have.
    let begin = if name.starts_with("port:") { "port:".len() } else { 0 };
    let end = begin + name[begin..].find(|c| !is_part(c))?;
    let is_name = name.starts_with(|c: char| c.is_ascii_lowercase()) && end > begin;
    (is_name && name[end..].starts_with('}')).then_some(end)
}

#[cfg(test)]
mod tests {
    use super::{Token, tokens};

    fn check(text: &str, expected: &str) {
        let shown: Vec<String> = tokens(text)
            .into_iter()
            .map(|token| match token {
                Token::Literal(literal) => literal.to_owned(),
                Token::Placeholder(name, range) => {
                    assert_eq!(text[range], format!("{{{name}}}"));
                    format!("<{name}>")
                }
            })
            .collect();
        assert_eq!(shown.concat(), expected, "in `{text}`");
    }

    #[test]
    fn only_lower_case_names_in_braces_are_placeholders() {
        check("", "");
        check("plain", "plain");
        check("{file}", "<file>");
        check("--x={file}.log", "--x=<file>.log");
        check("{library.a-b_c.2}{args}", "<library.a-b_c.2><args>");
        check("{File} {} {1} { file }", "{File} {} {1} { file }");
        check("{\"a\":1}", "{\"a\":1}");
        check("{port:admin}", "<port:admin>");
        check("{port:} {a:b} {port:a:b}", "{port:} {a:b} {port:a:b}");
        check("{file", "{file");
        check("ä{file}ö", "ä<file>ö");
    }

    #[test]
    fn shell_variables_stand_for_themselves() {
        check("${home}/${file}", "${home}/${file}");
        check("$ {file}", "$ <file>");
    }

    #[test]
    fn doubled_braces_are_braces() {
        check("{{file}}", "{file}");
        check("{{{file}}}", "{<file>}");
        check("a}}b", "a}b");
    }
}
