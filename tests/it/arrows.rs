//! The modules of the crate depend on one another in one direction only, no files use each other in a circle, and each
//! module stays away from the crates that are not its business.
//!
//! Reads the sources as tokens: every path that begins with `crate`, `claimd` or `super`, in comments not.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// The modules that each module may use, itself left out.
const MAY_USE: [(&str, &[&str]); 22] = [
    ("main", &["cli"]),
    ("client", &["proto"]),
    ("embed", &["api", "corpus", "error", "limits", "proto", "source"]),
    (
        "cli",
        &[
            "api",
            "config",
            "corpus",
            "error",
            "format",
            "live",
            "model",
            "proto",
            "query",
            "server",
            "source",
            "telemetry",
        ],
    ),
    ("server", &["config", "corpus", "layer", "live", "model", "proto", "query", "rpc", "telemetry"]),
    ("layer", &["config", "corpus", "error", "live", "model", "proto", "query", "rpc", "telemetry"]),
    ("rpc", &["api", "config", "corpus", "error", "live", "model", "proto", "query", "telemetry"]),
    ("api", &["corpus", "error", "limits", "matching", "model", "proto", "query", "text"]),
    ("live", &["config", "corpus", "error", "model"]),
    ("query", &["corpus", "error", "matching", "model", "names", "proto", "text"]),
    ("error", &["model", "proto"]),
    ("source", &["config", "corpus", "format", "limits", "model", "proto", "telemetry"]),
    ("corpus", &["limits", "matching", "model", "names", "proto", "text"]),
    ("format", &["limits", "model", "proto", "text"]),
    ("names", &["proto", "text"]),
    ("matching", &["text"]),
    ("model", &["proto", "text"]),
    ("proto", &[]),
    ("text", &[]),
    ("telemetry", &["config"]),
    ("config", &["limits"]),
    ("limits", &[]),
];

/// Crates that a module must not use: corpus and queries know no transport, formats know no files.
const MUST_NOT_USE: [(&str, &[&str]); 9] = [
    ("config", TRANSPORT),
    ("model", TRANSPORT),
    ("corpus", TRANSPORT),
    ("query", TRANSPORT),
    ("api", TRANSPORT),
    ("error", TRANSPORT),
    ("live", TRANSPORT),
    ("format", &["tonic", "tonic_types", "http", "tokio", "std::fs", "std::net"]),
    ("names", &["tonic", "tonic_types", "http", "tokio", "std::fs", "std::net"]),
];
const TRANSPORT: &[&str] = &["tonic", "tonic_types", "tonic_health", "http", "std::net::TcpListener"];

#[test]
fn modules_depend_on_one_another_in_one_direction() {
    let files = sources();
    let modules: BTreeSet<&str> = files.iter().map(File::root).collect();
    let listed: BTreeSet<&str> = MAY_USE.iter().map(|(module, _)| *module).collect();
    assert_eq!(modules, listed, "MAY_USE lists every module of src/, and no other");

    let used: usize = files.iter().map(|file| file.paths.len()).sum();
    assert!(used > files.len(), "{used} paths in {} files: the sources were not read", files.len());
    let wrong: Vec<String> = files.iter().flat_map(forbidden_modules).collect();
    assert!(wrong.is_empty(), "dependencies that MAY_USE does not allow:\n{}", wrong.join("\n"));
}

#[test]
fn the_allowed_dependencies_have_no_circle() {
    let edges =
        MAY_USE.iter().map(|(module, uses)| ((*module).to_owned(), uses.iter().map(|s| (*s).to_owned()).collect()));
    assert_eq!(in_circles(&edges.collect()), BTreeSet::new());
}

#[test]
fn no_files_use_each_other_in_a_circle() {
    let edges = file_edges(&sources());
    let left = in_circles(&edges);
    let shown: Vec<String> = left
        .iter()
        .map(|file| format!("{file} -> {}", edges[file].intersection(&left).cloned().collect::<Vec<_>>().join(", ")))
        .collect();
    assert!(left.is_empty(), "files that use each other in circles:\n{}", shown.join("\n"));
}

#[test]
fn modules_stay_away_from_forbidden_crates() {
    let wrong: Vec<String> = sources().iter().flat_map(forbidden_crates).collect();
    assert!(wrong.is_empty(), "crates that MUST_NOT_USE forbids:\n{}", wrong.join("\n"));
}

