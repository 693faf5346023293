//! A draft beside a manifest: which lines are not there yet, under a name that no other library has. Reads texts alone.

use probe_report::{Needing, Proposal, Waiting};
use toml_edit::{DocumentMut, Item, Key, TableLike};

use super::draft::{Draft, Users};
use super::names::{are_one, free};
use super::seen::User;

/// Tables that are named where nobody knows who loads something.
const NAMED: usize = 3;

/// What a manifest lacks of a draft.
#[derive(Clone, Debug)]
pub(super) struct Lack {
    /// What it calls the library, or is to call it.
    pub(super) name: String,
    /// Whether it does not declare it.
    pub(super) is_undeclared: bool,
    /// The tables that do not need it.
    pub(super) tables: Vec<User>,
}

impl Draft {
    /// What the manifest lacks of it. `None` if that is nothing.
    pub(super) fn lack(&self, manifest: &DocumentMut) -> Option<Lack> {
        let libraries = table(manifest.as_item(), "library");
        let mut declared = libraries.into_iter().flat_map(TableLike::iter);
        let same = declared
            .find(|(name, library)| self.is(name, library))
            .map(|(name, _)| name.to_owned());
        let is_undeclared = same.is_none();
        let taken = |name: &str| {
            let mut names = libraries.into_iter().flat_map(TableLike::iter);
            names.any(|(known, _)| are_one(known, name))
        };
        let name = same.unwrap_or_else(|| free(&self.name, taken));
        let users = match &self.users {
            Users::Tables(users) => users.clone(),
            Users::Unknown => tables(manifest),
        };
        let needs = |user: &User| {
            let table = of(manifest, user);
            table.is_some_and(|table| !needs(table).any(|needed| needed == name))
        };
        let tables: Vec<User> = users.into_iter().filter(needs).collect();
        (is_undeclared || !tables.is_empty()).then_some(Lack { name, is_undeclared, tables })
    }

    /// Whether the manifest declares the same library under this name.
    fn is(&self, name: &str, library: &Item) -> bool {
        let lines: DocumentMut = self.keys.join("\n").parse().unwrap_or_default();
        let same = |key: &str| {
            let (own, other) = (lines.get(key), library.get(key));
            let texts = own.and_then(Item::as_str).zip(other.and_then(Item::as_str));
            texts.is_some_and(|(own, other)| own == other)
        };
        let shared = || {
            let texts = |item: Option<&Item>| -> Vec<String> {
                let array = item.and_then(Item::as_array).into_iter().flatten();
                array.filter_map(|text| text.as_str().map(str::to_owned)).collect()
            };
            let own = texts(lines.get("paths"));
            texts(library.get("paths")).iter().any(|path| own.contains(path))
        };
        // Of what is only led there is nothing else to know it by.
        let is_led_alike = !lines.contains_key("paths")
            && lines.contains_key("leader")
            && name == self.name
            && library.get("leader").is_some();
        same("url") || same("preset") || shared() || is_led_alike
    }

    /// Whether only tests make it, so that nothing else can wait for it.
    fn is_led(&self) -> bool {
        self.keys.iter().any(|key| key == "leader = true")
    }
}

/// What is to be added to the manifest `text` for each draft that it lacks something of.
pub(crate) fn fitted(text: &str, drafts: &[Draft]) -> Vec<Proposal> {
    let Ok(mut manifest) = text.parse::<DocumentMut>() else { return Vec::new() };
    let mut proposals = Vec::new();
    for draft in drafts {
        let Some(lack) = draft.lack(&manifest) else { continue };
        let waiting = match &draft.users {
            Users::Unknown if lack.tables.is_empty() && !draft.is_led() => Waiting::Settled,
            Users::Unknown if lack.tables.is_empty() || lack.tables.len() > NAMED => {
                Waiting::Unknown
            }
            Users::Unknown | Users::Tables(_) => Waiting::Tables(
                lack.tables.iter().map(|user| needing(&manifest, user, &lack.name)).collect(),
            ),
        };
        let mut library = Vec::new();
        if lack.is_undeclared {
            library.push(format!("[library.{}]", Key::new(&lack.name)));
            library.extend(draft.keys.iter().cloned());
        }
        super::edit::add(&mut manifest, draft, &lack);
        let (why, answers) = (draft.why.clone(), draft.answers.clone());
        proposals.push(Proposal { name: lack.name, library, waiting, why, answers });
    }
    proposals
}

/// Whether the manifest `text` says of anything that it needs the library called `name`, be there a test of it or not.
pub(crate) fn is_named(text: &str, name: &str) -> bool {
    let Ok(manifest) = text.parse::<DocumentMut>() else { return false };
    let is_needed = |word: &str| {
        let tables = table(manifest.as_item(), word).into_iter().flat_map(TableLike::iter);
        tables
            .filter_map(|(_, item)| item.as_table_like())
            .any(|table| needs(table).any(|needed| needed == name))
    };
    ["suite", "test", "library"].into_iter().any(is_needed)
        || text.contains(&format!("{{library.{name}}}"))
}

/// The header of the only suite or test.
pub(crate) fn only_table(text: &str) -> Option<String> {
    let manifest = text.parse::<DocumentMut>().ok()?;
    match tables(&manifest).as_slice() {
        [only] => Some(needing(&manifest, only, "").header),
        _ => None,
    }
}

fn needing(manifest: &DocumentMut, user: &User, name: &str) -> Needing {
    let (User::Suite(called) | User::Test(called)) = user;
    let table = of(manifest, user);
    let mut needs: Vec<String> = table.into_iter().flat_map(needs).map(str::to_owned).collect();
    needs.push(name.to_owned());
    let needs: Vec<String> =
        needs.iter().map(|name| toml_edit::Value::from(name).to_string()).collect();
    Needing {
        header: format!("[{}.{}]", word(user), Key::new(called)),
        line: format!("needs = [{}]", needs.join(", ")),
        replaces: table.is_some_and(|table| table.contains_key("needs")),
    }
}

/// All suites and tests.
fn tables(manifest: &DocumentMut) -> Vec<User> {
    let names = |word: &str| {
        let tables = table(manifest.as_item(), word).into_iter().flat_map(TableLike::iter);
        tables.map(|(name, _)| name.to_owned()).collect::<Vec<String>>()
    };
    let suites = names("suite").into_iter().map(User::Suite);
    suites.chain(names("test").into_iter().map(User::Test)).collect()
}

fn of<'m>(manifest: &'m DocumentMut, user: &User) -> Option<&'m dyn TableLike> {
    let (User::Suite(name) | User::Test(name)) = user;
    table(manifest.get(word(user))?, name)
}

pub(super) fn word(user: &User) -> &'static str {
    match user {
        User::Suite(_) => "suite",
        User::Test(_) => "test",
    }
}

fn needs(table: &dyn TableLike) -> impl Iterator<Item = &str> {
    let needs = table.get("needs").and_then(Item::as_array).into_iter().flatten();
    needs.filter_map(|name| name.as_str())
}

fn table<'m>(item: &'m Item, name: &str) -> Option<&'m dyn TableLike> {
    item.as_table_like()?.get(name)?.as_table_like()
}
