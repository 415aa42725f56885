//! The modules of the crate depend on one another in one direction only, and stay out of what is not their business.
//!
//! Reads the sources, comments left out: every path that begins with `crate::` or `claimd::`, and every `super::` that
//! climbs to the root of the crate.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// What each module may use, itself left out. A module stands below everything that uses it, so that no two can come to
/// use each other.
const MAY_USE: [(&str, &[&str]); 17] = [
    ("main", &["allocator", "cli"]),
    ("allocator", &[]),
    ("cli", &["config", "corpus", "format", "live", "model", "proto", "query", "server", "source", "telemetry"]),
    ("server", &["config", "corpus", "layer", "live", "model", "proto", "query", "rpc", "telemetry"]),
    ("layer", &["config", "corpus", "live", "model", "proto", "query", "rpc", "telemetry"]),
    ("rpc", &["config", "corpus", "live", "matching", "model", "proto", "query", "telemetry"]),
    ("live", &["config", "corpus", "model"]),
    ("query", &["corpus", "matching", "model", "names", "proto"]),
    ("source", &["config", "corpus", "format", "model", "proto", "telemetry"]),
    ("corpus", &["config", "matching", "model", "names", "proto"]),
    ("format", &["config", "model", "proto"]),
    ("names", &["proto"]),
    ("matching", &[]),
    ("model", &["proto"]),
    ("proto", &[]),
    ("telemetry", &["config"]),
    ("config", &[]),
];

/// Paths that a module keeps away from: what is asked and stored knows of no transport, formats know of no files.
const MAY_NOT_USE: [(&str, &[&str]); 7] = [
    ("config", TRANSPORT),
    ("model", TRANSPORT),
    ("corpus", TRANSPORT),
    ("query", TRANSPORT),
    ("live", TRANSPORT),
    ("format", &["tonic::", "tonic_types::", "http::", "tokio::", "std::fs", "std::net"]),
    ("names", &["tonic::", "tonic_types::", "http::", "tokio::", "std::fs", "std::net"]),
];
const TRANSPORT: &[&str] = &["tonic::", "tonic_types::", "tonic_health::", "http::", "std::net::Tcp"];

#[test]
fn arrows_point_one_way() {
    let files = sources();
    let modules: BTreeSet<&str> = files.iter().map(|file| file.module.as_str()).collect();
    let listed: BTreeSet<&str> = MAY_USE.iter().map(|(module, _)| *module).collect();
    assert_eq!(modules, listed, "MAY_USE lists every module of src/, and no other");

    let used = files.iter().flat_map(used_modules).count();
    assert!(used > files.len() / 2, "{used} uses in {} files: they were not read as they are written", files.len());
    let wrong: Vec<String> = files.iter().flat_map(wrong_arrows).collect();
    assert!(wrong.is_empty(), "arrows that point back:\n{}", wrong.join("\n"));
}

#[test]
fn the_list_of_arrows_has_no_circle() {
    let mut below: BTreeMap<&str, &[&str]> = MAY_USE.into_iter().collect();
    while !below.is_empty() {
        let top = below.keys().find(|module| !below.values().any(|uses| uses.contains(module)));
        let top = *top.unwrap_or_else(|| panic!("these use each other: {:?}", below.keys()));
        below.remove(top);
    }
}

#[test]
fn modules_stay_out_of_what_is_not_their_business() {
    let wrong: Vec<String> = sources().iter().flat_map(wrong_crates).collect();
    assert!(wrong.is_empty(), "uses of crates that a module keeps away from:\n{}", wrong.join("\n"));
}

#[test]
fn an_arrow_that_points_back_is_found_however_it_is_written() {
    let back = [
        ("corpus/table.rs", "use crate::rpc::routes;"),
        ("corpus/table.rs", "fn f() { crate::rpc::routes() }"),
        ("corpus/table.rs", "use crate::{\n    config::LoadLimits,\n    query::{Filter, list},\n};"),
        ("corpus/table.rs", "use crate::{model, query};"),
        ("corpus/table.rs", "use super::super::query::list;"),
        ("corpus.rs", "use super::query::list;"),
        ("corpus.rs", "#[cfg(test)]\nmod tests {\n    use super::super::query;\n}"),
        ("format/ndjson.rs", "use crate::source::Source;"),
        ("model/name.rs", "use crate::corpus;"),
        ("config/limits.rs", "use crate::telemetry;"),
        ("main.rs", "fn main() { claimd::server::run() }"),
    ];
    for (path, text) in back {
        assert_eq!(wrong_arrows(&File::new(Path::new(path), text)).len(), 1, "{path}: {text}");
    }
    let forth = [
        ("rpc/claims.rs", "use crate::query::list;\nuse super::corpus;"),
        ("rpc.rs", "mod source;\n#[cfg(test)]\nmod tests {\n    use super::source;\n}"),
        ("corpus/table.rs", "// use crate::rpc::routes;\n/// See [`crate::rpc`].\nuse crate::model::TimeKey;"),
        ("corpus/table.rs", "use super::peek; use crate::corpus::Corpus;"),
    ];
    for (path, text) in forth {
        assert_eq!(wrong_arrows(&File::new(Path::new(path), text)), [""; 0], "{path}: {text}");
    }
    assert_eq!(wrong_crates(&File::new(Path::new("query/list.rs"), "use tonic::Status;")).len(), 1);
    assert_eq!(wrong_crates(&File::new(Path::new("format/ndjson.rs"), "std::fs::read(path)")).len(), 1);
}

