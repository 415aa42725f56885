//! Reads fields of an encoded record in place, without decoding the rest.

use prost::encoding::{WireType, decode_key, decode_varint};

/// Every resource has its name as field 1, an actor its display name as field 2; both are strings and never empty, and
/// prost writes fields by number, so that they are what a record begins with.
const NAME: u32 = 1;
const DISPLAY_NAME: u32 = 2;
const ARTICLE_TITLE: u32 = 2;
const ARTICLE_LANGUAGE: u32 = 3;

/// The resource name of a record.
pub(super) fn name(record: &[u8]) -> &str {
    leading_string(record, NAME)
}

/// The display name of an actor.
pub(super) fn display_name(actor: &[u8]) -> &str {
    leading_string(actor, DISPLAY_NAME)
}

/// The title of an article; empty if it has none.
pub(super) fn title(article: &[u8]) -> &str {
    leading_string(article, ARTICLE_TITLE)
}

/// The language of an article; empty if it has none.
pub(super) fn language(article: &[u8]) -> &str {
    leading_string(article, ARTICLE_LANGUAGE)
}

/// The body of an article, which is all that follows the BASIC view; empty if it has none.
pub(super) fn body(article: &[u8], basic_len: usize) -> &str {
    std::str::from_utf8(body_bytes(article, basic_len)).expect("protobuf strings are UTF-8")
}

/// The bytes of an article's body, which are not looked at.
pub(super) fn body_bytes(article: &[u8], basic_len: usize) -> &[u8] {
    let mut rest = &article[basic_len..];
    if rest.is_empty() {
        return rest;
    }
    decode_varint(&mut rest).expect("a field begins with its key");
    let _len = decode_varint(&mut rest).expect("a string begins with its length");
    rest
}

/// The fields of a message that are strings or messages, with their numbers; numbers and the like are passed over.
pub(super) fn fields(mut message: &[u8]) -> impl Iterator<Item = (u32, &[u8])> {
    std::iter::from_fn(move || {
        while !message.is_empty() {
            let (number, kind) = decode_key(&mut message).expect("records were encoded here");
            let len = match kind {
                WireType::LengthDelimited => decode_varint(&mut message).expect("a field begins with its length"),
                WireType::Varint => decode_varint(&mut message).map(|_| 0).expect("records were encoded here"),
                WireType::SixtyFourBit => 8,
                WireType::ThirtyTwoBit => 4,
                WireType::StartGroup | WireType::EndGroup => return None,
            };
            let (value, rest) = message.split_at(usize::try_from(len).expect("lengths fit memory"));
            message = rest;
            if kind == WireType::LengthDelimited {
                return Some((number, value));
            }
        }
        None
    })
}

/// The text of a string field.
pub(super) fn text(value: &[u8]) -> &str {
    std::str::from_utf8(value).expect("protobuf strings are UTF-8")
}

/// The string of field `number`, where all fields before it are strings too; empty if the record does not have it.
fn leading_string(mut record: &[u8], number: u32) -> &str {
    loop {
        if record.is_empty() {
            return "";
        }
        match decode_key(&mut &record[..]) {
            Ok((field, WireType::LengthDelimited)) if field <= number => {
                let (_, text, rest) = split_string(record);
                if field == number {
                    return text;
                }
                record = rest;
            }
            _ => return "",
        }
    }
}

/// The number and the text of the string field that `bytes` begin with, and what follows it.
fn split_string(mut bytes: &[u8]) -> (u32, &str, &[u8]) {
    let (number, _) = decode_key(&mut bytes).expect("records were encoded here");
    let len = decode_varint(&mut bytes).expect("a string begins with its length");
    let (text, rest) = bytes.split_at(usize::try_from(len).expect("lengths fit memory"));
    (number, std::str::from_utf8(text).expect("protobuf strings are UTF-8"), rest)
}