#[test]
fn a_forbidden_dependency_is_found_in_every_spelling() {
    let forbidden = [
        ("corpus/table.rs", "use crate::rpc::routes;"),
        ("corpus/table.rs", "fn f() { crate::rpc::routes() }"),
        ("corpus/table.rs", "use crate::{\n    limits::LoadLimits,\n    query::{Filter, list},\n};"),
        ("corpus/table.rs", "use crate::{model, query};"),
        ("corpus/table.rs", "use super::super::query::list;"),
        ("corpus.rs", "use super::query::list;"),
        ("corpus.rs", "#[cfg(test)]\nmod tests {\n    use super::super::query;\n}"),
        ("format/ndjson.rs", "use crate::source::Source;"),
        ("model/name.rs", "use crate::corpus;"),
        ("config/calls.rs", "use crate::telemetry;"),
        ("main.rs", "fn main() { claimd::server::run() }"),
    ];
    for (path, text) in forbidden {
        assert_eq!(forbidden_modules(&File::new(Path::new(path), text)).len(), 1, "{path}: {text}");
    }
    let allowed = [
        ("rpc/claims.rs", "use crate::query::list;\nuse super::corpus;"),
        ("rpc.rs", "mod source;\n#[cfg(test)]\nmod tests {\n    use super::source;\n}"),
        ("corpus/table.rs", "// use crate::rpc::routes;\n/// See [`crate::rpc`].\nuse crate::model::TimeKey;"),
        ("corpus/table.rs", "use super::peek; use crate::corpus::Corpus;"),
    ];
    for (path, text) in allowed {
        assert_eq!(forbidden_modules(&File::new(Path::new(path), text)), [""; 0], "{path}: {text}");
    }
    assert_eq!(forbidden_crates(&File::new(Path::new("query/list.rs"), "use tonic::Status;")).len(), 1);
    assert_eq!(forbidden_crates(&File::new(Path::new("format/ndjson.rs"), "fn f() { std::fs::read(path); }")).len(), 1);
}

#[test]
fn a_circle_of_files_is_found_through_re_exports() {
    let files = [
        File::new(Path::new("corpus.rs"), "mod table; mod arena; pub use table::Table;"),
        File::new(Path::new("corpus/table.rs"), "use super::arena::Arena;"),
        File::new(Path::new("corpus/arena.rs"), "use crate::corpus::Table;"),
    ];
    let circle = BTreeSet::from(["corpus/arena".to_owned(), "corpus/table".to_owned()]);
    assert_eq!(in_circles(&file_edges(&files)), circle);
    assert_eq!(in_circles(&file_edges(&files[..2])), BTreeSet::new());
}

/// A source file of the crate.
struct File {
    /// The module that the file is, from the root of the crate.
    module: Vec<String>,
    /// Every path in it. Those inside the crate begin with `crate`.
    paths: Vec<Vec<String>>,
    /// Names that its `use` items bring in, with the paths they stand for.
    imports: BTreeMap<String, Vec<String>>,
    /// Its path below src/.
    path: PathBuf,
}

impl File {
    fn new(path: &Path, text: &str) -> Self {
        let names = path.with_extension("");
        let mut module: Vec<String> = names.iter().map(|name| name.to_str().expect("ASCII").to_owned()).collect();
        if module.last().is_some_and(|name| name == "mod") {
            module.pop();
        }
        let mut file = Self { module, paths: Vec::new(), imports: BTreeMap::new(), path: path.to_owned() };
        let tokens = text.parse().unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let mut scope = if path == Path::new("main.rs") { Vec::new() } else { file.module.clone() };
        file.read(tokens, &mut scope);
        file
    }

    fn root(&self) -> &str {
        &self.module[0]
    }

    /// Collects the paths of some tokens, which stand in the module `scope`.
    fn read(&mut self, tokens: TokenStream, scope: &mut Vec<String>) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut at = 0;
        while at < tokens.len() {
            match &tokens[at] {
                TokenTree::Ident(word) if word == "mod" && tokens.len() > at + 2 => {
                    if let (TokenTree::Ident(name), TokenTree::Group(body)) = (&tokens[at + 1], &tokens[at + 2]) {
                        scope.push(name.to_string());
                        self.read(body.stream(), scope);
                        scope.pop();
                        at += 2;
                    }
                    at += 1;
                }
                TokenTree::Ident(word) => {
                    let imported = word == "use";
                    let mut found = Vec::new();
                    at = paths_at(&tokens, at + usize::from(imported), &mut Vec::new(), &mut found).max(at + 1);
                    for (path, name) in found {
                        let path = absolute(path, scope);
                        if imported && *scope == self.module {
                            self.imports.insert(name, path.clone());
                        }
                        self.paths.push(path);
                    }
                }
                TokenTree::Group(group) => {
                    self.read(group.stream(), scope);
                    at += 1;
                }
                _ => at += 1,
            }
        }
    }
}

