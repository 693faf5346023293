//! Libraries that come from a URL: found in the store, taken over from their place, or downloaded. It does not know locks.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use percent_encoding::percent_decode_str;
use url::Url;

use crate::digest::{Hashing, Sha256};
use crate::download::{self, Request};
use crate::draft::{Draft, Purpose};
use crate::errand::Errand;
use crate::error::{Cause, Occupant};
use crate::fitness;
use crate::http::{self, Client};
use crate::once::Work;
use crate::place;
use crate::shelf::{Parcel, Pin, Shelves, Stored, file_name};
use crate::store::Key;

/// One library of a URL.
pub(crate) struct Remote<'a> {
    pub(crate) client: &'a Client,
    pub(crate) errand: &'a Errand<'a>,
    pub(crate) shelves: Shelves<'a>,
    pub(crate) url: &'a str,
    pub(crate) mirrors: &'a [String],
    pub(crate) pinned: Option<Sha256>,
    pub(crate) version: Option<&'a str>,
    pub(crate) to: Option<&'a Path>,
}

impl Remote<'_> {
    /// What its lock and, while no digest is pinned, its entry are called.
    pub(crate) fn key(&self) -> Key {
        Key::new([
            b"url".as_slice(),
            self.url.as_bytes(),
            self.version.unwrap_or_default().as_bytes(),
        ])
    }

    /// What its entry is called once the digest of the download is known.
    fn pinned_key(digest: Sha256) -> Key {
        Key::new([b"download".as_slice(), digest.as_bytes()])
    }

    fn name(&self) -> String {
        let path = Url::parse(self.url).map(|url| url.path().to_owned());
        let path = path.as_deref().unwrap_or(self.url);
        file_name(&percent_decode_str(path).decode_utf8_lossy())
    }

    fn store(
        &self,
        draft: Draft,
        digest: Sha256,
        size: u64,
        adopted: bool,
    ) -> Result<Stored, Cause> {
        let parcel = Parcel {
            draft,
            digest,
            name: &self.name(),
            pin: Some(Pin {
                url: http::redact(self.url),
                sha256: digest,
                size,
            }),
            source: None,
            adopted,
        };
        self.shelves
            .put(parcel, &[self.key(), Self::pinned_key(digest)])
    }

    /// Takes a whole file at the library's place for the library, if it may be.
    fn adopt(&self, place: &Path) -> Result<Option<Stored>, Cause> {
        let settings = self.errand.settings;
        let read = Cause::disk("read", place);
        if self.pinned.is_none() && !settings.adopt_unpinned {
            return Ok(None);
        }
        match fs::symlink_metadata(place) {
            Ok(metadata) if metadata.is_file() => {}
            Ok(_) => return Ok(None),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(read(error)),
        }
        if place::is_ours(self.shelves.store, place) {
            // The library's own former content, which its change made out of date.
            return Ok(None);
        }
        let Ok(mut file) = File::open(place) else {
            return Ok(None);
        };
        let Ok(metadata) = file.metadata() else {
            return Ok(None);
        };
        if fitness::check(
            self.shelves.kind,
            &file,
            metadata.len(),
            self.shelves.machine,
        )
        .is_err()
        {
            return Ok(None);
        }
        let directory = self.shelves.store.files();
        let draft = Draft::create(&directory, self.purpose())
            .map_err(Cause::disk("create a file in", &directory))?;
        let mut copy = Hashing::new(draft);
        let size = io::copy(&mut file, &mut copy).map_err(Cause::disk("copy", place))?;
        let digest = copy.digest();
        let draft = copy.into_inner();
        match self.pinned {
            Some(pinned) if pinned != digest && settings.replace => Ok(None),
            Some(pinned) if pinned != digest => Err(Cause::Occupied {
                path: place.to_owned(),
                occupant: Occupant::File(digest),
            }),
            _ => {
                // It may have been written to while it was copied.
                fitness::check(self.shelves.kind, draft.file(), size, self.shelves.machine)?;
                self.store(draft, digest, size, true).map(Some)
            }
        }
    }

    fn purpose(&self) -> Purpose {
        Purpose::Stored(fitness::permission(self.shelves.kind))
    }
}

impl Work for Remote<'_> {
    type Result = Stored;

    fn look(&self) -> Result<Option<Stored>, Cause> {
        let key = self.pinned.map_or_else(|| self.key(), Self::pinned_key);
        Ok(self.shelves.look(key, None))
    }

    fn make(&self) -> Result<Stored, Cause> {
        if let Some(place) = self.to
            && let Some(adopted) = self.adopt(place)?
        {
            return Ok(adopted);
        }
        if self.errand.settings.offline {
            return Err(Cause::Offline);
        }
        let mut urls = vec![self.url];
        urls.extend(self.mirrors.iter().map(String::as_str));
        let request = Request {
            urls,
            pinned: self.pinned,
            directory: &self.shelves.store.files(),
            purpose: self.purpose(),
        };
        let Shelves { kind, machine, .. } = self.shelves;
        let download = download::download(self.client, self.errand, &request, &|download| {
            fitness::check(kind, download.draft.file(), download.size, machine)
        })?;
        self.store(download.draft, download.digest, download.size, false)
    }
}
