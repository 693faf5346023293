//! SQL in string literals, as far as it loads native code: DuckDB's `INSTALL` and `LOAD` of extensions.

/// The extensions that `literal` installs or loads, as `sql:load httpfs`, each with its offset. Anything that only looks
/// like it gives a specifier that nobody knows.
pub(super) fn extensions(literal: &str) -> impl Iterator<Item = (usize, String)> {
    let mut at = 0;
    literal.split(';').filter_map(move |statement| {
        let start = at + (statement.len() - statement.trim_start().len());
        at += statement.len() + 1;
        let mut words = statement.split_whitespace();
        let verb = words.next()?;
        let verb =
            ["install", "load"].into_iter().find(|known| verb.eq_ignore_ascii_case(known))?;
        let name = words.next()?.trim_matches(['\'', '"']);
        let is_name = !name.is_empty()
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        // `INSTALL spatial FROM community` is one; a sentence that begins with "load" is none.
        let is_end = words.next().is_none_or(|word| word.eq_ignore_ascii_case("from"));
        (is_name && is_end).then(|| (start, format!("sql:{verb} {}", name.to_ascii_lowercase())))
    })
}

#[cfg(test)]
mod tests {
    use super::extensions;

    #[test]
    fn only_statements_of_the_right_shape_count() {
        let check = |literal: &str, expected: &[&str]| {
            let found: Vec<String> = extensions(literal).map(|(_, found)| found).collect();
            assert_eq!(found, expected, "in {literal:?}");
        };
        check("INSTALL httpfs; LOAD httpfs;", &["sql:install httpfs", "sql:load httpfs"]);
        check("\n  install 'spatial' FROM community", &["sql:install spatial"]);
        check("LOAD DATA INFILE 'x' INTO TABLE y", &[]);
        check("load balancing is hard", &[]);
        check("SELECT 1 -- LOAD httpfs", &[]);
        check("", &[]);
        check(";;;", &[]);
    }
}
