//! What all reads by name share.

use bytes::Bytes;

use crate::config::RequestLimits;
use crate::corpus::Id;
use crate::error::{Error, Violations};
use crate::model::{Resource, check_name};
use crate::proto::Encoded;

/// Bytes that a record or a name costs in an answer beside its own: the key of the field and the length.
const FRAMING_BYTES: usize = 6;

/// Checks the name of one record.
pub(super) fn check_one(name: &str, of: Resource, violations: &mut Violations) {
    if let Err(error) = check_name(name, of) {
        violations.add("name", error.to_string());
    }
}

/// Checks the names of a batch.
pub(super) fn check_batch(names: &[String], of: Resource, limits: RequestLimits, violations: &mut Violations) {
    let most = limits.max_batch_size;
    if names.is_empty() || names.len() > most {
        violations.add("names", format!("has {} names; give 1 to {most}", names.len()));
    }
    for (index, name) in names.iter().enumerate() {
        if let Err(error) = check_name(name, of) {
            violations.add(format!("names[{index}]"), error.to_string());
        }
    }
}

/// One record.
pub(super) fn one<M>(
    name: String,
    of: Resource,
    record: Option<Bytes>,
    limits: RequestLimits,
) -> Result<Encoded<M>, Error> {
    let record = record.ok_or(Error::NotFound { resource: of, name })?;
    check_size(record.len(), limits)?;
    Ok(Encoded::from_bytes(record))
}

/// The records of a batch in the order of the names, and the names that no record bears.
pub(super) fn batch<M>(
    names: Vec<String>,
    id: impl Fn(&str) -> Option<Id>,
    record: impl Fn(Id) -> Bytes,
    limits: RequestLimits,
) -> Result<(Vec<Encoded<M>>, Vec<String>), Error> {
    let (mut found, mut missing, mut size) = (Vec::new(), Vec::new(), 0);
    for name in names {
        if let Some(id) = id(&name) {
            let record = record(id);
            size += record.len() + FRAMING_BYTES;
            found.push(Encoded::from_bytes(record));
        } else {
            size += name.len() + FRAMING_BYTES;
            missing.push(name);
        }
    }
    check_size(size, limits)?;
    Ok((found, missing))
}

/// Checks that an answer can be sent.
pub(super) fn check_size(size: usize, limits: RequestLimits) -> Result<(), Error> {
    let limit = limits.max_response_bytes;
    if size > limit { Err(Error::ResponseTooLarge { size: Some(size), limit }) } else { Ok(()) }
}
