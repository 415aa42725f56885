//! Streams that have to be in memory as a whole.

use std::io::{self, BufRead, Read};

use super::{Parsed, ReadLimits};
use crate::model::Code;

/// Reads a stream to its end, for a format that needs all of it at once; None, with a finding handed to `sink`, where it
/// is longer than the limit.
pub(super) fn read_whole(
    input: &mut dyn BufRead,
    limits: &ReadLimits,
    sink: &mut dyn FnMut(Parsed),
) -> io::Result<Option<Vec<u8>>> {
    let most = limits.max_database_bytes;
    let mut bytes = Vec::new();
    input.take((most as u64).saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() <= most {
        return Ok(Some(bytes));
    }
    sink(Parsed::finding(0, Code::FileTooLarge, format!("it has more than {most} bytes")));
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_at_the_limit_is_taken_and_one_past_it_is_reported() {
        let limits = ReadLimits { max_database_bytes: 3, ..ReadLimits::for_tests() };
        let mut found = Vec::new();
        let mut sink = |parsed: Parsed| found.extend(parsed.findings.into_iter().map(|finding| finding.code));
        assert_eq!(read_whole(&mut &b"abc"[..], &limits, &mut sink).unwrap(), Some(b"abc".to_vec()));
        assert_eq!(read_whole(&mut &b"abcd"[..], &limits, &mut sink).unwrap(), None);
        assert_eq!(found, [Code::FileTooLarge]);
    }
}