/// A file of the crate.
struct File {
    /// Its path below src/.
    path: PathBuf,
    /// The module at the root of the crate that it belongs to.
    module: String,
    /// How many modules it stands below the root.
    depth: usize,
    /// Its text without comments.
    code: String,
}

impl File {
    fn new(path: &Path, text: &str) -> Self {
        let names: Vec<String> = path
            .with_extension("")
            .iter()
            .map(|name| name.to_str().expect("names of files are ASCII").to_owned())
            .collect();
        let is_root = names[0] == "main";
        let depth =
            if is_root { 0 } else { names.len() - usize::from(names.last().expect("a path has a name") == "mod") };
        let lines = text.lines().map(|line| line.split_once("//").map_or(line, |(code, _)| code));
        let code = lines.collect::<Vec<_>>().join("\n");
        Self { path: path.to_owned(), module: names[0].clone(), depth, code }
    }
}

/// Every file of src/ but lib.rs, which is a list of modules and nothing else.
fn sources() -> Vec<File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut folders = vec![root.clone()];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder can be read") {
            let path = entry.expect("a folder can be read").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let below = path.strip_prefix(&root).expect("the walk begins at src/");
                if below != Path::new("lib.rs") {
                    files.push(File::new(below, &fs::read_to_string(&path).expect("a source is UTF-8")));
                }
            }
        }
    }
    files
}

fn wrong_arrows(file: &File) -> Vec<String> {
    let (_, allowed) = MAY_USE.iter().find(|(module, _)| *module == file.module).expect("every module is listed");
    let back = used_modules(file).into_iter().filter(|used| *used != file.module && !allowed.contains(&used.as_str()));
    back.map(|used| format!("src/{}: {} -> {used}", file.path.display(), file.module)).collect()
}

fn wrong_crates(file: &File) -> Vec<String> {
    let kept_from = MAY_NOT_USE.iter().filter(|(module, _)| *module == file.module).flat_map(|(_, paths)| *paths);
    let used = kept_from.filter(|path| !paths_after(&file.code, path).is_empty());
    used.map(|path| format!("src/{}: {path}", file.path.display())).collect()
}

/// The modules at the root of the crate that a file uses.
fn used_modules(file: &File) -> BTreeSet<String> {
    let tests = file.code.find("#[cfg(test)]").unwrap_or(file.code.len());
    let mut used = BTreeSet::new();
    for root in ["crate::", "claimd::"] {
        for (_, rest) in paths_after(&file.code, root) {
            used.extend(first_segments(rest));
        }
    }
    for (at, rest) in paths_after(&file.code, "super::") {
        // Of a chain, the last one is looked at: what it is followed by is what is used.
        let before = &file.code[..at];
        let climbed = 1 + before.rsplit("super::").take_while(|part| part.is_empty()).count();
        let depth = file.depth + usize::from(at > tests);
        if climbed == depth && !rest.starts_with("super::") {
            used.extend(first_segments(rest));
        }
    }
    used.retain(|name| MAY_USE.iter().any(|(module, _)| module == name));
    used
}

/// What follows each `name` that is not the end of a longer one, with where it stands.
fn paths_after<'c>(code: &'c str, name: &str) -> Vec<(usize, &'c str)> {
    let found = code
        .match_indices(name)
        .filter(|(at, _)| !code[..*at].ends_with(|before: char| before.is_alphanumeric() || before == '_'));
    found.map(|(at, _)| (at, &code[at + name.len()..])).collect()
}

/// The first names of a path, or of every path of a group in braces.
fn first_segments(rest: &str) -> Vec<String> {
    let Some(group) = rest.strip_prefix('{') else {
        return vec![rest.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect()];
    };
    let mut names = vec![String::new()];
    let mut nested = 0;
    let mut in_first = true;
    for letter in group.chars() {
        match letter {
            '}' if nested == 0 => break,
            '{' => nested += 1,
            '}' => nested -= 1,
            ',' if nested == 0 => {
                names.push(String::new());
                in_first = true;
            }
            ':' => in_first = false,
            _ if in_first && nested == 0 && !letter.is_whitespace() => {
                names.last_mut().expect("there is a name").push(letter);
            }
            _ => {}
        }
    }
    names
}
