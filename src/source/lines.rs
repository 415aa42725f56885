//! Lines of a file, for those who want to show them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;

use super::head::Head;
use crate::format::Compression;

/// Reads the lines of these numbers, counted from 1, from a file that may be compressed. Of a line, at most `most_bytes`
/// are kept.
pub fn lines(path: &Path, numbers: &BTreeSet<u32>, most_bytes: usize) -> io::Result<BTreeMap<u32, Vec<u8>>> {
    let mut file = BufReader::new(File::open(path)?);
    let mut head = Head::of(&mut file);
    match Compression::of_content(head.bytes()) {
        Some(compression) => pick(&mut BufReader::new(compression.decoder(&mut head)?), numbers, most_bytes),
        None => pick(&mut head, numbers, most_bytes),
    }
}

fn pick(input: &mut dyn BufRead, numbers: &BTreeSet<u32>, most_bytes: usize) -> io::Result<BTreeMap<u32, Vec<u8>>> {
    let mut found = BTreeMap::new();
    let Some(last) = numbers.last() else { return Ok(found) };
    let mut number = 1;
    while number <= *last {
        let chunk = input.fill_buf()?;
        if chunk.is_empty() {
            break;
        }
        let end = memchr::memchr(b'\n', chunk);
        let part = &chunk[..end.unwrap_or(chunk.len())];
        if numbers.contains(&number) {
            let line: &mut Vec<u8> = found.entry(number).or_default();
            let room = most_bytes.saturating_sub(line.len());
            line.extend_from_slice(&part[..part.len().min(room)]);
        }
        let taken = part.len() + usize::from(end.is_some());
        input.consume(taken);
        number += u32::from(end.is_some());
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn lines_are_found_by_their_numbers_and_cut_where_they_are_long() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.ndjson");
        fs::write(&path, "one\n\nthree is long\nfour").unwrap();
        let found = lines(&path, &BTreeSet::from([1, 3, 4, 9]), 5).unwrap();
        let expected = [(1, "one"), (3, "three"), (4, "four")].map(|(at, line)| (at, line.as_bytes().to_vec()));
        assert_eq!(found, BTreeMap::from(expected));
    }
}
