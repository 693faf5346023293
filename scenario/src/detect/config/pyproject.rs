//! `pyproject.toml`, as far as it says which packages a project asks for: by its lines, whichever tool's table they are in.

/// What one file says.
#[derive(Clone, Debug, Default)]
pub(in crate::detect) struct PyProject {
    /// Names of packages, normalised, with their 1-based lines.
    packages: Vec<(String, usize)>,
}

impl PyProject {
    pub(in crate::detect) fn parse(text: &str) -> Self {
        let mut packages = Vec::new();
        for (index, line) in text.lines().enumerate() {
            let line = line.trim_start();
            if line.starts_with('#') {
                continue;
            }
            // `name = "^1"` of Poetry, or `"name>=1"` in a list.
            let key = line.split('=').next().into_iter().filter(|_| line.contains('='));
            let texts = line.split(['"', '\'']).skip(1).step_by(2);
            packages.extend(key.chain(texts).filter_map(name).map(|name| (name, index + 1)));
        }
        Self { packages }
    }

    /// The line on which `package` stands.
    pub(in crate::detect) fn line(&self, package: &str) -> Option<usize> {
        self.packages.iter().find(|(name, _)| name == package).map(|&(_, line)| line)
    }
}

/// The name at the beginning of a requirement.
fn name(text: &str) -> Option<String> {
    let text = text.trim();
    let is_in_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let end = text.find(|c| !is_in_name(c)).unwrap_or(text.len());
    (end > 0).then(|| text[..end].to_ascii_lowercase().replace(['_', '.'], "-"))
}

#[cfg(test)]
mod tests {
    use super::PyProject;

    #[test]
    fn packages_stand_in_lists_and_in_tables() {
        let text = "[project]\ndependencies = [\n  \"Pytest_Playwright[x]>=0.5; python_version > '3'\",\n]\n\
                    # 'pytest-selenium'\n[tool.poetry.dependencies]\npytest-bdd = \"^7\"\n";
        let project = PyProject::parse(text);
        for (name, line) in [
            ("pytest-playwright", Some(3)),
            ("pytest-selenium", None),
            ("pytest-bdd", Some(7)),
            ("pytest", None),
        ] {
            assert_eq!(project.line(name), line, "{name}");
        }
    }
}
