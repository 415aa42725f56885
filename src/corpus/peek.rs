//! Reads single fields of an encoded record in place, without decoding the record.

use prost::encoding::{WireType, decode_key, decode_varint};

// prost writes fields in the order of their numbers, so a record begins with these string fields. The name and the display
// name are never empty.
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

/// The body of an article, which follows the BASIC view; empty if it has none.
pub(super) fn body(article: &[u8], basic_len: usize) -> &str {
    std::str::from_utf8(body_bytes(article, basic_len)).expect("protobuf strings are UTF-8")
}

/// The bytes of the body of an article, without checking that they are UTF-8.
pub(super) fn body_bytes(article: &[u8], basic_len: usize) -> &[u8] {
    let mut rest = &article[basic_len..];
    if rest.is_empty() {
        return rest;
    }
    decode_varint(&mut rest).expect("a field begins with its key");
    let _len = decode_varint(&mut rest).expect("a string begins with its length");
    rest
}

/// The string and message fields of a message, with their numbers. Fields of other types are skipped.
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

/// The string field `number`, which only string fields precede; empty if the record does not have it.
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

/// The number and the text of the string field at the start of `bytes`, and the remaining bytes.
fn split_string(mut bytes: &[u8]) -> (u32, &str, &[u8]) {
    let (number, _) = decode_key(&mut bytes).expect("records were encoded here");
    let len = decode_varint(&mut bytes).expect("a string begins with its length");
    let (text, rest) = bytes.split_at(usize::try_from(len).expect("lengths fit memory"));
    (number, std::str::from_utf8(text).expect("protobuf strings are UTF-8"), rest)
}
