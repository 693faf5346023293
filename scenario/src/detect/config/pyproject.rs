//! `pyproject.toml` and the other files in which pytest finds options: which packages a project asks for, and which
//! plugins pytest loads. Reads them by their lines, in any tool's table.

/// The content of one file.
#[derive(Clone, Debug, Default)]
pub(in crate::detect) struct PyProject {
    /// Names of packages, normalised, with their 1-based lines.
    packages: Vec<(String, usize)>,
    /// Modules that `addopts` has pytest load, as `-p name`, with their 1-based lines.
    plugins: Vec<(String, usize)>,
}

/// Whether a file of this name, without its directory, is one.
pub(in crate::detect) fn is_one(name: &str) -> bool {
    matches!(name, "pyproject.toml" | "pytest.ini" | ".pytest.ini" | "tox.ini" | "setup.cfg")
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
        Self { packages, plugins: plugins(text) }
    }

    /// The modules of plugins that pytest loads, with their lines.
    pub(in crate::detect) fn plugins(&self) -> impl Iterator<Item = (&str, usize)> {
        self.plugins.iter().map(|(name, line)| (name.as_str(), *line))
    }

    /// The line on which `package` stands.
    pub(in crate::detect) fn line(&self, package: &str) -> Option<usize> {
        self.packages.iter().find(|(name, _)| name == package).map(|&(_, line)| line)
    }
}

/// The plugins in `addopts`: on its line, on the further lines of its list, and on the lines indented below it.
fn plugins(text: &str) -> Vec<(String, usize)> {
    let mut plugins = Vec::new();
    let (mut is_inside, mut is_list, mut is_flag) = (false, false, false);
    for (index, line) in text.lines().enumerate() {
        let begins = line.trim_start().strip_prefix("addopts");
        let value = match begins.and_then(|rest| rest.trim_start().strip_prefix('=')) {
            Some(value) => {
                (is_inside, is_list, is_flag) = (true, value.trim_start().starts_with('['), false);
                value
            }
            None if is_inside && (is_list || line.starts_with([' ', '\t'])) => line,
            None => {
                is_inside = false;
                continue;
            }
        };
        let value = value.split('#').next().unwrap_or_default();
        let is_end = is_list && value.contains(']');
        let separators = [' ', '\t', '"', '\'', ',', '[', ']'];
        for word in value.split(separators).filter(|word| !word.is_empty()) {
            let name = if is_flag { Some(word) } else { word.strip_prefix("-p") };
            is_flag = word == "-p" && !is_flag;
            // `no:name` is one that is not loaded.
            let name = name.filter(|name| !name.is_empty() && !name.contains(':'));
            plugins.extend(name.map(|name| (name.to_owned(), index + 1)));
        }
        is_inside &= !is_end;
    }
    plugins
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
    fn plugins_stand_in_addopts_alone() {
        for (text, expected) in [
            (
                "[tool.pytest.ini_options]\naddopts = \"-q -p fast.plugin -pslow -p no:cacheprovider\"\n",
                &[("fast.plugin", 2), ("slow", 2)][..],
            ),
            (
                "addopts = [\n  \"-p\", \"a\",  # why\n  '-pb',\n]\nx = '-p c'\n",
                &[("a", 2), ("b", 3)],
            ),
            ("[pytest]\naddopts =\n    -n 4\n    -p a\ntestpaths = -p b\n", &[("a", 4)]),
            ("[pytest]\nmarkers = -p b\n", &[]),
        ] {
            let project = PyProject::parse(text);
            assert_eq!(project.plugins().collect::<Vec<_>>(), expected, "{text}");
        }
    }

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
