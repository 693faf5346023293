//! Every way in which a file can be torn, in every language that is there: the first attempt finds it so, and what the
//! evidence proves is mended and run again.

use super::fixture::{Language, Layout, once, placed, project, victim};

const PAGE: usize = 4096;

/// What a loader makes of a torn file.
#[derive(Clone, Copy, Debug)]
enum Fate {
    /// A race: the attempt failed like this.
    Race(&'static str),
    /// The attempt passed, since what is missing was not needed.
    Pass,
}

struct Case {
    name: &'static str,
    /// What happens to the file `$F`.
    damage: String,
    /// What is said of the file.
    words: String,
    /// What becomes of a program that calls the library, and of one that only loads it.
    fates: [Fate; 2],
}

fn cut(name: &'static str, at: usize, size: usize, fates: [Fate; 2]) -> Case {
    let words = match at {
        0 => format!("torn: 0 of {size} bytes"),
        _ => format!("torn: cut at {at} of {size} bytes"),
    };
    Case { name, damage: format!("truncate -s {at} $F"), words, fates }
}

/// Zeros from one byte to another, in a file of full length.
fn zeros(name: &'static str, from: usize, to: usize, words: &str, fates: [Fate; 2]) -> Case {
    let count = to - from;
    let damage = format!(
        "head -c {count} /dev/zero | dd of=$F bs=64K seek={from} oflag=seek_bytes conv=notrunc status=none"
    );
    Case { name, damage, words: words.to_owned(), fates }
}

fn cases(layout: Layout) -> Vec<Case> {
    use Fate::{Pass, Race};
    let Layout { headers, dynamic, code, end, size, .. } = layout;
    let says = |text| [Race(text); 2];
    let last_page = (end - 1) / PAGE * PAGE;
    let hollow = "torn: reserved but not written: it begins with zeros";
    let other = "another file: sha256 ";
    let blank = "torn: reserved but not all written: its table of sections is nothing but zeros";
    vec![
        cut("empty", 0, size, says("FAIL with “file too short”")),
        cut("identification", 63, size, says("FAIL with “file too short”")),
        cut("header", 64, size, says("FAIL with “cannot read file data”")),
        cut("headers", headers - 1, size, says("FAIL with “cannot read file data”")),
        cut("segments", headers, size, says("SIGBUS")),
        cut("half", size / 2, size, says("SIGBUS")),
        cut("dynamic", dynamic + 16, size, says("SIGSEGV")),
        // Loaded without its last pages of data, and dead when one of them is touched.
        cut("data", last_page, size, [Race("SIGBUS"), Pass]),
        // Loaded with zeros for data. Nothing but the file itself tells.
        cut("silent", end - 200, size, [Race("FAIL"), Pass]),
        // Only what a debugger wants is lost.
        cut("sections", end, size, [Pass; 2]),
        zeros("reserved", 0, size, hollow, says("FAIL with “invalid ELF header”")),
        zeros(
            "identified",
            64,
            size,
            hollow,
            says("FAIL with “object file has no loadable segments”"),
        ),
        zeros("first-page", PAGE, size, blank, says("SIGSEGV")),
        zeros("first-half", size / 2, size, blank, says("SIGSEGV")),
        // Loaded, and dead when it is called.
        zeros("hole", code, code + PAGE, other, says("SIGSEGV")),
        // Wrong data without a symptom. The file changed, so that it is read; its content tells.
        zeros("last-page", end - PAGE, end, other, [Race("FAIL"), Pass]),
        Case {
            name: "no-dynamic",
            damage: format!(
                "printf '\\000' | dd of=$F bs=1 seek={} conv=notrunc status=none",
                layout.dynamic_header
            ),
            words: other.to_owned(),
            fates: says("FAIL with “object file has no dynamic section”"),
        },
    ]
}

/// What musl's loader makes of a file: it has one word for all that it refuses, and takes a table of symbols that is not
/// there for an empty one.
fn in_musl(name: &str, in_glibc: Fate) -> Fate {
    match (name, in_glibc) {
        ("dynamic", _) => Fate::Race("FAIL"),
        (_, Fate::Race(by)) if by.starts_with("FAIL with") => {
            Fate::Race("FAIL with “Exec format error”")
        }
        _ => in_glibc,
    }
}

#[test]
fn what_is_torn_is_mended_and_run_again_and_nothing_else_is() {
    for language in Language::ALL {
        if language.is_there() {
            check(language);
        }
    }
}

fn check(language: Language) {
    let cases = cases(Layout::of(&victim()));
    let test = |case: &Case| {
        let action = format!("exec {}", language.load(&format!("cache/{}.so", case.name)));
        placed(case.name, &once(case.name, &case.damage, &action))
    };
    let project = project(&cases.iter().map(test).collect::<String>());
    let said = project.probe(&["run", "-j2"]);
    let (before, _) = said.stderr.split_once("────────────\n").expect("a summary");
    let lines: Vec<&str> = before.lines().collect();
    for case in &cases {
        let name = case.name;
        let fate = match language {
            Language::C | Language::Python => case.fates[0],
            Language::Musl => in_musl(name, case.fates[0]),
            Language::Node => case.fates[1],
        };
        let what = format!("{language:?}, {name}: {fate:?}\n{before}");
        // A status line ends in the test's name and what is told of it.
        let of_test: Vec<usize> = (0..lines.len())
            .filter(|&index| {
                let line = lines[index];
                line.contains("[   TIME ]")
                    && (line.ends_with(&format!(" {name}")) || line.contains(&format!(" {name}: ")))
            })
            .filter(|&index| !lines[index].contains("PRELOAD"))
            .collect();
        let verb = |index: usize| lines[index].split_whitespace().next().unwrap_or_default();
        match fate {
            Fate::Race(by) => {
                let [first, last] = of_test.as_slice() else { panic!("{what}") };
                assert!(lines[*first].contains(&format!(" {name}: {by} at attempt 1; ")), "{what}");
                let told = lines[first + 1].trim();
                let file = format!("library {name}: `[ROOT]/cache/{name}.so` was {}", case.words);
                assert!(
                    told.starts_with(&file) && told.ends_with("; put back from the store"),
                    "{what}"
                );
                assert_eq!((verb(*first), verb(*last)), ("RACE", "RACE"), "{what}");
                assert!(
                    lines[*last].ends_with(&format!(" {name}: passed after a race (attempt 2)")),
                    "{what}"
                );
            }
            Fate::Pass => {
                let [only] = of_test.as_slice() else { panic!("{what}") };
                assert_eq!(verb(*only), "PASS", "{what}");
            }
        }
    }
}
