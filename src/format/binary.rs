//! Binary files: encoded records, each after its length.

use std::io::{self, BufRead, ErrorKind, Read, Write};

use prost::Message;
use prost::encoding::{decode_varint, encoded_len_varint};
use rayon::prelude::*;

use super::reading::encoded;
use super::records::{Parsed, PlainWriter, ReadLimits, RecordWriter};
use crate::model::Code;

/// A batch ends with the record that reaches this number of bytes.
const BATCH_BYTES: usize = 1 << 20;
/// Maximum records of a batch.
const BATCH_RECORDS: usize = 4096;
/// Bytes of a record in addition to its resource: key and length.
const ENVELOPE_BYTES: usize = 6;
/// Maximum bytes of a length.
const MAX_LENGTH_BYTES: usize = 10;

/// Whether the first bytes of a file are a length and a record of that length, with a single resource.
pub(super) fn recognises(head: &[u8]) -> bool {
    let mut rest = head;
    let Ok(length) = decode_varint(&mut rest) else { return false };
    let Some((b'\x0a' | b'\x12' | b'\x1a', mut resource)) = rest.split_first().map(|(key, rest)| (*key, rest)) else {
        return false;
    };
    let Ok(inner) = decode_varint(&mut resource) else { return false };
    // The first field of a resource is its name.
    length == 1 + encoded_len_varint(inner) as u64 + inner && resource.first() == Some(&0x0a)
}

/// Reads records to the end of `input`.
pub(super) fn read(input: &mut dyn BufRead, limits: &ReadLimits, sink: &mut dyn FnMut(Parsed)) -> io::Result<()> {
    let mut frames = Frames { input, max_bytes: limits.max_record_bytes.saturating_add(ENVELOPE_BYTES), number: 0 };
    let mut batch = Batch::default();
    loop {
        let more = frames.fill(&mut batch);
        let bytes = &batch.bytes;
        let parsed: Vec<Parsed> = batch
            .frames
            .par_drain(..)
            .map(|(number, frame)| match frame {
                Ok(range) => encoded::parse(number, &bytes[range]),
                Err((code, message)) => Parsed::finding(number, code, message),
            })
            .collect();
        parsed.into_iter().for_each(&mut *sink);
        if !more? {
            return Ok(());
        }
    }
}

/// The range of a record in its batch, or why it cannot be read.
type Frame = Result<std::ops::Range<usize>, (Code, String)>;

#[derive(Default)]
struct Batch {
    bytes: Vec<u8>,
    frames: Vec<(u32, Frame)>,
}

struct Frames<'i> {
    input: &'i mut dyn BufRead,
    max_bytes: usize,
    number: u32,
}

