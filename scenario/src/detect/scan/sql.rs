//! SQL in string literals that loads native code: DuckDB's `INSTALL` and `LOAD` of extensions.

use std::sync::LazyLock;

use regex::Regex;

/// Extensions that DuckDB installs and loads by itself, each with the SQL that causes it.
const AUTOMATIC: [(&str, &str); 12] = [
    (
        "httpfs",
        r"(?i-u)\b(from|join|copy|attach|to|read_\w+ *\()\s*\[?\s*'(https?|s3|s3a|s3n|gcs|gs|r2|hf)://",
    ),
    ("azure", r"(?i-u)\b(from|join|copy|attach|to|read_\w+ *\()\s*\[?\s*'(az|azure|abfss)://"),
    (
        "sqlite",
        r"(?i-u)\bsqlite_(scan|attach|query) *\(|\battach\b[ -~\s]*\btype\s*=?\s*'?sqlite\b",
    ),
    (
        "postgres",
        r"(?i-u)\bpostgres_(scan|attach|query) *\(|\battach\b[ -~\s]*\btype\s*=?\s*'?postgres\b",
    ),
    ("mysql", r"(?i-u)\bmysql_query *\(|\battach\b[ -~\s]*\btype\s*=?\s*'?mysql\b"),
    ("iceberg", r"(?i-u)\biceberg_(scan|metadata|snapshots) *\("),
    ("delta", r"(?i-u)\bdelta_scan *\("),
    ("excel", r"(?i-u)\bread_xlsx *\(|\bformat\s+xlsx\b"),
    ("fts", r"(?i-u)\bcreate_fts_index\b"),
    ("ducklake", r"(?i-u)\battach\s+(if\s+not\s+exists\s+)?'ducklake:"),
    ("tpch", r"(?i-u)\bcall\s+dbgen *\("),
    ("tpcds", r"(?i-u)\bcall\s+dsdgen *\("),
];

/// The extensions that `literal` installs or loads, as `sql:load httpfs`, each with its offset. Text that only looks like
/// such a statement gives a specifier that matches nothing.
pub(super) fn extensions(literal: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut at = 0;
    for statement in literal.split(';') {
        let start = at + (statement.len() - statement.trim_start().len());
        at += statement.len() + 1;
        let specifiers = said(statement).unwrap_or_else(|| automatic(statement));
        found.extend(specifiers.into_iter().map(|specifier| (start, specifier)));
    }
    found
}

/// The specifiers for `install_extension("name")` and `load_extension("name")`, which are statements as well.
pub(super) fn called(function: &str, name: &str, is_community: bool) -> Vec<String> {
    let verb = if function.starts_with("install") { "install" } else { "load" };
    if is_name(name) { specifiers(verb, name, is_community) } else { Vec::new() }
}

/// The specifiers for a statement. `None` if it is neither `INSTALL` nor `LOAD`.
fn said(statement: &str) -> Option<Vec<String>> {
    let mut words = statement.split_whitespace();
    let mut verb = words.next()?;
    if verb.eq_ignore_ascii_case("force") {
        verb = words.next()?;
    }
    let verb = ["install", "load"].into_iter().find(|known| verb.eq_ignore_ascii_case(known))?;
    let name = words.next()?.trim_matches(['\'', '"']);
    // `INSTALL spatial FROM community` is one; a sentence that begins with "load" is none.
    let source = words.next();
    let is_end = source.is_none_or(|word| word.eq_ignore_ascii_case("from"));
    if !is_name(name) || !is_end {
        return None;
    }
    let from = words.next().map(|word| word.trim_matches(['\'', '"']));
    let is_community = from.is_some_and(|from| from.eq_ignore_ascii_case("community"));
    Some(specifiers(verb, name, is_community))
}

fn specifiers(verb: &str, name: &str, is_community: bool) -> Vec<String> {
    let name = name.to_ascii_lowercase();
    let community = is_community.then(|| format!("sql:community {name}"));
    std::iter::once(format!("sql:{verb} {name}")).chain(community).collect()
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// The extensions that a statement loads implicitly.
fn automatic(statement: &str) -> Vec<String> {
    // Every text of every source comes here: most are no statement that could, and this alone is asked for them.
    static MAY: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?i-u)://|type|attach|_(scan|query|metadata|snapshots)|xlsx|fts_index|dbgen|dsdgen",
        )
    });
    static PATTERNS: LazyLock<Vec<(&str, Regex)>> =
        LazyLock::new(|| AUTOMATIC.iter().map(|&(name, text)| (name, pattern(text))).collect());
    if !MAY.is_match(statement) {
        return Vec::new();
    }
    let fitting = PATTERNS.iter().filter(|(_, pattern)| pattern.is_match(statement));
    fitting.map(|(name, _)| format!("sql:load {name}")).collect()
}

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("it is tested")
}

#[cfg(test)]
mod tests {
    use super::extensions;

    #[test]
    fn only_statements_of_the_right_shape_count() {
        let check = |literal: &str, expected: &[&str]| {
            let found: Vec<String> =
                extensions(literal).into_iter().map(|(_, found)| found).collect();
            assert_eq!(found, expected, "in {literal:?}");
        };
        check("INSTALL httpfs; LOAD httpfs;", &["sql:install httpfs", "sql:load httpfs"]);
        check(
            "\n  install 'spatial' FROM community",
            &["sql:install spatial", "sql:community spatial"],
        );
        check("FORCE INSTALL httpfs", &["sql:install httpfs"]);
        check("force install h3 from 'community'", &["sql:install h3", "sql:community h3"]);
        check("INSTALL httpfs FROM core_nightly", &["sql:install httpfs"]);
        check("force of habit", &[]);
        check("LOAD DATA INFILE 'x' INTO TABLE y", &[]);
        check("load balancing is hard", &[]);
        check("SELECT 1 -- LOAD httpfs", &[]);
        check("", &[]);
        check(";;;", &[]);
    }

    #[test]
    fn what_is_loaded_without_a_word_counts() {
        let check = |literal: &str, expected: &[&str]| {
            let found: Vec<String> =
                extensions(literal).into_iter().map(|(_, found)| found).collect();
            let expected: Vec<String> =
                expected.iter().map(|name| format!("sql:load {name}")).collect();
            assert_eq!(found, expected, "in {literal:?}");
        };
        check("SELECT * FROM 'https://example.org/a.parquet'", &["httpfs"]);
        check("create table t as select * from read_parquet(['s3://b/a.parquet'])", &["httpfs"]);
        check("COPY t TO 'gs://b/a.csv'", &["httpfs"]);
        check("SELECT * FROM 'az://c/a.parquet'", &["azure"]);
        check("ATTACH 'a.db' AS a (TYPE sqlite)", &["sqlite"]);
        check("ATTACH '' AS p (TYPE postgres, READ_ONLY)", &["postgres"]);
        check("ATTACH 'ducklake:a.ducklake' AS l", &["ducklake"]);
        check("SELECT * FROM delta_scan('a')", &["delta"]);
        check("SELECT * FROM iceberg_metadata('a')", &["iceberg"]);
        check("COPY t TO 'a.xlsx' WITH (FORMAT xlsx)", &["excel"]);
        check("PRAGMA create_fts_index('a', 'b', 'c')", &["fts"]);
        check("CALL dbgen(sf = 1); CALL dsdgen(sf = 1)", &["tpch", "tpcds"]);
        check("SELECT * FROM mysql_query('a', 'b')", &["mysql"]);
        check("insert into links values ('https://example.org')", &[]);
        check("see https://example.org/a for more", &[]);
        check("a type of engine, attached", &[]);
    }
}
