//! The life of the process.

mod allocator;

use std::process::ExitCode;

fn main() -> ExitCode {
    allocator::settle();
    claimd::cli::run()
}
