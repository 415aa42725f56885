//! `claimd network`: writes discourse networks to files.

use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueHint};

use super::network_filter::NetworkFilter;
use super::{FAILED, USAGE};
use crate::api;
use crate::corpus::LoadFailed;
use crate::error::{Error, Violations};
use crate::format::NetworkFormat;
use crate::model;
use crate::proto::v1::{DuplicateRule, NetworkKind, NodeKind, Normalization, WindowUnit};
use crate::query::{self, Filter, NetworkQuery, Window};
use crate::source::{LoadOptions, Source};

/// A parser of the values of an enum without their prefix, in lower or upper case.
macro_rules! value_of {
    ($enum:ident, $prefix:literal, [$($value:literal),+]) => {
        PossibleValuesParser::new([$($value),+]).map(|value: String| {
            let name = format!("{}{}", $prefix, value.to_ascii_uppercase());
            $enum::from_str_name(&name).expect("every listed value belongs to the enum")
        })
    };
}

#[derive(Args, Debug)]
pub(super) struct Network {
    /// Files and folders to load; - is standard input. Default: the built-in demo corpus
    #[arg(value_name = "PATH")]
    paths: Vec<Source>,
    /// File to write: .graphml, .dot, or .csv for a list of edges. With --window, one file per window is written, named by
    /// its first day: x-2020-08-03.graphml
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath)]
    output: PathBuf,
    /// Write a .csv as a matrix
    #[arg(long)]
    matrix: bool,
    #[command(flatten)]
    load: LoadOptions,
    #[command(flatten)]
    question: NetworkArgs,
    #[command(flatten)]
    filter: NetworkFilter,
}

#[derive(Args, Debug)]
#[command(next_help_heading = "Network")]
struct NetworkArgs {
    /// What an edge stands for
    #[arg(long, ignore_case = true, value_parser = value_of!(NetworkKind, "NETWORK_KIND_",
        ["affiliation", "congruence", "conflict", "subtract", "co_occurrence", "dispute"]))]
    kind: NetworkKind,
    /// What a node stands for; with affiliation, a node of the first mode
    #[arg(long, ignore_case = true, default_value = "speaker", value_parser = value_of!(NodeKind, "NODE_KIND_",
        ["speaker", "speaker_organization", "concept"]))]
    rows: NodeKind,
    /// With affiliation: subtract statements against a concept from the weight
    #[arg(long)]
    signed: bool,
    /// Normalization of weights
    #[arg(long, ignore_case = true, default_value = "none", value_parser = value_of!(Normalization, "NORMALIZATION_",
        ["none", "average", "jaccard", "cosine", "activity", "prominence"]))]
    normalization: Normalization,
    /// Which statements with the same actor, concept and stance count: all (include), or the first per article, day, week,
    /// month or year, or only the first (all). Applied before windows
    #[arg(long, ignore_case = true, default_value = "include", value_parser = value_of!(DuplicateRule,
        "DUPLICATE_RULE_", ["include", "article", "day", "week", "month", "year", "all"]))]
    duplicates: DuplicateRule,
    /// Leave out edges with an absolute weight below this
    #[arg(long, value_name = "WEIGHT", default_value_t = 0.0)]
    min_weight: f64,
    /// Most nodes of a network: those with the most statements are kept
    #[arg(long, value_name = "COUNT", default_value_t = 500)]
    max_nodes: usize,
    /// Write one network per time window, of the claims made in it. The first window begins with the unit of the earliest
    /// claim (UTC; weeks from Monday)
    #[arg(long, ignore_case = true, value_name = "UNIT", value_parser = value_of!(WindowUnit, "WINDOW_UNIT_",
        ["day", "week", "month", "year"]))]
    window: Option<WindowUnit>,
    /// Length of a window in units
    #[arg(long, value_name = "UNITS", default_value_t = 1, requires = "window")]
    window_size: u32,
    /// Step between windows in units. Default: the length
    #[arg(long, value_name = "UNITS", requires = "window")]
    window_step: Option<u32>,
    /// Most windows; each is written to a file
    #[arg(long, value_name = "COUNT", default_value_t = 1000, requires = "window")]
    max_windows: usize,
}

