//! Compression of gRPC messages: gzip and zstd, in requests and in responses.

use std::io::{self, Read, Write};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use http::{HeaderMap, HeaderName};

use crate::error::Error;

/// Header with the compression of the messages of a request or a response.
pub(super) const ENCODING_HEADER: &str = "grpc-encoding";
/// Header with the compressions that the sender can read.
pub(super) const ACCEPT_ENCODING_HEADER: &str = "grpc-accept-encoding";
/// Compressions that the server reads, as in [`ACCEPT_ENCODING_HEADER`].
pub(super) const ACCEPTED: &str = "gzip,zstd,identity";

const ENCODING: HeaderName = HeaderName::from_static(ENCODING_HEADER);
const ACCEPT_ENCODING: HeaderName = HeaderName::from_static(ACCEPT_ENCODING_HEADER);

/// A compression of messages; the one that compresses better is greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Encoding {
    /// RFC 1952.
    Gzip,
    /// RFC 8878.
    Zstd,
}

impl Encoding {
    fn named(name: &str) -> Option<Self> {
        match name {
            "gzip" => Some(Self::Gzip),
            "zstd" => Some(Self::Zstd),
            _ => None,
        }
    }

    /// Name in headers.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
        }
    }

    /// Compression of a request's messages; an error if the server cannot read it.
    pub(super) fn of_request(headers: &HeaderMap) -> Result<Option<Self>, Error> {
        let Some(value) = headers.get(ENCODING) else { return Ok(None) };
        match value.as_bytes() {
            b"identity" => Ok(None),
            name => str::from_utf8(name).ok().and_then(Self::named).map(Some).ok_or(Error::EncodingUnknown),
        }
    }

    /// The best compression that the client can read.
    pub(super) fn accepted(headers: &HeaderMap) -> Option<Self> {
        let values = headers.get_all(ACCEPT_ENCODING).into_iter().filter_map(|value| value.to_str().ok());
        values.flat_map(|value| value.split(',')).filter_map(|name| Self::named(name.trim())).max()
    }

    /// Compresses a message at the fastest level: higher levels take several times as long for a tenth fewer bytes.
    pub(super) fn compress(self, message: &[u8]) -> io::Result<Vec<u8>> {
        match self {
            Self::Gzip => {
                let mut encoder = GzEncoder::new(Vec::with_capacity(message.len() / 2), Compression::fast());
                encoder.write_all(message)?;
                encoder.finish()
            }
            Self::Zstd => zstd::bulk::compress(message, 1),
        }
    }

    /// Decompresses a message of at most `limit` bytes. Stops reading one byte past the limit, so that a small request
    /// cannot unpack to more.
    pub(super) fn decompress(self, message: &[u8], limit: usize) -> Result<Vec<u8>, Error> {
        let mut bytes = Vec::new();
        let most = limit as u64 + 1;
        let read = match self {
            Self::Gzip => GzDecoder::new(message).take(most).read_to_end(&mut bytes),
            Self::Zstd => zstd::stream::read::Decoder::with_buffer(message)
                .and_then(|decoder| decoder.take(most).read_to_end(&mut bytes)),
        };
        match read {
            Err(_) => Err(Error::Malformed),
            Ok(_) if bytes.len() > limit => Err(Error::RequestTooLarge { size: None, limit }),
            Ok(_) => Ok(bytes),
        }
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn a_message_of_the_limit_is_decompressed_and_one_byte_more_is_too_large() {
        for encoding in [Encoding::Gzip, Encoding::Zstd] {
            for (size, fits) in [(0, true), (1000, true), (1001, false), (1 << 20, false)] {
                let packed = encoding.compress(&vec![7; size]).unwrap();
                let unpacked = encoding.decompress(&packed, 1000);
                assert_eq!(unpacked.is_ok_and(|bytes| bytes == vec![7; size]), fits, "{encoding:?} {size}");
            }
            assert!(matches!(encoding.decompress(b"nonsense", 1000), Err(Error::Malformed)));
        }
    }

    #[test]
    fn the_best_compression_that_a_client_accepts_is_chosen() {
        let of =
            |value| Encoding::accepted(&HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::from_static(value))]));
        assert_eq!(of("identity, deflate, gzip"), Some(Encoding::Gzip));
        assert_eq!(of("gzip,zstd"), Some(Encoding::Zstd));
        assert_eq!(of("identity,br"), None);
        assert_eq!(Encoding::accepted(&HeaderMap::new()), None);
    }

    #[test]
    fn a_request_with_an_unknown_compression_is_refused() {
        let of = |value| Encoding::of_request(&HeaderMap::from_iter([(ENCODING, HeaderValue::from_static(value))]));
        assert!(matches!(of("identity"), Ok(None)));
        assert!(matches!(of("zstd"), Ok(Some(Encoding::Zstd))));
        assert!(matches!(of("br"), Err(Error::EncodingUnknown)));
    }
}
