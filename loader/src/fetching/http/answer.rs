//! What a response says about its file: where its bytes begin, how many there are, and whether they
//! continue what came before. It does not know connections, attempts, or where the bytes go.

use std::io::Read;
use std::time::Duration;

use ureq::Body;
use ureq::http::header::{
    CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, DATE, ETAG, LAST_MODIFIED,
    TRANSFER_ENCODING,
};
use ureq::http::{HeaderMap, Response};
use url::Url;

use super::failure::Failure;
use super::headers::only;
use crate::interface::ImportCause;

/// A date identifies a file only if the file was this old when the server sent the date: a file may
/// change twice within a second, and clocks differ (RFC 7232, 2.2.2).
const OLD_ENOUGH: Duration = Duration::from_secs(60);

/// Statuses that refuse a part of a file but might not refuse the whole file.
const NO_PART: [u16; 9] = [400, 405, 406, 409, 411, 412, 416, 417, 501];

/// A body that is ready to be read.
pub(crate) struct Answer {
    /// The body.
    pub(crate) body: Box<dyn Read>,
    /// Where it begins in the file, in bytes: 0 unless the server continued.
    pub(crate) offset: u64,
    /// The length of the whole file, if the server said.
    pub(crate) total: Option<u64>,
    /// Whether a body that was cut can be distinguished from a complete one.
    pub(crate) is_delimited: bool,
    /// The encoding of the content, if the server names one.
    pub(crate) encoding: Option<String>,
    pub(crate) version: Version,
}

/// Identifies the file that the bytes of an answer belong to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Version {
    /// The final address, without the query: a tag from another place means something else.
    source: String,
    validator: Option<Validator>,
    encoding: Option<String>,
    /// The length of the whole file, if the server said.
    total: Option<u64>,
}

/// A value that two answers share only if their bytes belong to the same file.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Validator {
    /// A strong entity tag, with its quotes.
    Tag(String),
    /// When the file was changed.
    Date(String),
}

/// A file whose beginning has arrived already.
#[derive(Debug, Clone)]
pub(crate) struct Resume {
    /// How many bytes have arrived, at least one.
    from: u64,
    version: Version,
}

impl Version {
    fn of(headers: &HeaderMap, source: &Url, total: Option<u64>) -> Self {
        Self {
            source: without_query(source),
            validator: Validator::of(headers),
            encoding: encoding(headers),
            total,
        }
    }

    /// Whether both identify their file, and the files differ.
    pub(crate) fn differs(&self, other: &Self) -> bool {
        self.source != other.source
            || matches!((&self.validator, &other.validator), (Some(one), Some(two)) if one != two)
    }
}

impl Validator {
    fn of(headers: &HeaderMap) -> Option<Self> {
        match only(headers, &ETAG) {
            Some(tag) if is_strong(tag) => return Some(Self::Tag(tag.to_owned())),
            // A weak tag says that two files have the same meaning, not the same bytes.
            Some(_) => return None,
            None => {}
        }
        let modified = only(headers, &LAST_MODIFIED)?;
        let time = httpdate::parse_http_date(modified).ok()?;
        let now = httpdate::parse_http_date(only(headers, &DATE)?).ok()?;
        let age = now.duration_since(time).ok()?;
        (age >= OLD_ENOUGH).then(|| Self::Date(modified.to_owned()))
    }
}

impl Resume {
    /// Returns a request for the rest; `None` if the server sent nothing that can confirm that it
    /// is the rest.
    pub(crate) fn new(from: u64, version: Version) -> Option<Self> {
        (from > 0 && version.validator.is_some()).then_some(Self { from, version })
    }

    /// Returns the values of `Range` and `If-Range`.
    pub(super) fn headers(&self) -> Option<(String, &str)> {
        let (Validator::Tag(text) | Validator::Date(text)) = self.version.validator.as_ref()?;
        Some((format!("bytes={}-", self.from), text))
    }

    /// Returns the length of the whole file if `headers` describe exactly the rest of it; else why
    /// they do not.
    fn total(&self, headers: &HeaderMap, source: &Url) -> Result<u64, &'static str> {
        let Version { source: place, validator, encoding: coding, total } = &self.version;
        if only(headers, &CONTENT_TYPE).is_some_and(|kind| kind.starts_with("multipart/")) {
            return Err("it comes in several parts");
        }
        if *place != without_query(source) {
            return Err("it comes from another place");
        }
        let Some(range) = only(headers, &CONTENT_RANGE).and_then(Span::read) else {
            return Err("it does not say which part it is, and of how much");
        };
        if range.first != self.from {
            return Err("it does not begin where the first part ended");
        }
        if range.last + 1 != range.total {
            return Err("it is not all of the rest");
        }
        if total.is_some_and(|total| total != range.total) {
            return Err("the whole has another length now");
        }
        let length = range.last - range.first + 1;
        if only(headers, &CONTENT_LENGTH).is_some_and(|text| text.parse() != Ok(length)) {
            return Err("its length is not that of the part that it says it is");
        }
        let same = match validator {
            Some(Validator::Tag(tag)) => only(headers, &ETAG) == Some(tag),
            Some(Validator::Date(date)) => {
                only(headers, &LAST_MODIFIED) == Some(date) && headers.get(ETAG).is_none()
            }
            None => false,
        };
        if !same {
            return Err("it is of another file");
        }
        if *coding != encoding(headers) {
            return Err("it is encoded in another way");
        }
        Ok(range.total)
    }
}

