//! Limits as the program has them when nothing is said.

use clap::{Args, Command};

/// The defaults of a group of flags.
pub(crate) fn defaults<A: Args>() -> A {
    let matches = A::augment_args(Command::new("claimd")).get_matches_from(["claimd"]);
    A::from_arg_matches(&matches).unwrap()
}
