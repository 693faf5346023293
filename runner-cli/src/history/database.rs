//! The format of the history: its tables, and every statement that is made to them.
//!
//! One SQLite file with a rollback journal, not a write-ahead log: that needs memory that all writers share, so that the
//! nodes of a cluster on one network file system would damage it, it cannot be read where nothing can be written, and a
//! file of its own has to be kept beside it.

use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{
    Connection, OpenFlags, OptionalExtension, Row, Transaction, TransactionBehavior, params,
};

use super::recent::{Entry, Recent};

/// What this version reads and writes. A change that an older one would misread takes the next number.
pub(super) const FORMAT: i64 = 1;

/// "prob": tells a history from other SQLite files.
const APPLICATION: i64 = 0x7072_6f62;

/// `outstanding` is 1 from when a test fails, or does not come to its end, until it passes. `expected` is the median of
/// `recent` in microseconds, of a library of those that passed; `recent` is as `Recent` writes it. `seen` is the Unix time of the last run with it.
const TABLES: &str = "
    CREATE TABLE runs (
        number INTEGER PRIMARY KEY,
        id TEXT NOT NULL,
        started INTEGER NOT NULL,
        ended INTEGER,
        exit INTEGER
    ) STRICT;
    CREATE TABLE tests (
        suite TEXT NOT NULL,
        name TEXT NOT NULL,
        outstanding INTEGER NOT NULL,
        expected INTEGER,
        recent TEXT NOT NULL,
        seen INTEGER NOT NULL,
        PRIMARY KEY (suite, name)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE libraries (
        name TEXT PRIMARY KEY,
        expected INTEGER,
        recent TEXT NOT NULL,
        seen INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
";

/// Was not there from the beginning: histories without it get it when they are opened to be written.
const SHUFFLES: &str = "
    CREATE TABLE IF NOT EXISTS shuffles (
        run INTEGER PRIMARY KEY,
        seed INTEGER NOT NULL
    ) STRICT";

/// What the last process of a test has used: microseconds of processors, and bytes. As `shuffles` it came later.
const USAGES: &str = "
    CREATE TABLE IF NOT EXISTS usages (
        suite TEXT NOT NULL,
        name TEXT NOT NULL,
        cpu INTEGER NOT NULL,
        peak INTEGER NOT NULL,
        PRIMARY KEY (suite, name)
    ) STRICT, WITHOUT ROWID";

const TEST: &str = "SELECT outstanding, expected FROM tests WHERE suite = ?1 AND name = ?2";
const TEST_RECENT: &str = "SELECT recent FROM tests WHERE suite = ?1 AND name = ?2";
const TEST_ENDED: &str = "
    INSERT INTO tests (suite, name, outstanding, expected, recent, seen) VALUES (?1, ?2, coalesce(?3, 0), ?4, ?5, ?6)
    ON CONFLICT DO UPDATE SET outstanding = coalesce(?3, outstanding), expected = ?4, recent = ?5, seen = ?6";
const TEST_OUTSTANDING: &str = "
    INSERT INTO tests (suite, name, outstanding, recent, seen) VALUES (?1, ?2, 1, '[]', ?3)
    ON CONFLICT DO UPDATE SET outstanding = 1, seen = ?3";
const TEST_NAMES: &str = "SELECT DISTINCT name FROM tests ORDER BY name";
const LIBRARY: &str = "SELECT expected FROM libraries WHERE name = ?1";
const LIBRARY_RECENT: &str = "SELECT recent FROM libraries WHERE name = ?1";
const LIBRARY_IMPORTED: &str = "
    INSERT INTO libraries (name, expected, recent, seen) VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT DO UPDATE SET expected = ?2, recent = ?3, seen = ?4";
const RUN: &str = "SELECT id, started FROM runs WHERE number = ?1";
const RUN_BEGUN: &str = "INSERT INTO runs (id, started) VALUES (?1, ?2)";
const RUN_ENDED: &str = "UPDATE runs SET ended = ?3, exit = ?4 WHERE number = ?1 AND id = ?2";

const TEST_USED: &str =
    "INSERT OR REPLACE INTO usages (suite, name, cpu, peak) VALUES (?1, ?2, ?3, ?4)";
const LAST_USAGE: &str = "SELECT cpu, peak FROM usages WHERE suite = ?1 AND name = ?2";
const FORGET_USAGES: &str = "
    DELETE FROM usages WHERE NOT EXISTS
    (SELECT 1 FROM tests WHERE tests.suite = usages.suite AND tests.name = usages.name)";
const RUN_SHUFFLED: &str = "INSERT OR REPLACE INTO shuffles (run, seed) VALUES (?1, ?2)";
const LAST_SHUFFLE: &str = "SELECT seed FROM shuffles ORDER BY run DESC LIMIT 1";

const STATEMENTS: [&str; 11] = [
    TEST,
    TEST_RECENT,
    TEST_ENDED,
    TEST_OUTSTANDING,
    TEST_NAMES,
    LIBRARY,
    LIBRARY_RECENT,
    LIBRARY_IMPORTED,
    RUN,
    RUN_BEGUN,
    RUN_ENDED,
];

/// Runs that are kept.
const RUNS: i64 = 1000;
/// Seconds after which a test or a library is forgotten that has not run: 90 days.
const FORGOTTEN: i64 = 90 * 24 * 60 * 60;
/// Runs between two searches for what is to be forgotten, which reads the whole file.
const FORGETS_EVERY: i64 = 50;

/// An open history.
#[derive(Debug)]
pub(super) struct Database {
    connection: Connection,
}

/// What a file turned out to be.
#[derive(Debug)]
pub(super) enum Opened {
    History(Database),
    /// A history of a later format.
    Newer(i64),
    /// A sound file of SQLite, but not a history.
    Foreign,
}

/// What is known of a test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Known {
    pub(super) outstanding: bool,
    pub(super) expected: Option<Duration>,
}

/// What a process of a test has used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Spent {
    /// Of processors.
    pub(crate) cpu: Duration,
    /// The most memory at once, in bytes.
    pub(crate) peak: u64,
}