/// Reads the head of a response from `source`.
///
/// # Errors
///
/// Fails if it brings no file, or not the requested rest. `refused` makes the failure for an error
/// status.
pub(super) fn answer(
    mut response: Response<Body>,
    source: &Url,
    resume: Option<&Resume>,
    refused: impl FnOnce(&mut Response<Body>) -> Failure,
) -> Result<Answer, Failure> {
    let headers = response.headers();
    let (offset, total) = match (response.status().as_u16(), resume) {
        (200, _) => (0, only(headers, &CONTENT_LENGTH).and_then(number)),
        (206, Some(resume)) => match resume.total(headers, source) {
            Ok(total) => (resume.from, Some(total)),
            Err(reason) => return Err(ImportCause::NoRest { reason }.into()),
        },
        (status, Some(_)) if NO_PART.contains(&status) => {
            return Err(ImportCause::NoRest { reason: "the server refuses it" }.into());
        }
        _ => return Err(refused(&mut response)),
    };
    Ok(Answer {
        offset,
        total,
        is_delimited: total.is_some() || headers.contains_key(TRANSFER_ENCODING),
        encoding: encoding(headers),
        version: Version::of(headers, source, total),
        body: Box::new(response.into_body().into_with_config().limit(u64::MAX).reader()),
    })
}

/// Whether encoded content is what the URL names, as for `libx.so.gz`.
pub(crate) fn is_named_so(encoding: &str, url: &Url) -> bool {
    let endings: &[&str] = match encoding.trim_start_matches("x-") {
        "gzip" => &[".gz", ".tgz", ".taz"],
        "compress" => &[".z", ".taz"],
        "bzip2" => &[".bz2", ".tbz", ".tbz2"],
        "xz" => &[".xz", ".txz"],
        "zstd" => &[".zst", ".tzst"],
        "br" => &[".br"],
        _ => return false,
    };
    let path = url.path().to_ascii_lowercase();
    endings.iter().any(|ending| path.ends_with(ending))
}

fn encoding(headers: &HeaderMap) -> Option<String> {
    let text = headers.get(CONTENT_ENCODING)?.to_str().ok()?.trim().to_ascii_lowercase();
    (!matches!(&*text, "" | "identity")).then_some(text)
}

fn is_strong(tag: &str) -> bool {
    // An empty tag is the same for every file.
    tag.len() > 2 && tag.starts_with('"') && tag.ends_with('"')
}

fn without_query(url: &Url) -> String {
    let mut url = url.clone();
    url.set_query(None);
    url.set_fragment(None);
    url.into()
}

/// Parses a text of digits only; `parse` would accept a sign too.
fn number(text: &str) -> Option<u64> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) { text.parse().ok() } else { None }
}

/// A part of a file, in bytes.
#[derive(Debug, PartialEq, Eq)]
struct Span {
    first: u64,
    last: u64,
    total: u64,
}

impl Span {
    /// Reads `bytes 5-9/10`.
    fn read(text: &str) -> Option<Self> {
        let (unit, text) = text.split_once(' ')?;
        let (span, total) = text.split_once('/')?;
        let (first, last) = span.split_once('-')?;
        let span = Self { first: number(first)?, last: number(last)?, total: number(total)? };
        let is_sound = span.first <= span.last && span.last < span.total;
        (unit.eq_ignore_ascii_case("bytes") && is_sound).then_some(span)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACE: &str = "https://h/f";

    /// Names and values.
    type Lines<'a> = &'a [(&'static str, &'a str)];

    fn headers(lines: Lines<'_>) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(*name, value.parse().expect("a header"));
        }
        headers
    }

    fn version(lines: Lines<'_>, total: Option<u64>) -> Version {
        Version::of(&headers(lines), &Url::parse(PLACE).expect("a URL"), total)
    }

