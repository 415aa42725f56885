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

use clap::error::ErrorKind;
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::config::{self, Problems};

/// Exit code of a command that failed, or that found errors in the data.
const FAILED: u8 = 1;
/// Exit code of a usage error, the same as clap's.
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
    /// Load a corpus and report every error in it; exit 1 if there are any
    Check(check::Check),
    /// Write a corpus in another format
    Convert(convert::Convert),
    /// Write discourse networks to files: which actor holds which concept, who agrees with whom, who disputes whom
    Network(Box<network::Network>),
    /// Ask a running server for its health; exit 0 if it is SERVING, else 1
    Healthcheck(healthcheck::Healthcheck),
    /// Create a token for a client, and its entry for the file of --auth-tokens
    Token(token::Token),
}

/// Runs the command of the command line.
pub fn run() -> ExitCode {
    match Command::parse() {
        Ok(Command::Serve(serve)) => serve.run(),
        Ok(Command::Check(check)) => check.run(),
        Ok(Command::Convert(convert)) => convert.run(),
        Ok(Command::Network(network)) => network.run(),
        Ok(Command::Healthcheck(healthcheck)) => healthcheck.run(),
        Ok(Command::Token(token)) => token.run(),
        Err(problems) => {
            eprintln!("error: {problems}");
            for variable in serve::Serve::unknown_variables() {
                eprintln!("note: {variable}");
            }
            eprintln!("\nFor more information, try 'claimd serve --help'.");
            USAGE.into()
        }
    }
}

impl Command {
    /// Parses the command line. Ends the process for `--help`, `--version` and usage errors.
    ///
    /// The flags of `serve` are validated later, together with its environment and its configuration file.
    fn parse() -> Result<Self, Problems> {
        let whole = without_empty_variables(Cli::command());
        let lax = whole.clone().mut_subcommand(serve::NAME, config::flags_only);
        let matches = lax.try_get_matches().unwrap_or_else(|error| match error.kind() {
            ErrorKind::DisplayHelp => whole.get_matches(),
            _ => error.exit(),
        });
        match matches.subcommand() {
            Some((serve::NAME, flags)) => Ok(Self::Serve(Box::new(serve::Serve::parse(flags)?))),
            _ => Ok(Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit()).command),
        }
    }
}

/// Makes empty environment variables count as not set.
fn without_empty_variables(command: clap::Command) -> clap::Command {
    command.mut_subcommands(|command| {
        command.mut_args(|flag| {
            let is_empty = flag.get_env().and_then(std::env::var_os).is_some_and(|value| value.is_empty());
            if is_empty { flag.env(None::<&str>) } else { flag }
        })
    })
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_commands_are_consistent() {
        super::Cli::command().debug_assert();
    }
}
