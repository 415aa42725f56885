//! `claimd convert`: writes a corpus in another format.

mod target;

use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use bytes::Buf;
use clap::{Args, ValueHint};
use prost::Message;

use self::target::Target;
use super::findings::{self, Shown};
use super::{FAILED, USAGE};
use crate::corpus::{LoadFailed, LoadReport, Table, ValidatedRecords};
use crate::format::{Format, Written};
use crate::model::Resource;
use crate::proto::v1::Record;
use crate::source::{LoadOptions, Source, format_parser};

#[derive(Args, Debug)]
pub(super) struct Convert {
    /// Files, folders and manifests (.toml) to load; - is standard input
    #[arg(required = true, value_name = "IN")]
    paths: Vec<Source>,
    /// File to write; - is standard output. Compressed if its name ends in .gz or .zst. A temporary file is written first
    /// and renamed when it is complete
    #[arg(long, short, value_name = "OUT", value_hint = ValueHint::FilePath)]
    output: PathBuf,
    /// Format to write. Default: by the name of the file; NDJSON on standard output
    #[arg(long, value_name = "FORMAT", value_parser = format_parser(Format::WRITTEN))]
    to: Option<Format>,
    #[command(flatten)]
    load: LoadOptions,
}

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
enum ConvertError {
    #[error("--output {0}: its name tells no format that can be written; say it with --to")]
    Format(String),
    #[error("cannot load the data: {0}; {1} was left as it was")]
    Load(String, String),
    #[error("cannot write {0}: {1}")]
    Write(String, io::Error),
    #[error("the data have nothing that this format takes; {0} was left as it was")]
    Nothing(String),
}

impl Convert {
    pub(super) fn run(self) -> ExitCode {
        match self.convert() {
            // Records with errors were left out of the output.
            Ok(report) if report.errors > 0 => FAILED.into(),
            Ok(_) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("error: {error}");
                let is_usage = matches!(error, ConvertError::Format(_));
                if is_usage { USAGE.into() } else { FAILED.into() }
            }
        }
    }

    fn convert(self) -> Result<LoadReport, ConvertError> {
        let shown = self.output.display().to_string();
        let target = Target::new(&self.output);
        let format = self.to.or_else(|| target.format()).ok_or_else(|| ConvertError::Format(shown.clone()))?;
        let loaded = self.load.validate(&self.paths);
        let report = match &loaded {
            Ok(records) => &records.report,
            Err(LoadFailed { report, .. }) => report,
        };
        // A failure to print findings does not stop the conversion.
        print_findings(report).ok();
        let records = loaded.map_err(|failed| ConvertError::Load(failed.reason, shown.clone()))?;
        let written = target.write(|output| write(&records, format, output));
        match written.map_err(|error| ConvertError::Write(shown.clone(), error))? {
            Some(written) => say(&shown, &written),
            None => return Err(ConvertError::Nothing(shown)),
        }
        Ok(records.report)
    }
}

fn print_findings(report: &LoadReport) -> io::Result<()> {
    let mut out = io::BufWriter::new(io::stderr().lock());
    let shown = Shown { all: false, styled: io::stderr().is_terminal() };
    findings::print(&mut out, report, &shown)?;
    out.flush()
}

/// Writes all records in the order of the tables. None if the format can hold none of them.
fn write(records: &ValidatedRecords, format: Format, output: &mut dyn Write) -> io::Result<Option<Written>> {
    let mut writer = format.writer(output).expect("--to offers only formats that can be written")?;
    for (resource, table) in
        [(Resource::Article, &records.articles), (Resource::Actor, &records.actors), (Resource::Claim, &records.claims)]
    {
        for id in 0..table.len() {
            writer.write(record(resource, table, id))?;
        }
    }
    let written = writer.finish()?;
    Ok((written.count > 0).then_some(written))
}

/// Wraps a stored record in a `Record`, whose encoding is the key of the resource, the length, and the stored bytes.
fn record(resource: Resource, table: &Table, id: u32) -> Record {
    let stored = table.full(id);
    let mut head = Vec::new();
    prost::encoding::encode_key(resource_field(resource), prost::encoding::WireType::LengthDelimited, &mut head);
    prost::encoding::encode_varint(stored.len() as u64, &mut head);
    Record::decode(Buf::chain(&head[..], stored)).expect("stored records can be decoded")
}

/// Number of the resource's field in `Record`.
fn resource_field(resource: Resource) -> u32 {
    match resource {
        Resource::Article => 1,
        Resource::Actor => 2,
        Resource::Claim => 3,
    }
}

fn say(shown: &str, written: &Written) {
    eprintln!("{shown}: {} records written", written.count);
    for (what, count) in &written.left_out {
        eprintln!("{shown}: left out, since the format has no place for them: {what} ({count})");
    }
}
