//! gRPC messages on the wire: each has a prefix of five bytes, a compression flag and its length.
//!
//! This is the part of tonic's generated servers that reads a request and writes a response. They read every message
//! through a stream and a buffer of 8 KiB, and write it through another. A request is whole in memory before its handler
//! is called, and a response is one buffer of the right size, so neither is needed here. Errors are the server's own from
//! the start, with a reason each.

use std::pin::Pin;

use bytes::{Buf, BufMut, Bytes, BytesMut};
use futures_util::{Stream, StreamExt};
use http::{Extensions, HeaderMap};
use prost::Message;
use tonic::metadata::{MetadataMap, MetadataValue};
use tonic::{Request, Response, Status};

use super::compression::{ACCEPT_ENCODING_HEADER, ACCEPTED, ENCODING_HEADER, Encoding};
use crate::error::Error;

/// Bytes before each message: one of flags and four of length.
pub const PREFIX_BYTES: usize = 5;

/// Messages below this size, in bytes, are not compressed: they fit in a packet or two, and compressing takes longer
/// than sending them.
const MIN_COMPRESSED_BYTES: usize = 2 << 10;

/// Sizes of messages in bytes, before compression.
#[derive(Clone, Copy, Debug)]
pub(super) struct MessageLimits {
    /// Most bytes of a request.
    pub(super) request: usize,
    /// Most bytes of a response message.
    pub(super) response: usize,
}

/// A request before its message is decoded.
pub struct RawRequest {
    /// Prefix and message, as received.
    body: Bytes,
    encoding: Option<Encoding>,
    accepted: Option<Encoding>,
    extensions: Extensions,
}

/// A response after its messages were encoded.
pub enum RawReply {
    /// One message with its prefix.
    Message(Bytes),
    /// Messages with their prefixes.
    Stream(Pin<Box<dyn Stream<Item = Result<Bytes, Status>> + Send>>),
    /// The body of an HTTP response that another crate made, with trailers of its own.
    Http(tonic::body::Body),
}

impl RawRequest {
    /// A request as received. `extensions` are handed to the handler.
    pub fn new(headers: &HeaderMap, body: Bytes, extensions: Extensions) -> Result<Self, Status> {
        let encoding = Encoding::of_request(headers).map_err(|refusal| {
            let mut status = Status::from(refusal);
            status.metadata_mut().insert(ACCEPT_ENCODING_HEADER, MetadataValue::from_static(ACCEPTED));
            status
        })?;
        Ok(Self { body, encoding, accepted: Encoding::accepted(headers), extensions })
    }

    /// Decodes the message, and makes the encoder of the response.
    pub(super) fn decode<M: Message + Default>(self, limits: MessageLimits) -> Result<(Request<M>, Encoder), Error> {
        let message = decode(self.body, self.encoding, limits.request)?;
        let encoder = Encoder { accepted: self.accepted, limit: limits.response };
        Ok((Request::from_parts(MetadataMap::new(), self.extensions, message), encoder))
    }
}

fn decode<M: Message + Default>(mut body: Bytes, encoding: Option<Encoding>, limit: usize) -> Result<M, Error> {
    if body.len() < PREFIX_BYTES {
        return Err(Error::Malformed);
    }
    let (flag, length) = (body.get_u8(), body.get_u32() as usize);
    if length > limit {
        return Err(Error::RequestTooLarge { size: None, limit });
    }
    if body.len() != length {
        return Err(Error::Malformed);
    }
    let message = match (flag, encoding) {
        (0, _) => M::decode(&body[..]),
        (1, Some(encoding)) => M::decode(&encoding.decompress(&body, limit)?[..]),
        _ => return Err(Error::Malformed),
    };
    message.map_err(|_| Error::Malformed)
}

/// Encodes the messages of one response.
#[derive(Clone, Copy)]
pub(super) struct Encoder {
    accepted: Option<Encoding>,
    limit: usize,
}

impl Encoder {
    /// Encodes the response of a unary method.
    pub(super) fn unary(self, response: Response<impl Message>) -> Result<Response<RawReply>, Status> {
        let (metadata, message, extensions) = response.into_parts();
        let frame = self.frame(&message)?;
        Ok(self.announced(Response::from_parts(metadata, RawReply::Message(frame), extensions)))
    }

    /// Encodes the response of a method that answers with a stream.
    pub(super) fn stream<S, M>(self, response: Response<S>) -> Response<RawReply>
    where
        S: Stream<Item = Result<M, Status>> + Send + 'static,
        M: Message,
    {
        let encoded = move |message: Result<M, Status>| Ok(self.frame(&message?)?);
        self.announced(response.map(|messages| RawReply::Stream(Box::pin(messages.map(encoded)))))
    }