    #[test]
    fn only_a_whole_span_of_a_known_whole_is_read() {
        for (text, span) in [
            ("bytes 5-9/10", Some((5, 9, 10))),
            ("Bytes 0-0/1", Some((0, 0, 1))),
            ("bytes 5-9/*", None),
            ("bytes */10", None),
            ("bytes 5-/10", None),
            ("bytes 9-5/10", None),
            ("bytes 5-10/10", None),
            ("bytes +5-9/10", None),
            ("bytes 5-9", None),
            ("bytes=5-9/10", None),
            ("lines 5-9/10", None),
            ("bytes 5-99999999999999999999/999999999999999999999", None),
        ] {
            let span = span.map(|(first, last, total)| Span { first, last, total });
            assert_eq!(Span::read(text), span, "{text}");
        }
    }

    #[test]
    fn a_strong_tag_or_an_old_date_says_which_file_it_is() {
        const DATE: (&str, &str) = ("last-modified", "Sun, 06 Nov 1994 08:49:37 GMT");
        for (lines, expected) in [
            (&[("etag", "\"one\"")][..], true),
            (&[("etag", "W/\"one\"")], false),
            (&[("etag", "\"\"")], false),
            (&[("etag", "one")], false),
            (&[("etag", "\"one\""), ("etag", "\"two\"")], false),
            (&[DATE, ("date", "Sun, 06 Nov 1994 08:50:37 GMT")], true),
            (&[DATE, ("date", "Sun, 06 Nov 1994 08:50:36 GMT")], false),
            (&[DATE], false),
            (&[DATE, ("date", "Sun, 06 Nov 1994 08:50:37 GMT"), ("etag", "W/\"one\"")], false),
            (&[], false),
        ] {
            let resume = Resume::new(5, version(lines, Some(10)));
            assert_eq!(resume.is_some(), expected, "{lines:?}");
        }
        assert!(Resume::new(0, version(&[("etag", "\"one\"")], None)).is_none(), "nothing is here");
    }

    #[test]
    fn the_rest_is_taken_only_if_it_is_the_rest_of_the_same_file() {
        const TAG: (&str, &str) = ("etag", "\"one\"");
        const RANGE: (&str, &str) = ("content-range", "bytes 5-9/10");
        let rows: &[(Lines<'_>, Option<&str>)] = &[
            (&[TAG, RANGE], None),
            (&[TAG, RANGE, ("content-length", "5")], None),
            (&[RANGE], Some("another file")),
            (&[("etag", "\"two\""), RANGE], Some("another file")),
            (&[("etag", "W/\"one\""), RANGE], Some("another file")),
            (&[TAG, ("etag", "\"two\""), RANGE], Some("another file")),
            (&[TAG], Some("which part")),
            (&[TAG, RANGE, RANGE], Some("which part")),
            (&[TAG, ("content-range", "bytes 5-9/*")], Some("which part")),
            (&[TAG, ("content-range", "bytes 4-9/10")], Some("begin")),
            (&[TAG, ("content-range", "bytes 6-9/10")], Some("begin")),
            (&[TAG, ("content-range", "bytes 5-8/10")], Some("all of the rest")),
            (&[TAG, ("content-range", "bytes 5-8/9")], Some("another length")),
            (&[TAG, ("content-range", "bytes 5-19/20")], Some("another length")),
            (&[TAG, RANGE, ("content-length", "4")], Some("its length")),
            (&[TAG, RANGE, ("content-encoding", "gzip")], Some("encoded")),
            (&[TAG, RANGE, ("content-type", "multipart/byteranges; boundary=a")], Some("parts")),
        ];
        let resume = Resume::new(5, version(&[TAG], Some(10))).expect("a strong tag");
        let place = Url::parse(PLACE).expect("a URL");
        for (lines, expected) in rows {
            let found = resume.total(&headers(lines), &place);
            match expected {
                None => assert_eq!(found, Ok(10), "{lines:?}"),
                Some(reason) => {
                    assert!(found.is_err_and(|found| found.contains(reason)), "{lines:?}");
                }
            }
        }
        let good = headers(&[TAG, RANGE]);
        let signed = Url::parse("https://h/f?signature=2").expect("a URL");
        assert_eq!(resume.total(&good, &signed), Ok(10), "a query is not the place");
        let mirror = Url::parse("https://i/f").expect("a URL");
        assert!(resume.total(&good, &mirror).is_err(), "another host has tags of its own");
    }

    #[test]
    fn what_came_encoded_may_be_what_was_asked_for() {
        for (encoding, url, expected) in [
            ("gzip", "https://h/x.tar.gz", true),
            ("x-gzip", "https://h/x.TGZ?a=b", true),
            ("gzip", "https://h/x.so", false),
            ("br", "https://h/x.gz", false),
            ("zstd", "https://h/x.zst", true),
            ("aes128gcm", "https://h/x.gz", false),
        ] {
            let url_ = Url::parse(url).expect("a URL");
            assert_eq!(is_named_so(encoding, &url_), expected, "{encoding} {url}");
        }
    }
}
