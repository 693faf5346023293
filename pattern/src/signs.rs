//! The characters of a pattern, as far as they matter for its parts. `globset` decides what they
//! match within a name.

/// The maximum number of patterns without choices between folders that one pattern may stand for.
/// Nobody writes more by hand.
const MOST: usize = 1024;

/// The role of a piece of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    /// Matches this character.
    Literal(char),
    Separator,
    Open,
    Close,
    Comma,
    /// A star, a question mark or a class.
    Other,
}

/// Returns the pieces of a valid pattern, each with its text.
fn signs(pattern: &str) -> Vec<(&str, Sign)> {
    let mut signs = Vec::new();
    let mut rest = pattern;
    while let Some(first) = rest.chars().next() {
        let (length, sign) = match first {
            '/' => (1, Sign::Separator),
            '{' => (1, Sign::Open),
            '}' => (1, Sign::Close),
            ',' => (1, Sign::Comma),
            '*' | '?' => (1, Sign::Other),
            '[' => class(rest),
            '\\' => match rest.chars().nth(1) {
                Some('/') => (2, Sign::Separator),
                Some(escaped) => (1 + escaped.len_utf8(), Sign::Literal(escaped)),
                None => (1, Sign::Literal('\\')),
            },
            other => (other.len_utf8(), Sign::Literal(other)),
        };
        let (text, after) = rest.split_at(length);
        signs.push((text, sign));
        rest = after;
    }
    signs
}

/// Returns the length of the class at the beginning of `text`; a class of one character counts as
/// that character.
fn class(text: &str) -> (usize, Sign) {
    let negation = usize::from(text[1..].starts_with(['!', '^']));
    let start = 1 + negation;
    let Some(first) = text[start..].chars().next() else {
        return (text.len(), Sign::Other);
    };
    // A bracket in first place is a member of the class.
    let second = start + first.len_utf8();
    match text[second..].find(']') {
        Some(0) if negation == 0 && first == '/' => (second + 1, Sign::Separator),
        Some(0) if negation == 0 => (second + 1, Sign::Literal(first)),
        Some(end) => (second + end + 1, Sign::Other),
        None => (text.len(), Sign::Other),
    }
}

/// Returns the patterns that `pattern` stands for, without choices between folders. Such a choice
/// has a slash or two stars in it.
pub(crate) fn choices(pattern: &str) -> Result<Vec<String>, String> {
    let mut open = vec![pattern.to_owned()];
    let mut settled = Vec::new();
    while let Some(pattern) = open.pop() {
        match split(&pattern) {
            None => settled.push(pattern),
            Some(split) => open.extend(split),
        }
        if open.len() + settled.len() > MOST {
            return Err(format!("its choices are more than {MOST} patterns"));
        }
    }
    Ok(settled)
}

/// Returns the patterns for the options of the first choice between folders.
fn split(pattern: &str) -> Option<Vec<String>> {
    let signs = signs(pattern);
    let text =
        |from: usize, to: usize| signs[from..to].iter().map(|(text, _)| *text).collect::<String>();
    let (mut start, mut depth, mut is_deep) = (0, 0_usize, false);
    let mut commas = Vec::new();
    for (at, (sign_text, sign)) in signs.iter().enumerate() {
        match sign {
            Sign::Open => {
                if depth == 0 {
                    (start, is_deep) = (at, false);
                    commas.clear();
                }
                depth += 1;
            }
            Sign::Comma if depth == 1 => commas.push(at),
            Sign::Separator => is_deep = true,
            Sign::Other
                if *sign_text == "*" && signs.get(at + 1).is_some_and(|(next, _)| *next == "*") =>
            {
                is_deep = true;
            }
            Sign::Close => {
                depth = depth.saturating_sub(1);
                if depth == 0 && is_deep {
                    let (before, after) = (text(0, start), text(at + 1, signs.len()));
                    let starts = std::iter::once(start).chain(commas.iter().copied());
                    let ends = commas.iter().copied().chain([at]);
                    let chosen = starts.zip(ends).map(|(from, to)| text(from + 1, to));
                    // An empty option is ignored, as in `globset`.
                    let chosen = chosen.filter(|chosen| !chosen.is_empty());
                    return Some(chosen.map(|chosen| format!("{before}{chosen}{after}")).collect());
                }
            }
            Sign::Comma | Sign::Literal(_) | Sign::Other => {}
        }
    }
    None
}

/// Returns the parts between the slashes.
pub(crate) fn parts(pattern: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    for (text, sign) in signs(pattern) {
        match (sign, parts.last_mut()) {
            (Sign::Separator, _) => parts.push(String::new()),
            (_, Some(part)) => part.push_str(text),
            (_, None) => {}
        }
    }
    parts
}

/// Returns the name that a pattern matches, if it matches only one.
pub(crate) fn literal(part: &str) -> Option<String> {
    let character = |(_, sign): (&str, Sign)| match sign {
        Sign::Literal(character) => Some(character),
        // Outside of braces it is an ordinary character.
        Sign::Comma => Some(','),
        Sign::Separator | Sign::Open | Sign::Close | Sign::Other => None,
    };
    signs(part).into_iter().map(character).collect()
}

/// Returns a pattern that matches only `path`, whatever characters are in it.
#[must_use]
pub fn escape(path: &str) -> String {
    let mut escaped = String::with_capacity(path.len());
    for character in path.chars() {
        if matches!(character, '*' | '?' | '[' | ']' | '{' | '}' | '\\') {
            escaped.extend(['[', character, ']']);
        } else {
            escaped.push(character);
        }
    }
    escaped
}