impl Frames<'_> {
    /// Refills the batch, and returns whether there may be more records. After an error the batch has the complete records
    /// before it.
    fn fill(&mut self, batch: &mut Batch) -> io::Result<bool> {
        batch.bytes.clear();
        batch.frames.clear();
        while batch.bytes.len() < BATCH_BYTES && batch.frames.len() < BATCH_RECORDS {
            let start = batch.bytes.len();
            let next = self.next(&mut batch.bytes);
            let Some(next) = next.inspect_err(|_| batch.bytes.truncate(start))? else { return Ok(false) };
            self.number = self.number.saturating_add(1);
            let is_readable = !matches!(next, Err((Code::FileTruncated | Code::RecordBroken, _)));
            batch.frames.push((self.number, next.map(|()| start..batch.bytes.len())));
            if !is_readable {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Reads a record; None at the end of the stream.
    fn next(&mut self, bytes: &mut Vec<u8>) -> io::Result<Option<Result<(), (Code, String)>>> {
        let length = match self.length()? {
            None => return Ok(None),
            Some(Ok(length)) => length,
            Some(Err(fault)) => return Ok(Some(Err(fault))),
        };
        if length > self.max_bytes as u64 {
            let there = io::copy(&mut (&mut *self.input).take(length), &mut io::sink())?;
            if there < length {
                return Ok(Some(Err(truncated(there, length))));
            }
            let message = format!("the record has {length} bytes, the maximum is {}", self.max_bytes - ENVELOPE_BYTES);
            return Ok(Some(Err((Code::RecordTooLarge, message))));
        }
        let start = bytes.len();
        let there = (&mut *self.input).take(length).read_to_end(bytes)? as u64;
        if there < length {
            bytes.truncate(start);
            return Ok(Some(Err(truncated(there, length))));
        }
        Ok(Some(Ok(())))
    }

    fn length(&mut self) -> io::Result<Option<Result<u64, (Code, String)>>> {
        let mut bytes = Vec::with_capacity(MAX_LENGTH_BYTES);
        loop {
            let byte = match self.input.fill_buf() {
                Ok([]) if bytes.is_empty() => return Ok(None),
                Ok([]) => {
                    return Ok(Some(Err((
                        Code::FileTruncated,
                        "the file ends inside of the length of a record".to_owned(),
                    ))));
                }
                Ok([byte, ..]) => *byte,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            self.input.consume(1);
            bytes.push(byte);
            if byte < 0x80 {
                break;
            }
            if bytes.len() == MAX_LENGTH_BYTES {
                break;
            }
        }
        let broken = |_| {
            (
                Code::RecordBroken,
                "the length of the record is not valid; the rest of the file cannot be read".to_owned(),
            )
        };
        Ok(Some(decode_varint(&mut &bytes[..]).map_err(broken)))
    }
}

fn truncated(there: u64, length: u64) -> (Code, String) {
    (Code::FileTruncated, format!("the file ends after {there} of the {length} bytes of the record"))
}

/// Writes each record after its length.
pub(super) fn writer(output: &mut dyn Write) -> Box<dyn RecordWriter + '_> {
    PlainWriter::boxed(output, |record, output| output.write_all(&record.encode_length_delimited_to_vec()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::reading::arbitrary::records;
    use crate::proto::v1::record::Record as Kind;
    use crate::proto::v1::{Actor, Record};
    use proptest::prelude::*;
    use std::sync::LazyLock;

    static LIMITS: LazyLock<ReadLimits> =
        LazyLock::new(|| ReadLimits { max_record_bytes: 100, ..ReadLimits::for_tests() });

    fn actor(display_name: &str) -> Record {
        let (name, display_name) = ("actors/a".to_owned(), display_name.to_owned());
        Record { record: Some(Kind::Actor(Actor { name, display_name, ..Actor::default() })) }
    }

    /// Number of each record, whether it was read, and the codes of its findings.
    fn outline(mut bytes: &[u8]) -> Vec<(u32, bool, Vec<&'static str>)> {
        let mut all = Vec::new();
        let mut sink = |parsed: Parsed| {
            let codes = parsed.findings.into_iter().map(|finding| finding.code.as_str()).collect();
            all.push((parsed.line, parsed.record.is_some(), codes));
        };
        read(&mut bytes, &LIMITS, &mut sink).unwrap();
        all
    }

    #[test]
    fn records_are_numbered_and_a_truncated_file_is_reported() {
        let whole = [actor("A"), actor("B")].map(|record| record.encode_length_delimited_to_vec()).concat();
        assert!(recognises(&whole));
        assert_eq!(outline(&whole), [(1, true, vec![]), (2, true, vec![])]);
        assert_eq!(outline(&whole[..whole.len() - 1]), [(1, true, vec![]), (2, false, vec!["FILE_TRUNCATED"])]);
        assert_eq!(outline(&[&whole[..], b"\xff"].concat())[2], (3, false, vec!["FILE_TRUNCATED"]));
    }

    #[test]
    fn a_record_at_the_limit_is_read_and_one_past_it_is_skipped() {
        let fixed = actor("").encode_to_vec().len() + 2;
        let of_length = |length: usize| actor(&"x".repeat(length - fixed)).encode_length_delimited_to_vec();
        let most = LIMITS.max_record_bytes + ENVELOPE_BYTES;
        let feed = [of_length(most), of_length(most + 1), of_length(50)].concat();
        assert_eq!(outline(&feed), [(1, true, vec![]), (2, false, vec!["RECORD_TOO_LARGE"]), (3, true, vec![])]);
    }

    #[test]
    fn garbage_is_an_error_and_text_is_not_recognised() {
        assert_eq!(outline(b"\x03abc"), [(1, false, vec!["RECORD_BROKEN"])]);
        assert_eq!(outline(&[0xff; 20]), [(1, false, vec!["RECORD_BROKEN"])]);
        for head in [&b""[..], b"{\"actor\":", b"\n\n\n\n", b"\x1f\x8b\x08"] {
            assert!(!recognises(head));
        }
    }

    #[test]
    fn an_unknown_field_is_an_error() {
        let mut resource =
            Actor { name: "actors/a".to_owned(), display_name: "A".to_owned(), ..Actor::default() }.encode_to_vec();
        resource.extend_from_slice(&[0xf8, 0x06, 1]);
        let mut record = vec![0x12, u8::try_from(resource.len()).unwrap()];
        record.append(&mut resource);
        record.insert(0, u8::try_from(record.len()).unwrap());
        assert_eq!(outline(&record), [(1, false, vec!["FIELD_UNKNOWN"])]);
    }

    proptest! {
        #[test]
        fn a_written_record_is_recognised_and_read_back(record in records()) {
            let mut bytes = Vec::new();
            let mut writer = writer(&mut bytes);
            writer.write(record.clone()).unwrap();
            writer.finish().unwrap();
            let read = Record::decode_length_delimited(&bytes[..]).unwrap();
            prop_assert_eq!(read, record);
        }

        #[test]
        fn no_bytes_cause_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            recognises(&bytes);
            outline(&bytes);
        }
    }
}