/// How a test is named in the history.
#[derive(Clone, Copy, Debug)]
pub(super) struct TestName<'n> {
    /// Empty for a test of no suite.
    pub(super) suite: &'n str,
    pub(super) name: &'n str,
}

impl Database {
    /// Opens the file, and makes it a history if it is empty. Without `create`, a file that is not there is an error. No
    /// statement waits longer than `patience` for other processes' locks.
    pub(super) fn open(path: &Path, create: bool, patience: Duration) -> rusqlite::Result<Opened> {
        let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        flags.set(OpenFlags::SQLITE_OPEN_CREATE, create);
        let mut connection = Connection::open_with_flags(path, flags)?;
        connection.busy_timeout(patience)?;
        // The journal stays, and is emptied: to remove it and make it anew costs a sync of the directory a commit.
        connection.pragma_update(None, "journal_mode", "TRUNCATE")?;
        // A commit outlives this process at once, and a loss of power after one more sync.
        connection.pragma_update(None, "synchronous", "NORMAL")?;
        // The file may come with a project of somebody else's.
        connection.pragma_update(None, "trusted_schema", false)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS.len() + 1);
        if create && is_empty(&connection)? {
            create_tables(&mut connection)?;
        }
        let header =
            |name: &str| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
        let (application, format) = (header("application_id")?, header("user_version")?);
        Ok(match (application, format) {
            (APPLICATION, FORMAT) => {
                if create {
                    // Where nothing can be written there is none, and nobody asks for it.
                    let _ = connection.execute(SHUFFLES, []);
                    let _ = connection.execute(USAGES, []);
                }
                for statement in STATEMENTS {
                    connection.prepare_cached(statement)?;
                }
                Opened::History(Self { connection })
            }
            (APPLICATION, newer) if newer > FORMAT => Opened::Newer(newer),
            _ => Opened::Foreign,
        })
    }

    /// Takes everything out of the file, whatever it is, so that it can become a history.
    pub(super) fn empty(path: &Path, patience: Duration) -> rusqlite::Result<()> {
        let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        connection.busy_timeout(patience)?;
        // SQLite's own way to do it: with the locks and the journal of any other change.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_RESET_DATABASE, true)?;
        connection.execute_batch("VACUUM")
    }

    /// Reads the whole file, and says what is wrong with it.
    pub(super) fn check(&self) -> rusqlite::Result<Option<String>> {
        let said: String =
            self.connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
        Ok((said != "ok").then_some(said))
    }

    /// What is known of a test; `None` if it has never run.
    pub(super) fn test(&self, test: TestName<'_>) -> rusqlite::Result<Option<Known>> {
        let known = |row: &Row<'_>| {
            Ok(Known { outstanding: row.get::<_, i64>(0)? != 0, expected: micros(row, 1)? })
        };
        let mut statement = self.connection.prepare_cached(TEST)?;
        statement.query_row([test.suite, test.name], known).optional()
    }

    /// The names of all tests that have run.
    pub(super) fn test_names(&self) -> rusqlite::Result<Vec<String>> {
        let mut statement = self.connection.prepare_cached(TEST_NAMES)?;
        statement.query_map([], text)?.collect()
    }

    /// The last outcomes of a test, the oldest first; none if it has never run.
    pub(super) fn entries(&self, test: TestName<'_>) -> rusqlite::Result<Vec<Entry>> {
        let mut statement = self.connection.prepare_cached(TEST_RECENT)?;
        let recent = statement.query_row([test.suite, test.name], text).optional()?;
        Ok(recent.map(|text| Recent::from_json(&text).into_entries()).unwrap_or_default())
    }

    /// The last import of a library that was to fetch or build it; `None` if there was none.
    pub(super) fn last_import(&self, name: &str) -> rusqlite::Result<Option<Entry>> {
        let mut statement = self.connection.prepare_cached(LIBRARY_RECENT)?;
        let recent = statement.query_row([name], text).optional()?;
        Ok(recent.and_then(|text| Recent::from_json(&text).into_entries().pop()))
    }

    /// The id of a run, and the Unix time of its start; `None` if it is forgotten.
    pub(super) fn run(&self, number: i64) -> rusqlite::Result<Option<(String, i64)>> {
        let mut statement = self.connection.prepare_cached(RUN)?;
        statement.query_row([number], |row| Ok((row.get(0)?, row.get(1)?))).optional()
    }

    /// What the last process of a test has used; `None` if that is not known.
    pub(super) fn usage(&self, test: TestName<'_>) -> rusqlite::Result<Option<Spent>> {
        let mut statement = self.connection.prepare(LAST_USAGE)?;
        let spent = |row: &Row<'_>| {
            let peak: i64 = row.get(1)?;
            let cpu = micros(row, 0)?.unwrap_or_default();
            Ok(Spent { cpu, peak: u64::try_from(peak).unwrap_or(0) })
        };
        statement.query_row([test.suite, test.name], spent).optional()
    }

    /// The seed of the last run that was shuffled.
    pub(super) fn last_shuffle(&self) -> rusqlite::Result<Option<u64>> {
        let seed = self.connection.query_row(LAST_SHUFFLE, [], |row| row.get::<_, i64>(0));
        Ok(seed.optional()?.and_then(|seed| u64::try_from(seed).ok()))
    }

    /// How long an import of the library is expected to take.
    pub(super) fn library(&self, name: &str) -> rusqlite::Result<Option<Duration>> {
        let mut statement = self.connection.prepare_cached(LIBRARY)?;
        Ok(statement.query_row([name], |row| micros(row, 0)).optional()?.flatten())
    }

    /// Waits at most for `patience` until no other process writes. The others see all of what is written then, or nothing.
    pub(super) fn begin(&mut self, patience: Duration) -> rusqlite::Result<Writing<'_>> {
        self.connection.busy_timeout(patience)?;
        // Locked from the start: two that only come to write later would wait for each other.
        let transaction =
            self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        Ok(Writing { transaction })
    }
}

