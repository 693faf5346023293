//! The Zstandard format: all frames, and their checksums. The decoder handles neither by itself.

use std::io::{self, BufRead, Read};

use ruzstd::decoding::{FrameDecoder, StreamingDecoder};

/// The content of all frames, one after another.
pub(super) struct Frames<R: BufRead> {
    state: State<R>,
}

enum State<R: BufRead> {
    /// Between two frames.
    Between(R),
    Within(Box<StreamingDecoder<R, FrameDecoder>>),
    /// After the last one, or after a failure.
    Ended,
}

impl<R: BufRead> Frames<R> {
    pub(super) fn new(reader: R) -> Self {
        Self { state: State::Between(reader) }
    }
}

impl<R: BufRead> Read for Frames<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            match std::mem::replace(&mut self.state, State::Ended) {
                State::Ended => return Ok(0),
                State::Between(mut reader) => {
                    if reader.fill_buf()?.is_empty() {
                        return Ok(0);
                    }
                    let frame = StreamingDecoder::new(reader).map_err(io::Error::other)?;
                    self.state = State::Within(Box::new(frame));
                }
                State::Within(mut frame) => {
                    let count = frame.read(buffer)?;
                    if count > 0 {
                        self.state = State::Within(frame);
                        return Ok(count);
                    }
                    let (reader, decoder) = frame.into_parts();
                    let stated = decoder.get_checksum_from_data();
                    if stated.is_some() && stated != decoder.get_calculated_checksum() {
                        return Err(io::Error::other("the checksum is wrong"));
                    }
                    self.state = State::Between(reader);
                }
            }
        }
    }
}
