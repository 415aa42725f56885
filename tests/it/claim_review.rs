//! ClaimReview in and out: dirt that publishers write, real rows, and feeds that are written and read again.

mod arbitrary;
mod dirty;
mod links;
mod namesakes;
mod reading;
mod round_trip;
mod shared_rows;
