//! A process that is killed while it writes.

use std::process::Stdio;

use crate::formats::program::Workshop;

/// Number of records, so that writing them takes a moment.
const RECORDS: usize = 5_000;
/// Number of times the process is killed.
const PARTS: usize = 8;

fn text(kind: &str) -> String {
    let body = "Who said what, about whom. ".repeat(20);
    let lines: Vec<String> = (0..RECORDS)
        .map(|n| {
            format!(
                "{{\"actor\":{{\"name\":\"actors/{kind}-{n}\",\"displayName\":\"{n}\",\"description\":\"{body}\"}}}}\n"
            )
        })
        .collect();
    lines.concat()
}

#[test]
fn a_snapshot_whose_writer_is_killed_is_absent_old_or_complete() {
    let workshop = Workshop::with(&[("old.ndjson", &text("old")), ("new.ndjson", &text("new"))]);
    workshop.done(&["convert", "new.ndjson", "--output", "whole.claimd"]);
    let new = workshop.get("whole.claimd");
    workshop.done(&["convert", "old.ndjson", "--output", "other.claimd"]);
    let old = workshop.get("other.claimd");

    for had in [false, true] {
        let mut killed_while_writing = 0;
        // After each part of what is written, and before and after all of it.
        for part in 0..=PARTS {
            if had {
                workshop.put("out.claimd", &old);
            } else {
                std::fs::remove_file(workshop.path("out.claimd")).ok();
            }
            let mut command = workshop.command(&["convert", "new.ndjson", "--output", "out.claimd"]);
            let mut child = command.stderr(Stdio::null()).spawn().unwrap();
            let partial = workshop.path(&format!(".out.claimd.{}.partial", child.id()));
            let enough = (new.len() * part / PARTS) as u64;
            let is_there = || std::fs::metadata(&partial).is_ok_and(|file| file.len() >= enough);
            while !is_there() && child.try_wait().unwrap().is_none() {
                std::thread::yield_now();
            }
            child.kill().ok();
            let status = child.wait().unwrap();
            killed_while_writing += u32::from(!status.success());
            match std::fs::read(workshop.path("out.claimd")) {
                Ok(bytes) => assert!(bytes == new || (had && bytes == old), "part {part}: {} bytes", bytes.len()),
                Err(_) => assert!(!had, "part {part}: the old one is gone"),
            }
        }
        assert!(killed_while_writing > 0, "it was never killed before it was done");
    }
    // Temporary files that are left over are hidden, and loading a folder skips them.
    assert!(workshop.names().iter().filter(|name| name.contains("partial")).all(|name| name.starts_with('.')));
}
