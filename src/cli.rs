//! Commands and flags. Every flag can also be given by the environment variable that its help names.

mod check;
mod convert;
mod findings;
mod healthcheck;
mod network;
mod network_filter;
mod serve;
mod token;

use std::process::ExitCode;

use clap::builder::{BoolishValueParser, PossibleValuesParser, TypedValueParser};
use clap::error::ErrorKind;
use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::config::{self, DnaNames, LoadLimits, Problems};
use crate::corpus::{Corpus, LoadFailed, ValidatedRecords};
use crate::format::{Format, ReadLimits};
use crate::source::{self, Source};

/// Exit code of a command that did its work and found errors in the data, or failed.
const FAILED: u8 = 1;
/// Exit code of a command that was called wrongly. clap's own.
const USAGE: u8 = 2;

/// Who said what, about whom, where it is written, and who disagrees.
#[derive(Parser, Debug)]
#[command(version, about, max_term_width = 100)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Load a corpus and serve it over gRPC
    Serve(Box<serve::Serve>),
    /// Load a corpus and report everything that is wrong with it; exit 1 if there are errors
    Check(check::Check),
    /// Write a corpus in another format
    Convert(convert::Convert),
    /// Write discourse networks to files: who speaks of what, who sides with whom, who disputes whom
    Network(Box<network::Network>),
    /// Ask a server whether it is well; exit 0 if it serves, else 1
    Healthcheck(healthcheck::Healthcheck),
    /// Make a token for a client, and the entry that lets it in
    Token(token::Token),
}

/// Does what the command line asks.
pub fn run() -> ExitCode {
    match Command::told() {
        Ok(Command::Serve(serve)) => serve.run(),
        Ok(Command::Check(check)) => check.run(),
        Ok(Command::Convert(convert)) => convert.run(),
        Ok(Command::Network(network)) => network.run(),
        Ok(Command::Healthcheck(healthcheck)) => healthcheck.run(),
        Ok(Command::Token(token)) => token.run(),
        Err(problems) => {
            eprintln!("error: {problems}");
            for stray in serve::Serve::strays() {
                eprintln!("note: {stray}");
            }
            eprintln!("\nFor more information, try 'claimd serve --help'.");
            USAGE.into()
        }
    }
}

impl Command {
    /// The command that was given. Ends the process with help, or with what is wrong with the command line.
    ///
    /// `serve` is told things by its environment and by a file too, and looks at the values of its flags together with
    /// these.
    fn told() -> Result<Self, Problems> {
        let whole = without_empty_variables(Cli::command());
        let lax = whole.clone().mut_subcommand(serve::NAME, config::flags_only);
        let matches = lax.try_get_matches().unwrap_or_else(|error| match error.kind() {
            ErrorKind::DisplayHelp => whole.get_matches(),
            _ => error.exit(),
        });
        match matches.subcommand() {
            Some((serve::NAME, flags)) => Ok(Self::Serve(Box::new(serve::Serve::told(flags)?))),
            _ => Ok(Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit()).command),
        }
    }
}

/// An environment variable that is there and empty says nothing.
fn without_empty_variables(command: clap::Command) -> clap::Command {
    command.mut_subcommands(|command| {
        command.mut_args(|flag| {
            let is_empty = flag.get_env().and_then(std::env::var_os).is_some_and(|value| value.is_empty());
            if is_empty { flag.env(None::<&str>) } else { flag }
        })
    })
}

/// How data are loaded.
#[derive(Args, Clone, Debug)]
struct LoadArgs {
    /// Refuse the whole load at any error, instead of leaving out the records that have one
    #[arg(long, env = "CLAIMD_STRICT", value_parser = BoolishValueParser::new())]
    strict: bool,
    /// Read every file as of this format, whatever its name and content tell
    #[arg(long, env = "CLAIMD_FORMAT", value_name = "FORMAT", value_parser = format_parser(Format::ALL))]
    format: Option<Format>,
    #[command(flatten)]
    limits: LoadLimits,
    #[command(flatten)]
    dna: DnaNames,
}

impl LoadArgs {
    /// Loads all sources into one corpus. What is embargoed is held against the time that it is now.
    fn load(&self, sources: &[Source]) -> Result<Corpus, LoadFailed> {
        source::load_reading(&self.sources(sources), self.limits, &self.reading(), self.strict)
    }

    /// Loads all sources and leaves the records without indexes.
    fn validate(&self, sources: &[Source]) -> Result<ValidatedRecords, LoadFailed> {
        source::validate_reading(&self.sources(sources), self.limits, &self.reading(), self.strict)
    }

    fn reading(&self) -> ReadLimits {
        ReadLimits { dna: self.dna.clone(), ..ReadLimits::from(&self.limits) }
    }

    /// Sources as they are to be read.
    fn sources(&self, given: &[Source]) -> Vec<Source> {
        let read_as = |source: &Source| match self.format {
            Some(format) => Source::As(format, Box::new(source.clone())),
            None => source.clone(),
        };
        given.iter().map(read_as).collect()
    }
}

/// Reads the name of one of these formats.
fn format_parser(formats: &'static [Format]) -> impl TypedValueParser<Value = Format> {
    PossibleValuesParser::new(formats.iter().map(|format| format.name()))
        .map(|name| Format::named(&name).expect("every name listed is one of a format"))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_commands_are_consistent() {
        super::Cli::command().debug_assert();
    }
}
