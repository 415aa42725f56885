//! Commands and flags. Every flag can also be given by the environment variable that its help names.

mod check;
mod network;
mod network_filter;
mod serve;

use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::config::LoadLimits;

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
    /// Write discourse networks to files: who speaks of what, who sides with whom, who disputes whom
    Network(Box<network::Network>),
}

impl Cli {
    /// Does what was asked.
    pub fn run(self) -> ExitCode {
        match self.command {
            Command::Serve(serve) => serve.run(),
            Command::Check(check) => check.run(),
            Command::Network(network) => network.run(),
        }
    }
}

/// How data are loaded.
#[derive(Args, Clone, Debug)]
struct LoadArgs {
    /// Refuse the whole load at any error, instead of leaving out the records that have one
    #[arg(long, env = "CLAIMD_STRICT")]
    strict: bool,
    #[command(flatten)]
    limits: LoadLimits,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_commands_are_consistent() {
        super::Cli::command().debug_assert();
    }
}