/// Reads the path or the tree of paths that begins at a token; returns the index behind it.
fn paths_at(
    tokens: &[TokenTree],
    mut at: usize,
    before: &mut Vec<String>,
    found: &mut Vec<(Vec<String>, String)>,
) -> usize {
    let length = before.len();
    let is_colon = |at: usize| matches!(tokens.get(at), Some(TokenTree::Punct(mark)) if mark.as_char() == ':');
    loop {
        match tokens.get(at) {
            Some(TokenTree::Ident(word)) => before.push(word.to_string()),
            Some(TokenTree::Group(group)) if before.len() > length && group.delimiter() == Delimiter::Brace => {
                let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                let mut start = 0;
                while start < inner.len() {
                    start = paths_at(&inner, start, before, found).max(start + 1);
                }
                before.truncate(length);
                return at + 1;
            }
            _ => break,
        }
        at += 1;
        if !(is_colon(at) && is_colon(at + 1)) {
            break;
        }
        at += 2;
    }
    if before.len() > length {
        let renamed = match (tokens.get(at), tokens.get(at + 1)) {
            (Some(TokenTree::Ident(word)), Some(TokenTree::Ident(name))) if word == "as" => Some(name.to_string()),
            _ => None,
        };
        let name = renamed.clone().unwrap_or_else(|| before.last().expect("not empty").clone());
        found.push((before.clone(), name));
        at += if renamed.is_some() { 2 } else { 0 };
    }
    before.truncate(length);
    at
}

/// A path with `claimd`, `self` and `super` resolved in the module `scope`.
fn absolute(path: Vec<String>, scope: &[String]) -> Vec<String> {
    let above = path.iter().take_while(|part| *part == "super").count();
    let (base, rest) = match path[0].as_str() {
        "crate" | "claimd" => (&scope[..0], &path[1..]),
        "self" => (scope, &path[1..]),
        "super" => (&scope[..scope.len().saturating_sub(above)], &path[above..]),
        _ => return path,
    };
    std::iter::once("crate".to_owned()).chain(base.iter().chain(rest).cloned()).collect()
}

/// Every file of src/ but lib.rs, which lists the modules.
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

fn forbidden_modules(file: &File) -> Vec<String> {
    let (_, allowed) = MAY_USE.iter().find(|(module, _)| *module == file.root()).expect("every module is listed");
    let inside = file.paths.iter().filter_map(|path| path.strip_prefix(&["crate".to_owned()]));
    let used: BTreeSet<&str> = inside.filter_map(|path| path.first()).map(String::as_str).collect();
    let known = used.into_iter().filter(|used| MAY_USE.iter().any(|(module, _)| module == used));
    let wrong = known.filter(|used| *used != file.root() && !allowed.contains(used));
    wrong.map(|used| format!("src/{}: {} -> {used}", file.path.display(), file.root())).collect()
}

fn forbidden_crates(file: &File) -> Vec<String> {
    let forbidden = MUST_NOT_USE.iter().filter(|(module, _)| *module == file.root()).flat_map(|(_, crates)| *crates);
    let used = forbidden.filter(|forbidden| {
        let forbidden: Vec<&str> = forbidden.split("::").collect();
        file.paths.iter().any(|path| path.len() > forbidden.len() && path.iter().zip(&forbidden).all(|(a, b)| a == b))
    });
    used.map(|used| format!("src/{}: {used}", file.path.display())).collect()
}

/// The files that each file uses, re-exports followed to the file of the definition. What a file takes from the files whose
/// folders it stands in does not count: a module and its submodules may know each other.
fn file_edges(files: &[File]) -> BTreeMap<String, BTreeSet<String>> {
    let by_module: BTreeMap<&[String], &File> = files.iter().map(|file| (file.module.as_slice(), file)).collect();
    let mut edges = BTreeMap::new();
    for file in files {
        let used = file.paths.iter().filter_map(|path| defining_module(path, file, &by_module));
        let used = used.filter(|module| !file.module.starts_with(module)).map(|module| module.join("/"));
        edges.insert(file.module.join("/"), used.collect());
    }
    edges
}

fn defining_module<'f>(
    path: &[String],
    file: &'f File,
    files: &BTreeMap<&'f [String], &'f File>,
) -> Option<&'f [String]> {
    let (mut path, mut file) = (path.to_vec(), file);
    // Re-exports are followed a few steps; a longer chain would be a fault of its own.
    for _ in 0..8 {
        let inside = match path.split_first() {
            Some((first, rest)) if first == "crate" => rest.to_vec(),
            // A path without a prefix leads into a submodule or into another crate.
            _ => file.module.iter().chain(&path).cloned().collect(),
        };
        let (module, holder) = (1..=inside.len()).rev().find_map(|length| files.get_key_value(&inside[..length]))?;
        let Some(name) = inside.get(module.len()) else { return Some(module) };
        let Some(import) = holder.imports.get(name) else { return Some(module) };
        (path, file) = (import.clone(), holder);
    }
    None
}

/// The nodes of a graph that can reach themselves.
fn in_circles(edges: &BTreeMap<String, BTreeSet<String>>) -> BTreeSet<String> {
    let reaches_itself = |start: &&String| {
        let mut seen = BTreeSet::new();
        let mut open: Vec<&String> = edges[*start].iter().collect();
        while let Some(node) = open.pop() {
            if seen.insert(node) {
                open.extend(edges.get(node).into_iter().flatten());
            }
        }
        seen.contains(*start)
    };
    edges.keys().filter(reaches_itself).cloned().collect()
}
