//! Downloads from one of several URLs into a draft. Hashes during the transfer, and resumes within
//! one import. It does not know the store's layout or the purpose of the file.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use url::Url;

use super::http::{self, Client, Failure, Resume, Version};
use super::turns;
use crate::digest::{Hashing, Sha256};
use crate::errands::Errand;
use crate::files::{Draft, Flusher, Purpose};
use crate::interface::{ImportCause, ImportEvent, Refusal};
use crate::machine::Machine;
use crate::verdict::{FileVerdict, FoundInstead, judge};

/// How much is read at once, in bytes: large enough that system calls do not matter, small enough
/// for a core's cache.
const CHUNK: usize = 128 * 1024;

/// What to download.
pub(crate) struct Request<'a> {
    /// The URLs to try.
    pub(crate) urls: Vec<&'a str>,
    /// The digest that it must have.
    pub(crate) pinned: Option<Sha256>,
    /// Whether it is an archive from which something is taken.
    pub(crate) is_archive: bool,
    /// The directory of the draft.
    pub(crate) directory: &'a Path,
    /// What the draft will be.
    pub(crate) purpose: Purpose,
}

/// A file that is complete, as far as length and digest show.
pub(crate) struct Download {
    pub(crate) draft: Draft,
    pub(crate) digest: Sha256,
    pub(crate) size: u64,
}

/// Downloads with at most as many attempts as the settings allow. If `accept` fails, the attempt
/// has failed.
pub(crate) fn download<T>(
    client: &Client,
    errand: &Errand<'_>,
    request: &Request<'_>,
    accept: &dyn Fn(Download) -> Result<T, ImportCause>,
) -> Result<T, ImportCause> {
    let origins = request.urls.iter().map(|url| http::redact(url)).collect::<Vec<_>>();
    let mut partial = None::<Partial>;
    turns::take(errand, &origins, &mut |origin| {
        let earlier = partial.take().filter(|partial| partial.origin == origin);
        let mut current = match earlier {
            Some(partial) => partial,
            None => Partial::begin(origin, request)?,
        };
        match current.go_on(client, errand, request) {
            Ok(()) => Ok(accept(current.finish(request)?)?),
            Err(failure) => {
                partial = Some(current);
                Err(failure)
            }
        }
    })
}

/// What has arrived so far from one origin.
struct Partial {
    origin: usize,
    content: Hashing<Draft>,
    received: u64,
    /// Identifies the file that the bytes belong to, if a request for the rest is possible.
    version: Option<Version>,
    /// What the last answer promised, even if it failed later.
    promise: Option<Promise>,
}

/// What a server said about its file.
#[derive(Clone)]
struct Promise {
    version: Version,
    /// The length of the whole file, in bytes.
    total: u64,
}

impl Partial {
    fn begin(origin: usize, request: &Request<'_>) -> Result<Self, ImportCause> {
        let draft = Draft::create(request.directory, request.purpose)
            .map_err(ImportCause::disk("create a file in", request.directory))?;
        let content = Hashing::new(draft);
        Ok(Self { origin, content, received: 0, version: None, promise: None })
    }

    /// Makes one request, and reads its body to the end.
    fn go_on(
        &mut self,
        client: &Client,
        errand: &Errand<'_>,
        request: &Request<'_>,
    ) -> Result<(), Failure> {
        let url = Url::parse(request.urls[self.origin])
            .map_err(|_| ImportCause::Refused(Refusal::Unsupported))?;
        // After a failure from here on, a retry must not resume with the data of an older answer.
        let resume = self.version.take().and_then(|version| Resume::new(self.received, version));
        let mut answer = client.get(&url, request.pinned.is_some(), resume.as_ref())?;
        if answer.offset == 0 {
            let promise = self.promise.take();
            *self = Self { promise, ..Self::begin(self.origin, request)? };
        }
        if let Some(encoding) = answer.encoding.take()
            && !request.is_archive
            && request.pinned.is_none()
            && !http::is_named_so(&encoding, &url)
        {
            return Err(ImportCause::Refused(Refusal::Encoded(encoding)).into());
        }
        let earlier = match (&self.promise, answer.total) {
            (Some(earlier), _) if earlier.version.differs(&answer.version) => None,
            // Trust it if two answers agree, or if a digest decides.
            (Some(earlier), Some(total)) if total < earlier.total && request.pinned.is_none() => {
                let cause = ImportCause::Short { received: total, announced: earlier.total };
                self.promise = Some(Promise { version: answer.version, total });
                return Err(cause.into());
            }
            (earlier, _) => earlier.as_ref().map(|earlier| earlier.total),
        };
        // A body without a length may have been cut anywhere.
        let total = answer.total.or(earlier.filter(|_| !answer.is_delimited));
        self.promise = total.map(|total| Promise { version: answer.version.clone(), total });
        self.version = Some(answer.version);

        let limit = errand.settings.max_size;
        if total.is_some_and(|total| total > limit) {
            return Err(ImportCause::TooLarge { limit }.into());
        }
        self.receive(&mut *answer.body, total, errand, request)?;
        match total {
            Some(announced) if announced != self.received => Err(self.short(announced).into()),
            _ => Ok(()),
        }
    }

    /// Reads a body to its end.
    fn receive(
        &mut self,
        body: &mut dyn Read,
        total: Option<u64>,
        errand: &Errand<'_>,
        request: &Request<'_>,
    ) -> Result<(), ImportCause> {
        let failed = || ImportCause::disk("write a file in", request.directory);
        let file = self.content.get_ref().file().try_clone().map_err(failed())?;
        let mut flusher = Flusher::new(&file);
        let mut chunk = vec![0; CHUNK];
        loop {
            errand.check()?;
            let count = match body.read(&mut chunk) {
                Ok(0) => break,
                Ok(count) => count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => {
                    return Err(match total {
                        Some(announced) if error.kind() == io::ErrorKind::UnexpectedEof => {
                            self.short(announced)
                        }
                        _ => http::describe_io(&error),
                    });
                }
            };
            if total.is_some_and(|total| self.received + count as u64 > total) {
                self.version = None;
                return Err(ImportCause::NoRest { reason: "more came than was announced" });
            }
            let limit = errand.settings.max_size;
            if self.received + count as u64 > limit {
                return Err(ImportCause::TooLarge { limit });
            }
            self.content.write_all(&chunk[..count]).map_err(failed())?;
            self.received += count as u64;
            flusher.wrote(count).map_err(failed())?;
            errand.tell(&ImportEvent::Progress {
                library: errand.library,
                bytes: self.received,
                total,
            });
        }
        flusher.finish().map_err(failed())
    }

    fn short(&self, announced: u64) -> ImportCause {
        ImportCause::Short { received: self.received, announced }
    }

    /// Checks what has arrived.
    fn finish(self, request: &Request<'_>) -> Result<Download, ImportCause> {
        let digest = self.content.digest();
        let draft = self.content.into_inner();
        match request.pinned {
            Some(expected) if expected != digest => {
                Err(mismatch(draft.file(), self.received, expected, digest))
            }
            _ => Ok(Download { draft, digest, size: self.received }),
        }
    }
}

/// Makes the cause of a wrong digest. If the bytes are a web page, that says more than the digest.
fn mismatch(file: &File, size: u64, expected: Sha256, found: Sha256) -> ImportCause {
    match judge(file, size, Machine::host()) {
        Ok(verdict @ FileVerdict::NotALibrary(FoundInstead::Html | FoundInstead::LfsPointer)) => {
            ImportCause::Unfit(verdict)
        }
        _ => ImportCause::DigestMismatch { expected, found },
    }
}