/// Why no network was written.
#[derive(Debug, thiserror::Error)]
enum NetworkError {
    #[error("--output {0}: its name does not end in .graphml, .dot or .csv")]
    Format(String),
    #[error("--matrix goes with .csv only")]
    Matrix,
    #[error("cannot load the data: {0}; run claimd check to see every diagnostic")]
    Load(#[from] LoadFailed),
    #[error("{0}")]
    Query(#[from] Error),
    #[error("cannot write {path}: {source}")]
    Write { path: String, source: std::io::Error },
    #[error("cannot start: {0}")]
    Start(std::io::Error),
}

impl Network {
    pub(super) fn run(self) -> ExitCode {
        let Err(error) = self.write_all() else { return ExitCode::SUCCESS };
        if let NetworkError::Query(Error::Invalid(Violations(violations))) = &error {
            for violation in violations {
                eprintln!("error: {}: {}", violation.field, violation.description);
            }
        } else {
            eprintln!("error: {error}");
        }
        match error {
            NetworkError::Format(_) | NetworkError::Matrix | NetworkError::Query(Error::Invalid(_)) => USAGE.into(),
            _ => FAILED.into(),
        }
    }

    fn write_all(self) -> Result<(), NetworkError> {
        let Self { paths, output, matrix, question, filter, load } = self;
        let format = format_of(&output, matrix)?;
        let query = question.query();
        // What is wrong with the question is said before a long load.
        let mut violations = Violations::default();
        filter.check(&mut violations);
        query.check(&mut violations);
        violations.check()?;
        let query = NetworkQuery { filter: api::claim_filter(&filter.claims(), usize::MAX)?, ..query };

        let data = if paths.is_empty() { vec![Source::Demo] } else { paths };
        let corpus = load.load(&data)?;
        if corpus.report.errors > 0 {
            eprintln!("{} errors in the data: run claimd check to see them", corpus.report.errors);
        }
        let runtime = tokio::runtime::Builder::new_current_thread().build().map_err(NetworkError::Start)?;
        let networks = runtime.block_on(query::networks(&corpus, &query))?;
        if networks.is_empty() {
            eprintln!("no claim has a time, so there is no window; nothing was written");
        }
        for network in &networks {
            let path = path_of(&output, network);
            write(&path, format, network).map_err(|source| NetworkError::Write { path: shown(&path), source })?;
            report(&path, network);
        }
        Ok(())
    }
}

impl NetworkArgs {
    /// The query over all claims.
    fn query(self) -> NetworkQuery {
        let Self { window_size: size, window_step, .. } = self;
        NetworkQuery {
            filter: Filter::default(),
            kind: self.kind,
            rows: self.rows,
            signed: self.signed,
            normalization: self.normalization,
            duplicates: self.duplicates,
            min_weight: self.min_weight,
            window: self.window.map(|unit| Window { unit, size, step: window_step.unwrap_or(size) }),
            max_nodes: self.max_nodes,
            max_windows: self.max_windows,
            // Files have no limit.
            max_bytes: usize::MAX,
        }
    }
}

fn format_of(output: &Path, matrix: bool) -> Result<NetworkFormat, NetworkError> {
    match NetworkFormat::of_name(output) {
        None => Err(NetworkError::Format(shown(output))),
        Some(NetworkFormat::EdgeList) if matrix => Ok(NetworkFormat::Matrix),
        Some(_) if matrix => Err(NetworkError::Matrix),
        Some(format) => Ok(format),
    }
}

/// The file of a network. Windows are named by their first day, which is different for each.
fn path_of(output: &Path, network: &model::Network) -> PathBuf {
    let start = network.window.and_then(|(start, _)| chrono::DateTime::from_timestamp(start.seconds(), 0));
    let Some(start) = start else { return output.to_owned() };
    let mut name = output.file_stem().unwrap_or_default().to_owned();
    name.push(start.format("-%Y-%m-%d").to_string());
    if let Some(extension) = output.extension() {
        name.push(".");
        name.push(extension);
    }
    output.with_file_name(name)
}

fn write(path: &Path, format: NetworkFormat, network: &model::Network) -> std::io::Result<()> {
    format.write(network, &mut BufWriter::new(File::create(path)?))
}

fn report(path: &Path, network: &model::Network) {
    let (nodes, edges, omitted) = (network.nodes.len(), network.edges.len(), network.omitted_nodes);
    eprintln!("{}: {nodes} nodes, {edges} ties", shown(path));
    if omitted > 0 {
        eprintln!("{}: {omitted} more nodes were left out; raise --max-nodes to have them", shown(path));
    }
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}
