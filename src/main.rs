//! The program `claimd`.

use std::process::ExitCode;

/// A call makes hundreds of small allocations, for which jemalloc needs fewer instructions than the allocator of the
/// system. Its feature `background_threads` gives the memory of an old corpus back to the system after a reload, without
/// settings at run time.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    claimd::cli::run()
}
