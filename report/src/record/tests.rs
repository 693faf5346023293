use std::io::sink;

use super::Record;
use crate::facts::{Fact, Log};
use crate::{github, html, junit, trace};

/// A log in which a little of everything happens.
const LOG: &str = r#"{"at":0.0,"type":"run-started","version":1,"probe":"0.1.0","run":"00000000000000aa","clock":"2026-01-02T03:04:05.678Z","tests":4,"libraries":2,"skipped":1,"jobs":2}
{"at":0.0,"type":"library-planned","library":"one","origin":"https://example.org/one","line":1}
{"at":0.0,"type":"library-planned","library":"two","origin":"`make two`","needs":["one"]}
{"at":0.0,"type":"tests-planned","suite":"s","line":3,"needs":["two"],"tags":["x"],"tests":[{"test":"s a","files":["a"]},{"test":"s b","files":["b"]}]}
{"at":0.0,"type":"tests-planned","line":9,"tests":[{"test":"c","after":["s a"]},{"test":"d"}]}
{"at":0.1,"type":"preload-started","library":"one"}
{"at":0.2,"type":"preload-parked","library":"one"}
{"at":0.3,"type":"preload-resumed","library":"one"}
{"at":0.4,"type":"preload-passed","library":"one","how":"fetched","path":"/one","sha256":"00","size":1,"waited":0.1,"took":0.3}
{"at":0.4,"type":"preload-started","library":"two"}
{"at":0.5,"type":"test-started","test":"d","attempt":1,"slot":0}
{"at":0.6,"type":"test-retried","test":"d","attempt":1,"attempts":2,"ending":{"kind":"exited","code":1},"took":0.1,"output":[{"stream":"stdout","head":"words\n","omitted":5,"tail":"more"}],"delay":0.1}
{"at":0.7,"type":"test-started","test":"d","attempt":2,"slot":1}
{"at":0.8,"type":"test-ended","test":"d","status":"timeout","attempt":2,"races":0,"ending":{"kind":"timed-out","timeout":0.1},"took":0.1,"left-behind":[{"pid":7,"command":"x"}],"verdict":{"kind":"real","files":[{"library":"one","path":"/one","seen":"torn"}],"lines":["words"]}}
{"at":0.9,"type":"preload-failed","library":"two","cause":"gone","message":"import it: gone","blocked":["s a","s b"],"took":0.5}
{"at":0.9,"type":"tests-blocked","by":"s a","tests":["c"]}
{"at":1.0,"type":"run-ended","exit-code":100,"run":1,"passed":0,"failed":1,"flaky":0,"recovered":0,"empty":0,"blocked":3,"not-run":0,"skipped":1,"took":1.0}
"#;

/// Makes every document of a log, as far as it can be read.
fn documents(log: &str) -> usize {
    let directory = tempfile::tempdir().expect("a directory");
    let mut record = Record::new(directory.path()).expect("a file");
    let mut facts = 0;
    let Ok(mut log) = Log::begin(log.as_bytes()) else { return 0 };
    loop {
        let line = match log.next_fact() {
            Ok(Some(line)) => line,
            Ok(None) => break,
            Err(_) => return 0,
        };
        record.fact(line.at, &line.fact).expect("there is room");
        facts += usize::from(!matches!(line.fact, Fact::Unknown));
    }
    if !log.has_ended() {
        record.cut_off();
    }
    html::write(&mut sink(), &record).expect("it has a form");
    junit::write(&mut sink(), &record).expect("it has a form");
    trace::write(&mut sink(), &record).expect("it has a form");
    let job = github::GithubJob { workspace: None, summary: None };
    github::write(&mut sink(), &job, std::path::Path::new("/"), &record).expect("it has a form");
    facts
}

#[test]
fn of_a_log_in_which_anything_is_wrong_documents_are_made_or_it_is_refused() {
    assert_eq!(documents(LOG), LOG.lines().count());
    let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = |below: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        usize::try_from(seed >> 33).expect("31 bits") % below
    };
    let mut read = 0;
    for _ in 0..1500 {
        let mut lines: Vec<String> = LOG.lines().map(str::to_owned).collect();
        for _ in 0..=random(3) {
            let (at, to) = (random(lines.len()), random(lines.len()));
            match random(5) {
                0 => drop(lines.remove(at)),
                1 => lines.swap(at, to),
                2 => lines.insert(to, lines[at].clone()),
                3 => {
                    let digits: Vec<usize> =
                        lines[at].match_indices(char::is_numeric).map(|(place, _)| place).collect();
                    let place = digits[random(digits.len())];
                    lines[at]
                        .replace_range(place..=place, ["9", "0", "-1", "123456789"][random(4)]);
                }
                _ => {
                    let from = ["one", "two", "s a", "s b", "\"c\"", "\"d\""];
                    let (name, other) = (from[random(6)], from[random(6)]);
                    lines[at] = lines[at].replace(name, other);
                }
            }
            if lines.is_empty() {
                break;
            }
        }
        read += usize::from(documents(&(lines.join("\n") + "\n")) > 0);
    }
    assert!(read > 200, "{read} of 1500 could be read");
}
