//! Libraries that come from a URL: found in the store, adopted from their place, or downloaded. It
//! does not know locks.

use std::fs;
use std::io;
use std::path::Path;

use percent_encoding::percent_decode_str;
use url::Url;

use super::download::{self, Download, Request};
use super::http::{self, Client};
use super::unpack::Unpacking;
use crate::digest::{Hashing, Sha256};
use crate::errands::{Errand, settle};
use crate::files::open_regular;
use crate::interface::{ImportCause, Occupant, Pin};
use crate::locks::Work;
use crate::places;
use crate::shelves::{Content, Parcel, Shelves, Stored, file_name};
use crate::store::Key;
use crate::verdict::fitness;

/// One library with a URL.
pub(crate) struct Remote<'a> {
    pub(crate) client: &'a Client,
    pub(crate) errand: &'a Errand<'a>,
    pub(crate) shelves: Shelves<'a>,
    pub(crate) url: &'a str,
    pub(crate) mirrors: &'a [String],
    pub(crate) pinned: Option<Sha256>,
    pub(crate) member: Option<&'a str>,
    pub(crate) version: Option<&'a str>,
    pub(crate) to: Option<&'a Path>,
    pub(crate) named_by_url: bool,
    pub(crate) former: Option<&'a Pin>,
}

/// What an origin says about a file that was found.
#[derive(Clone, Copy)]
enum Origin {
    /// It has a file of the same size.
    Has,
    /// It has a file of another size, or does not say the size.
    HasAnother,
    /// It does not answer.
    Silent,
}

/// Returns the key of a library's entry.
pub(crate) fn entry_key(
    url: &str,
    version: Option<&str>,
    member: Option<&str>,
    pinned: Option<Sha256>,
) -> Key {
    match pinned {
        Some(digest) => pinned_key(digest, member),
        None => unpinned_key(url, version, member),
    }
}

fn pinned_key(digest: Sha256, member: Option<&str>) -> Key {
    Key::new([b"download".as_slice(), digest.as_bytes(), member.unwrap_or_default().as_bytes()])
}

fn unpinned_key(url: &str, version: Option<&str>, member: Option<&str>) -> Key {
    Key::new([
        b"url".as_slice(),
        url.as_bytes(),
        version.unwrap_or_default().as_bytes(),
        member.unwrap_or_default().as_bytes(),
    ])
}

