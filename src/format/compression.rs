//! Compression of files: gzip and Zstandard.

use std::io::{self, BufRead, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use flate2::bufread::MultiGzDecoder;
use flate2::write::GzEncoder;

/// A compression format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    /// gzip with any number of members.
    Gzip,
    /// Zstandard with any number of frames.
    Zstandard,
}

/// A compressed stream is truncated or damaged.
#[derive(Debug, thiserror::Error)]
#[error("the compressed stream is truncated or damaged: {0}")]
pub struct StreamBroken(io::Error);

impl Compression {
    /// The compression of a file name, and the name without its extension.
    pub fn of_name(path: &Path) -> Option<(Self, PathBuf)> {
        let compression = match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "gz" => Self::Gzip,
            "zst" => Self::Zstandard,
            _ => return None,
        };
        Some((compression, path.with_extension("")))
    }

    /// The compression of a stream that begins with these bytes.
    pub fn of_content(head: &[u8]) -> Option<Self> {
        match head {
            [0x1f, 0x8b, ..] => Some(Self::Gzip),
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Some(Self::Zstandard),
            _ => None,
        }
    }

    /// Decompresses a stream, with bounded memory. A stream that is not valid ends with a [`StreamBroken`] inside of the I/O
    /// error.
    pub fn decoder<'i>(self, input: &'i mut dyn BufRead) -> io::Result<Box<dyn Read + 'i>> {
        Ok(match self {
            Self::Gzip => Box::new(Unpacked(MultiGzDecoder::new(input))),
            Self::Zstandard => Box::new(Unpacked(zstd::stream::read::Decoder::with_buffer(input)?)),
        })
    }
}

struct Unpacked<R>(R);

impl<R: Read> Read for Unpacked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer).map_err(|error| match error.kind() {
            ErrorKind::UnexpectedEof | ErrorKind::InvalidInput | ErrorKind::InvalidData | ErrorKind::Other => {
                io::Error::new(ErrorKind::InvalidData, StreamBroken(error))
            }
            _ => error,
        })
    }
}

/// Writes a stream, compressed or not.
pub enum Packer<W: Write> {
    /// Not compressed.
    Plain(W),
    /// Compressed with gzip.
    Gzip(GzEncoder<W>),
    /// Compressed with Zstandard.
    Zstandard(zstd::stream::write::Encoder<'static, W>),
}

impl<W: Write> Packer<W> {
    /// Starts a stream.
    pub fn new(output: W, compression: Option<Compression>) -> io::Result<Self> {
        Ok(match compression {
            None => Self::Plain(output),
            Some(Compression::Gzip) => Self::Gzip(GzEncoder::new(output, flate2::Compression::default())),
            Some(Compression::Zstandard) => {
                let mut encoder = zstd::stream::write::Encoder::new(output, zstd::DEFAULT_COMPRESSION_LEVEL)?;
                encoder.include_checksum(true)?;
                Self::Zstandard(encoder)
            }
        })
    }

    /// Ends the stream and returns the output.
    pub fn finish(self) -> io::Result<W> {
        match self {
            Self::Plain(output) => Ok(output),
            Self::Gzip(encoder) => encoder.finish(),
            Self::Zstandard(encoder) => encoder.finish(),
        }
    }
}

impl<W: Write> Write for Packer<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(output) => output.write(bytes),
            Self::Gzip(encoder) => encoder.write(bytes),
            Self::Zstandard(encoder) => encoder.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(output) => output.flush(),
            Self::Gzip(encoder) => encoder.flush(),
            Self::Zstandard(encoder) => encoder.flush(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn packed(bytes: &[u8], compression: Compression) -> Vec<u8> {
        let mut packer = Packer::new(Vec::new(), Some(compression)).unwrap();
        packer.write_all(bytes).unwrap();
        packer.finish().unwrap()
    }

    fn unpacked(mut packed: &[u8]) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let compression = Compression::of_content(packed).expect("the stream is compressed");
        compression.decoder(&mut packed)?.read_to_end(&mut bytes).map(|_| bytes)
    }

    const BOTH: [Compression; 2] = [Compression::Gzip, Compression::Zstandard];

    #[test]
    fn a_stream_of_several_parts_is_read_to_its_end() {
        for compression in BOTH {
            let parts = [packed(b"one", compression), packed(b"", compression), packed(b"two", compression)].concat();
            assert_eq!(unpacked(&parts).unwrap(), b"onetwo");
        }
    }

    #[test]
    fn a_truncated_or_damaged_stream_is_an_error() {
        let text = b"Who said what, about whom, where it is written.".repeat(50);
        for compression in BOTH {
            let whole = packed(&text, compression);
            for length in [5, whole.len() / 2, whole.len() - 1] {
                let error = unpacked(&whole[..length]).unwrap_err();
                let is_broken = matches!(error.get_ref(), Some(inner) if inner.is::<StreamBroken>());
                assert!(is_broken, "{compression:?} {length}");
            }
            let mut damaged = whole.clone();
            let last = damaged.len() - 2;
            damaged[last] ^= 0xff;
            assert!(unpacked(&damaged).is_err(), "{compression:?}");
        }
    }

    #[test]
    fn the_compression_is_found_by_the_file_name() {
        let of = |name: &str| Compression::of_name(Path::new(name));
        assert_eq!(of("d/a.ndjson.GZ"), Some((Compression::Gzip, "d/a.ndjson".into())));
        assert_eq!(of("a.zst"), Some((Compression::Zstandard, "a".into())));
        assert_eq!(of("a.ndjson"), None);
    }

    proptest! {
        #[test]
        fn a_compressed_stream_is_decompressed(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
            for compression in BOTH {
                prop_assert_eq!(&unpacked(&packed(&bytes, compression)).unwrap(), &bytes);
            }
        }

        #[test]
        fn no_bytes_cause_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            for magic in [&[0x1f, 0x8b, 8][..], &[0x28, 0xb5, 0x2f, 0xfd]] {
                unpacked(&[magic, &bytes].concat()).ok();
            }
        }
    }
}
