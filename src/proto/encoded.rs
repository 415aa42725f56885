//! A message that is kept encoded.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;

use bytes::{Buf, BufMut, Bytes, BytesMut};
use prost::encoding::{DecodeContext, WireType, decode_varint, encode_key, encode_varint, encoded_len_varint, key_len};
use prost::{DecodeError, Message};

use super::v1::Record;

/// The encoding of one message of type `M`.
///
/// It implements `Message`, so it can replace `M` as a field type, with the same bytes on the wire: encoding copies the
/// bytes, decoding keeps the fields as they come.
pub struct Encoded<M> {
    bytes: Bytes,
    message: PhantomData<fn() -> M>,
}

impl<M> Encoded<M> {
    /// Takes bytes that are an encoding of `M`.
    pub fn from_bytes(bytes: Bytes) -> Self {
        Self { bytes, message: PhantomData }
    }

    /// The encoding.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }
}

impl Encoded<Record> {
    /// The record that holds an encoded message in one of its fields.
    pub fn wrapping(field: u32, message: &[u8]) -> Self {
        let mut bytes = BytesMut::with_capacity(Self::wrapped_len(field, message));
        encode_key(field, WireType::LengthDelimited, &mut bytes);
        encode_varint(message.len() as u64, &mut bytes);
        bytes.put_slice(message);
        Self::from_bytes(bytes.freeze())
    }

    /// Bytes of that record.
    pub fn wrapped_len(field: u32, message: &[u8]) -> usize {
        key_len(field) + encoded_len_varint(message.len() as u64) + message.len()
    }
}

impl<M: Message + Default> Encoded<M> {
    /// Decodes the message.
    pub fn decode(&self) -> Result<M, DecodeError> {
        M::decode(&self.bytes[..])
    }
}

impl<M> Message for Encoded<M> {
    fn encode_raw(&self, buf: &mut impl BufMut) {
        buf.put_slice(&self.bytes);
    }

    fn merge_field(
        &mut self,
        tag: u32,
        wire_type: WireType,
        buf: &mut impl Buf,
        _ctx: DecodeContext,
    ) -> Result<(), DecodeError> {
        let mut bytes =
            std::mem::take(&mut self.bytes).try_into_mut().unwrap_or_else(|shared| BytesMut::from(&*shared));
        encode_key(tag, wire_type, &mut bytes);
        let length = match wire_type {
            WireType::Varint => {
                encode_varint(decode_varint(buf)?, &mut bytes);
                0
            }
            WireType::SixtyFourBit => 8,
            WireType::ThirtyTwoBit => 4,
            WireType::LengthDelimited => {
                let length = decode_varint(buf)?;
                encode_varint(length, &mut bytes);
                usize::try_from(length).unwrap_or(usize::MAX)
            }
            WireType::StartGroup | WireType::EndGroup => return Err(malformed()),
        };
        if buf.remaining() < length {
            return Err(malformed());
        }
        bytes.put(buf.take(length));
        self.bytes = bytes.freeze();
        Ok(())
    }

    fn encoded_len(&self) -> usize {
        self.bytes.len()
    }

    fn clear(&mut self) {
        self.bytes.clear();
    }
}

/// prost keeps the construction of its errors to itself; decoding a truncated varint is the way to one.
fn malformed() -> DecodeError {
    decode_varint(&mut &[0x80_u8][..]).expect_err("a varint that never ends is malformed")
}

// Written out because derives would ask the same of `M`.

impl<M> Clone for Encoded<M> {
    fn clone(&self) -> Self {
        Self::from_bytes(self.bytes.clone())
    }
}

impl<M> Default for Encoded<M> {
    fn default() -> Self {
        Self::from_bytes(Bytes::new())
    }
}

impl<M> PartialEq for Encoded<M> {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}

impl<M> Eq for Encoded<M> {}

impl<M> Hash for Encoded<M> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.bytes.hash(state);
    }
}

impl<M: Message + Default + fmt::Debug> fmt::Debug for Encoded<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.decode().fmt(f)
    }
}