impl Remote<'_> {
    /// Returns the key of its lock and, while no digest is pinned, of its entry.
    pub(crate) fn key(&self) -> Key {
        unpinned_key(self.url, self.version, self.member)
    }

    fn name(&self) -> String {
        if let Some(member) = self.member {
            return file_name(member.trim_end_matches('/'));
        }
        let path = Url::parse(self.url).map(|url| url.path().to_owned());
        let path = path.as_deref().unwrap_or(self.url);
        file_name(&percent_decode_str(path).decode_utf8_lossy())
    }

    fn unpacking(&self) -> Unpacking<'_> {
        Unpacking { shelves: self.shelves, member: self.member }
    }

    /// Makes the library from the download.
    fn unpack(&self, download: Download) -> Result<(Content, Pin), ImportCause> {
        let Download { draft, digest, size } = download;
        let pin = Pin { url: http::redact(self.url), sha256: digest, size };
        Ok((self.unpacking().unpack(draft, digest, size)?, pin))
    }

    fn store(&self, (content, pin): (Content, Pin)) -> Result<Stored, ImportCause> {
        let keys = [self.key(), pinned_key(pin.sha256, self.member)];
        let name = &self.name();
        let parcel = Parcel { content, name, pin: Some(pin), source: None, adopted: false };
        self.shelves.put(parcel, &keys)
    }

    /// Takes the file at the library's place into the store. Without a confirmation it gets no pin,
    /// and only an import that finds it at its place takes it for what the URL gives.
    fn store_found(
        &self,
        (content, pin): (Content, Pin),
        origin: Origin,
    ) -> Result<Stored, ImportCause> {
        let digest = pinned_key(pin.sha256, self.member);
        let (keys, pin) = match origin {
            Origin::Has => (&[self.key(), digest][..], Some(pin)),
            _ => (&[self.key()][..], None),
        };
        let name = &self.name();
        let parcel = Parcel { content, name, pin, source: None, adopted: true };
        self.shelves.put(parcel, keys)
    }

    /// Returns its URLs, in order.
    fn urls(&self) -> Vec<String> {
        let named = || std::iter::once(self.url).chain(self.mirrors.iter().map(String::as_str));
        let rewrites = &self.errand.settings.rewrites;
        let rewritten = named()
            .flat_map(|url| rewrites.iter().filter_map(|rewrite| rewrite.apply(url)))
            .collect::<Vec<_>>();
        rewritten.into_iter().chain(named().map(str::to_owned)).collect()
    }

    /// Asks the first origin that answers whether it has a file of this size.
    fn ask(&self, size: u64) -> Result<Origin, ImportCause> {
        if self.errand.settings.offline {
            return Ok(Origin::Silent);
        }
        for url in self.urls() {
            self.errand.check()?;
            let Ok(url) = Url::parse(&url) else { continue };
            // Only the head is read.
            if let Ok(answer) = self.client.get(&url, self.pinned.is_some(), None) {
                let is_same = answer.encoding.is_none() && answer.total == Some(size);
                return Ok(if is_same { Origin::Has } else { Origin::HasAnother });
            }
        }
        Ok(Origin::Silent)
    }

    /// Returns the unconfirmed content of this URL in the store.
    fn unconfirmed(&self) -> Result<Option<Stored>, ImportCause> {
        if self.pinned.is_some() {
            return Ok(None);
        }
        Ok(self.unpacking().look(self.key(), None)?.filter(|stored| stored.pin.is_none()))
    }

    /// Adopts a complete file at the library's place as the library, if that is allowed.
    fn adopt(&self, place: &Path) -> Result<Option<Stored>, ImportCause> {
        let settings = self.errand.settings;
        let read = ImportCause::disk("read", place);
        let may_be = self.pinned.is_some() || self.named_by_url && settings.adopt_unpinned;
        // The digest of an archive does not cover this file; it is compared once it is there.
        if self.member.is_some() || !may_be {
            return Ok(None);
        }
        match fs::symlink_metadata(place) {
            Ok(metadata) if metadata.is_file() => {}
            Ok(_) => return Ok(None),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(read(error)),
        }
        if places::is_ours(self.shelves.store, place) && self.unconfirmed()?.is_none() {
            // The library's own former content, which its change made out of date.
            return Ok(None);
        }
        settle(self.errand, place)?;
        let Ok(mut file) = open_regular(place) else {
            return Ok(None);
        };
        let Ok(metadata) = file.metadata() else {
            return Ok(None);
        };
        if fitness::check(self.shelves.kind, &file, metadata.len(), settings.machine).is_err() {
            return Ok(None);
        }
        let mut copy = Hashing::new(self.unpacking().draft()?);
        let size = io::copy(&mut file, &mut copy).map_err(ImportCause::disk("copy", place))?;
        let digest = copy.digest();
        let draft = copy.into_inner();
        let expected = self.pinned.unwrap_or(digest);
        let occupant = || places::occupant(self.shelves.store, self.former, digest, expected);
        match self.pinned {
            Some(pinned) if pinned != digest && settings.replace => Ok(None),
            Some(pinned) if pinned != digest => {
                Err(ImportCause::Occupied { path: place.to_owned(), occupant: occupant() })
            }
            // A file left from another version would be trusted and pinned as this one.
            None if matches!(occupant(), Occupant::Former(_)) => Ok(None),
            pinned => {
                let origin = if pinned.is_some() { Origin::Has } else { self.ask(size)? };
                if matches!(origin, Origin::HasAnother) {
                    return Ok(None);
                }
                // A process may have written to it during the copy.
                let copied = Download { draft, digest, size };
                self.store_found(self.unpack(copied)?, origin).map(Some)
            }
        }
    }
}

impl Work for Remote<'_> {
    type Result = Stored;

    fn look(&self) -> Result<Option<Stored>, ImportCause> {
        if self.errand.settings.refetch {
            return Ok(None);
        }
        let key = entry_key(self.url, self.version, self.member, self.pinned);
        // About a lower store, only its own records are known.
        let right = |stored: &Stored| {
            self.member.is_some() || self.pinned.is_none_or(|pinned| pinned == stored.digest)
        };
        // Ask again about unconfirmed content as soon as an origin answers.
        let offline = self.errand.settings.offline && self.named_by_url;
        let confirmed = |stored: &Stored| stored.pin.is_some() || offline;
        Ok(self.unpacking().look(key, None)?.filter(right).filter(confirmed))
    }

    fn make(&self) -> Result<Stored, ImportCause> {
        if let Some(place) = self.to
            && let Some(adopted) = self.adopt(place)?
        {
            return Ok(adopted);
        }
        if self.errand.settings.offline {
            return Err(ImportCause::Offline);
        }
        let urls = self.urls();
        let request = Request {
            urls: urls.iter().map(String::as_str).collect(),
            pinned: self.pinned,
            is_archive: self.member.is_some(),
            directory: &self.shelves.store.files(),
            purpose: self.unpacking().purpose(),
        };
        let unpacked = download::download(self.client, self.errand, &request, &|download| {
            self.unpack(download)
        })?;
        self.store(unpacked)
    }
}
