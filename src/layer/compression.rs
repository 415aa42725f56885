//! Answers are compressed for clients that take it, where it is worth the work.
//!
//! tonic compresses everything or nothing, and most clients say that they take gzip without meaning to ask for it. A
//! small answer takes longer to compress than to send.

use std::io::{self, Write};
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::{Buf, BufMut, Bytes, BytesMut};
use flate2::Compression as Level;
use flate2::write::GzEncoder;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response};
use http_body::{Body as HttpBody, Frame};
use tonic::body::Body;

use super::passage::{Passage, Polled, through};
use super::stage::Stage;
use crate::rpc::Refusal;

const ENCODING: HeaderName = HeaderName::from_static("grpc-encoding");
const ACCEPT_ENCODING: HeaderName = HeaderName::from_static("grpc-accept-encoding");

/// Messages below this size, in bytes, are sent as they are: they fit a packet or two.
const WORTH_IT: usize = 2 << 10;
/// A flag and the length, before each message.
const PREFIX: usize = 5;

/// How messages are compressed, the better one last. Each at its fastest: higher levels take several times as long for
/// a tenth less.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Encoding {
    /// RFC 1952.
    Gzip,
    /// RFC 8878.
    Zstd,
}

impl Encoding {
    /// The best that a client takes.
    fn of(headers: &HeaderMap) -> Option<Self> {
        let values = headers.get_all(ACCEPT_ENCODING).into_iter().filter_map(|value| value.to_str().ok());
        let names = values.flat_map(|value| value.split(',')).map(str::trim);
        let known = names.filter_map(|name| match name {
            "gzip" => Some(Self::Gzip),
            "zstd" => Some(Self::Zstd),
            _ => None,
        });
        known.max()
    }

    fn name(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
        })
    }

    fn compress(self, message: &[u8]) -> io::Result<Vec<u8>> {
        match self {
            Self::Gzip => {
                let mut encoder = GzEncoder::new(Vec::with_capacity(message.len() / 2), Level::fast());
                encoder.write_all(message)?;
                encoder.finish()
            }
            Self::Zstd => zstd::bulk::compress(message, 1),
        }
    }

    /// The frame with those of its messages compressed that are worth it. A frame of tonic's is whole messages; of
    /// anything else nothing is changed.
    fn recode(self, frame: Bytes) -> Bytes {
        let mut rest = frame.clone();
        let mut recoded = BytesMut::new();
        while rest.len() >= PREFIX {
            let flag = rest.get_u8();
            let length = rest.get_u32() as usize;
            if flag != 0 || rest.len() < length {
                return frame;
            }
            let message = rest.split_to(length);
            let smaller = (length >= WORTH_IT).then(|| self.compress(&message).ok()).flatten();
            let smaller = smaller.filter(|smaller| smaller.len() < length);
            recoded.put_u8(u8::from(smaller.is_some()));
            let payload = smaller.as_deref().unwrap_or(&message);
            recoded.put_u32(u32::try_from(payload.len()).expect("it is no longer than the message"));
            recoded.put(payload);
        }
        if rest.is_empty() { recoded.freeze() } else { frame }
    }
}

/// Compresses larger answers.
#[derive(Clone)]
pub struct Compression;

impl Stage for Compression {
    /// How the client takes its answer.
    type Kept = Option<Encoding>;

    fn enter(&self, request: &mut Request<Body>) -> Result<Self::Kept, Refusal> {
        Ok(Encoding::of(request.headers()))
    }

    fn leave(encoding: Self::Kept, mut answer: Response<Body>) -> Response<Body> {
        match encoding {
            Some(encoding) if !answer.body().is_end_stream() && !answer.headers().contains_key(ENCODING) => {
                answer.headers_mut().insert(ENCODING, encoding.name());
                through(encoding, answer)
            }
            _ => answer,
        }
    }
}

impl Passage for Encoding {
    fn next(&mut self, body: Pin<&mut Body>, cx: &mut Context<'_>) -> Poll<Result<Polled, Refusal>> {
        let recode = |frame: Frame<Bytes>| frame.map_data(|data| self.recode(data));
        body.poll_frame(cx).map(|polled| Ok(polled.map(|frame| frame.map(recode))))
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use proptest::prelude::*;

    use super::*;

    fn frame(messages: &[Vec<u8>]) -> Bytes {
        let mut frame = BytesMut::new();
        for message in messages {
            frame.put_u8(0);
            frame.put_u32(u32::try_from(message.len()).unwrap());
            frame.put(&**message);
        }
        frame.freeze()
    }

    fn read(encoding: Encoding, mut frame: Bytes) -> Vec<Vec<u8>> {
        let mut messages = Vec::new();
        while !frame.is_empty() {
            let (flag, length) = (frame.get_u8(), frame.get_u32() as usize);
            let payload = frame.split_to(length);
            let mut message = Vec::new();
            match (flag, encoding) {
                (0, _) => message.extend(&payload),
                (_, Encoding::Gzip) => drop(flate2::read::GzDecoder::new(&*payload).read_to_end(&mut message).unwrap()),
                (_, Encoding::Zstd) => message = zstd::bulk::decompress(&payload, 1 << 20).unwrap(),
            }
            messages.push(message);
        }
        messages
    }

    proptest! {
        #[test]
        fn what_is_compressed_is_read_again(sizes in prop::collection::vec(0_usize..5000, 0..5), byte: u8) {
            let messages: Vec<Vec<u8>> = sizes.iter().map(|size| vec![byte; *size]).collect();
            for encoding in [Encoding::Gzip, Encoding::Zstd] {
                let recoded = encoding.recode(frame(&messages));
                prop_assert_eq!(read(encoding, recoded), messages.clone());
            }
        }
    }

    #[test]
    fn what_is_not_worth_it_is_sent_as_it_is() {
        for (size, smaller) in [(WORTH_IT - 1, false), (WORTH_IT, true)] {
            let frame = frame(&[vec![b'x'; size]]);
            assert_eq!(Encoding::Gzip.recode(frame.clone()).len() < frame.len(), smaller, "{size}");
        }
        let half = frame(&[vec![b'x'; 4000]]).slice(..2000);
        assert_eq!(Encoding::Zstd.recode(half.clone()), half);
    }

    #[test]
    fn the_best_that_a_client_takes_is_taken() {
        let of = |value| Encoding::of(&HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::from_static(value))]));
        assert_eq!(of("identity, deflate, gzip"), Some(Encoding::Gzip));
        assert_eq!(of("gzip,zstd"), Some(Encoding::Zstd));
        assert_eq!(of("identity,br"), None);
        assert_eq!(Encoding::of(&HeaderMap::new()), None);
    }
}
