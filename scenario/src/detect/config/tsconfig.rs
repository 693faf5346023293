//! `tsconfig.json` and `jsconfig.json`: `paths` and `baseUrl`.

use super::json::Document;

/// The content of one file. The caller follows `extends`.
#[derive(Clone, Debug, Default)]
pub(in crate::detect) struct TsConfig {
    /// Patterns with at most one `*`, and what they stand for.
    paths: Vec<(String, Vec<String>)>,
    /// Where names begin that are no relative ones, as seen from the file's directory.
    base_url: Option<String>,
    /// The file that it builds on, as seen from its own directory.
    pub(in crate::detect) extends: Option<String>,
}

impl TsConfig {
    pub(in crate::detect) fn parse(text: &str) -> Self {
        let document = Document::parse(text);
        let Some(root) = document.root() else {
            return Self::default();
        };
        let extends = root.get("extends").and_then(|property| match property.value.as_array() {
            // The last one counts most.
            Some(files) => files.elements.last()?.as_string_lit(),
            None => property.value.as_string_lit(),
        });
        let extends = extends.map(|file| file.value.to_string());
        // Others are packages, which do not know this project's files.
        let extends = extends.filter(|file| file.starts_with('.'));
        let Some(options) = root.get_object("compilerOptions") else {
            return Self { extends, ..Self::default() };
        };
        let paths = options.get_object("paths").into_iter().flat_map(|paths| &paths.properties);
        let paths = paths.filter_map(|path| {
            let targets = path.value.as_array()?.elements.iter();
            let targets =
                targets.filter_map(|target| Some(target.as_string_lit()?.value.to_string()));
            Some((path.name.as_str().to_owned(), targets.collect()))
        });
        let base_url = options.get_string("baseUrl").map(|base| base.value.to_string());
        Self { paths: paths.collect(), base_url, extends }
    }

    /// Whether it says anything about names.
    pub(in crate::detect) fn maps(&self) -> bool {
        !self.paths.is_empty() || self.base_url.is_some()
    }

    /// The content of a file in the directory `own` as a base for a file in `directory`. Both are relative to the same place.
    pub(in crate::detect) fn based(mut self, directory: &str, own: &str) -> Self {
        let up = "../".repeat(directory.split('/').filter(|part| !part.is_empty()).count());
        let base = self.base_url.as_deref();
        let path = format!("{up}{own}/{}", base.unwrap_or("."));
        if base.is_some() {
            self.base_url = Some(path);
        } else {
            for target in self.paths.iter_mut().flat_map(|(_, targets)| targets) {
                *target = format!("{path}/{target}");
            }
        }
        self
    }

    /// The files that `specifier` may stand for, as seen from the file's directory, the best first.
    pub(in crate::detect) fn candidates(&self, specifier: &str) -> Vec<String> {
        let base = self.base_url.as_deref().unwrap_or(".");
        let matching = self.paths.iter().filter_map(|(pattern, targets)| {
            let (before, after) = match pattern.split_once('*') {
                Some((before, after)) => (before, Some(after)),
                None => (pattern.as_str(), None),
            };
            let rest = specifier.strip_prefix(before)?;
            let star = match after {
                Some(after) => rest.strip_suffix(after)?,
                None => rest.is_empty().then_some("")?,
            };
            Some((before.len(), after.is_none(), star, targets))
        });
        // An exact pattern, else the one with the longest text before its star.
        let best = matching.max_by_key(|&(before, is_exact, ..)| (is_exact, before));
        let mut candidates: Vec<String> = Vec::new();
        if let Some((.., star, targets)) = best {
            candidates.extend(
                targets.iter().map(|target| format!("{base}/{}", target.replacen('*', star, 1))),
            );
        }
        if self.base_url.is_some() {
            candidates.push(format!("{base}/{specifier}"));
        }
        candidates
    }
}

#[cfg(test)]
mod tests {
    use super::TsConfig;

    #[test]
    fn the_most_exact_pattern_counts() {
        let config = TsConfig::parse(
            r#"{ "extends": "./base.json", "compilerOptions": { "baseUrl": "./src", "paths": {
                "@/*": ["*"], "@/db/*": ["database/*", "old/*.ts"], "config": ["settings.ts"], // exact
            } } }"#,
        );
        let check = |specifier, expected: &[&str]| {
            assert_eq!(config.candidates(specifier), expected, "for `{specifier}`");
        };
        check("@/a", &["./src/a", "./src/@/a"]);
        check("@/db/a", &["./src/database/a", "./src/old/a.ts", "./src/@/db/a"]);
        check("config", &["./src/settings.ts", "./src/config"]);
        check("x", &["./src/x"]);
        assert_eq!(config.extends.as_deref(), Some("./base.json"));
    }
}