/// What is written in one piece.
#[derive(Debug)]
pub(super) struct Writing<'d> {
    transaction: Transaction<'d>,
}

impl Writing<'_> {
    /// Adds a run, and returns its number.
    pub(super) fn run_begun(&self, id: &str, started: i64) -> rusqlite::Result<i64> {
        self.transaction.prepare_cached(RUN_BEGUN)?.insert(params![id, started])
    }

    /// Says what the last process of a test has used.
    pub(super) fn test_used(&self, test: TestName<'_>, spent: Spent) -> rusqlite::Result<()> {
        let mut update = self.transaction.prepare_cached(TEST_USED)?;
        let peak = i64::try_from(spent.peak).unwrap_or(i64::MAX);
        update.execute(params![test.suite, test.name, in_micros(spent.cpu), peak])?;
        Ok(())
    }

    /// Says by which seed a run was shuffled.
    pub(super) fn run_shuffled(&self, number: i64, seed: u64) -> rusqlite::Result<()> {
        // Seeds are numbers that JSON holds exactly.
        let seed = i64::try_from(seed).unwrap_or(i64::MAX);
        self.transaction.execute(RUN_SHUFFLED, params![number, seed])?;
        Ok(())
    }

    /// Says how a run ended, and forgets what is too old.
    pub(super) fn run_ended(
        &self,
        number: i64,
        id: &str,
        ended: i64,
        exit: u8,
    ) -> rusqlite::Result<()> {
        self.transaction.prepare_cached(RUN_ENDED)?.execute(params![number, id, ended, exit])?;
        self.transaction.execute("DELETE FROM runs WHERE number <= ?1", [number - RUNS])?;
        self.transaction.execute("DELETE FROM shuffles WHERE run <= ?1", [number - RUNS])?;
        if number % FORGETS_EVERY == 0 {
            for table in ["tests", "libraries"] {
                let forget = format!("DELETE FROM {table} WHERE seen < ?1");
                self.transaction.execute(&forget, [ended - FORGOTTEN])?;
            }
            self.transaction.execute(FORGET_USAGES, [])?;
        }
        Ok(())
    }

    /// Adds an outcome of a test.
    pub(super) fn test_ended(
        &self,
        test: TestName<'_>,
        entry: Entry,
        passed: Option<bool>,
        now: i64,
    ) -> rusqlite::Result<()> {
        let TestName { suite, name } = test;
        let mut known = self.transaction.prepare_cached(TEST_RECENT)?;
        let recent = with(known.query_row([suite, name], text).optional()?, entry);
        let (expected, recent) = (recent.expected().map(in_micros), recent.to_json());
        let mut update = self.transaction.prepare_cached(TEST_ENDED)?;
        update.execute(params![
            suite,
            name,
            passed.map(|passed| !passed),
            expected,
            recent,
            now
        ])?;
        Ok(())
    }

    /// Marks a test that did not come to its end.
    pub(super) fn test_outstanding(&self, test: TestName<'_>, now: i64) -> rusqlite::Result<()> {
        let mut update = self.transaction.prepare_cached(TEST_OUTSTANDING)?;
        update.execute(params![test.suite, test.name, now])?;
        Ok(())
    }

    /// Adds an import that was to fetch or build its library.
    pub(super) fn library_imported(
        &self,
        name: &str,
        entry: Entry,
        now: i64,
    ) -> rusqlite::Result<()> {
        let mut known = self.transaction.prepare_cached(LIBRARY_RECENT)?;
        let recent = with(known.query_row([name], text).optional()?, entry);
        let (expected, recent) = (recent.passed().map(in_micros), recent.to_json());
        let mut update = self.transaction.prepare_cached(LIBRARY_IMPORTED)?;
        update.execute(params![name, expected, recent, now])?;
        Ok(())
    }

    /// Makes it last.
    pub(super) fn commit(self) -> rusqlite::Result<()> {
        self.transaction.commit()
    }
}

fn is_empty(connection: &Connection) -> rusqlite::Result<bool> {
    connection.query_row("SELECT count(*) = 0 FROM sqlite_schema", [], |row| row.get(0))
}

/// Of several processes that find the file empty, the first one does this and the others see its work.
fn create_tables(connection: &mut Connection) -> rusqlite::Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    if is_empty(&transaction)? {
        transaction.execute_batch(TABLES)?;
        transaction.pragma_update(None, "application_id", APPLICATION)?;
        transaction.pragma_update(None, "user_version", FORMAT)?;
    }
    transaction.commit()
}

/// What was recent, with one more entry.
fn with(recent: Option<String>, entry: Entry) -> Recent {
    let mut recent = recent.map(|text| Recent::from_json(&text)).unwrap_or_default();
    recent.push(entry);
    recent
}

fn in_micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}

fn text(row: &Row<'_>) -> rusqlite::Result<String> {
    row.get(0)
}

fn micros(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Duration>> {
    let micros: Option<i64> = row.get(column)?;
    Ok(micros.map(|micros| Duration::from_micros(u64::try_from(micros).unwrap_or(0))))
}
