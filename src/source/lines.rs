//! Lines of a file, for those who want to show them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;

use super::head::Head;
use crate::format::{Compression, Format, Places};

/// Reads the lines of these numbers, counted from 1, from a file that may be compressed. Of a line, at most `most_bytes`
/// are kept. There are none in a file of a format whose places are no lines; `format` is its format where that was said.
pub fn lines(
    path: &Path,
    format: Option<Format>,
    numbers: &BTreeSet<u32>,
    most_bytes: usize,
) -> io::Result<BTreeMap<u32, Vec<u8>>> {
    let mut file = BufReader::new(File::open(path)?);
    let mut head = Head::of(&mut file);
    let pick = |mut head: Head<'_>| {
        let format = format.or_else(|| Format::of_file(path, head.bytes()));
        if format.is_some_and(|format| format.places() == Places::Lines) {
            pick(&mut head, numbers, most_bytes)
        } else {
            Ok(BTreeMap::new())
        }
    };
    match Compression::of_content(head.bytes()) {
        Some(compression) => pick(Head::of(&mut BufReader::new(compression.decoder(&mut head)?))),
        None => pick(head),
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
        let found = lines(&path, None, &BTreeSet::from([1, 3, 4, 9]), 5).unwrap();
        let expected = [(1, "one"), (3, "three"), (4, "four")].map(|(at, line)| (at, line.as_bytes().to_vec()));
        assert_eq!(found, BTreeMap::from(expected));
        let none = lines(&path, Some(Format::Binary), &BTreeSet::from([1]), 5).unwrap();
        assert!(none.is_empty(), "a place in a binary file is no line");
    }
}