    /// Says in the header how messages are compressed, those that are.
    fn announced(self, mut response: Response<RawReply>) -> Response<RawReply> {
        if let Some(encoding) = self.accepted {
            response.metadata_mut().insert(ENCODING_HEADER, MetadataValue::from_static(encoding.name()));
        }
        response
    }

    fn frame(self, message: &impl Message) -> Result<Bytes, Error> {
        let size = message.encoded_len();
        // The prefix has four bytes for the length.
        let limit = self.limit.min(u32::MAX as usize);
        if size > limit {
            return Err(Error::ResponseTooLarge { size: Some(size), limit });
        }
        let mut frame = BytesMut::with_capacity(PREFIX_BYTES + size);
        put_prefix(&mut frame, false, size);
        message.encode_raw(&mut frame);
        match self.accepted {
            Some(encoding) if size >= MIN_COMPRESSED_BYTES => Ok(compressed(encoding, frame)),
            _ => Ok(frame.freeze()),
        }
    }
}

/// The frame with its message compressed, if that makes it smaller.
fn compressed(encoding: Encoding, frame: BytesMut) -> Bytes {
    let message = &frame[PREFIX_BYTES..];
    match encoding.compress(message) {
        Ok(smaller) if smaller.len() < message.len() => {
            let mut frame = BytesMut::with_capacity(PREFIX_BYTES + smaller.len());
            put_prefix(&mut frame, true, smaller.len());
            frame.put_slice(&smaller);
            frame.freeze()
        }
        _ => frame.freeze(),
    }
}

fn put_prefix(frame: &mut BytesMut, is_compressed: bool, length: usize) {
    frame.put_u8(u8::from(is_compressed));
    frame.put_u32(u32::try_from(length).expect("a message is below 4 GiB"));
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::proto::v1::GetClaimRequest;

    fn request(name: String) -> GetClaimRequest {
        GetClaimRequest { name }
    }

    proptest! {
        #[test]
        fn what_is_encoded_is_decoded_again(size in 0_usize..5000, accepted in 0_usize..3) {
            let accepted = [None, Some(Encoding::Gzip), Some(Encoding::Zstd)][accepted];
            let message = request("x".repeat(size));
            let frame = Encoder { accepted, limit: 6000 }.frame(&message).unwrap();
            let again: GetClaimRequest = decode(frame, accepted, 6000).unwrap();
            prop_assert_eq!(again, message);
        }

        #[test]
        fn any_bytes_are_decoded_or_refused(bytes: Vec<u8>) {
            for encoding in [None, Some(Encoding::Gzip), Some(Encoding::Zstd)] {
                decode::<GetClaimRequest>(bytes.clone().into(), encoding, 1000).ok();
            }
        }
    }

    #[test]
    fn messages_from_two_kib_on_are_compressed() {
        // The key of the field and its length take three bytes.
        for (size, smaller) in [(MIN_COMPRESSED_BYTES - 4, false), (MIN_COMPRESSED_BYTES - 3, true)] {
            let frame =
                Encoder { accepted: Some(Encoding::Gzip), limit: 6000 }.frame(&request("x".repeat(size))).unwrap();
            assert_eq!((frame[0] == 1, frame.len() < size), (smaller, smaller), "{size}");
        }
    }

    #[test]
    fn a_message_of_the_limit_is_encoded_and_one_byte_more_is_too_large() {
        let encoder = Encoder { accepted: None, limit: 102 };
        assert!(encoder.frame(&request("x".repeat(100))).is_ok());
        assert!(matches!(
            encoder.frame(&request("x".repeat(101))),
            Err(Error::ResponseTooLarge { size: Some(103), limit: 102 })
        ));
    }

    #[test]
    fn a_request_is_one_whole_message() {
        let decoded = |bytes: &'static [u8]| decode::<GetClaimRequest>(bytes.into(), None, 9);
        assert!(decoded(b"\0\0\0\0\0").is_ok());
        for wrong in [&b""[..], b"\0\0\0\0", b"\0\0\0\0\x01", b"\0\0\0\0\0\0", b"\x01\0\0\0\0", b"\x07\0\0\0\0"] {
            assert!(matches!(decoded(wrong), Err(Error::Malformed)), "{wrong:?}");
        }
        assert!(matches!(decoded(b"\0\0\0\0\x0a"), Err(Error::RequestTooLarge { size: None, limit: 9 })));
    }
}
