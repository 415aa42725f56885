//! ClaimReview: faulty feeds, published reviews, and feeds that are written and read again.

mod arbitrary;
mod dirty;
mod links;
mod namesakes;
mod reading;
mod round_trip;
mod shared_rows;
