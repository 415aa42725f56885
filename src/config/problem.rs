//! What is wrong with a configuration. All of it is said at once: a server that is corrected one word at a time takes
//! as many restarts.

use std::fmt;

/// One thing that is wrong with the configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where it was told: a flag, a variable, or a file with its line.
    pub place: String,
    /// What is wrong with it, and what would be right.
    pub text: String,
}

impl Problem {
    pub(super) fn new(place: impl fmt::Display, text: impl fmt::Display) -> Self {
        Self { place: place.to_string(), text: text.to_string() }
    }
}

/// Everything that is wrong with a configuration.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub struct Problems(pub Vec<Problem>);

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(problems) = self;
        match problems.len() {
            1 => f.write_str("there is a problem in the configuration:")?,
            count => write!(f, "there are {count} problems in the configuration:")?,
        }
        problems.iter().try_for_each(|Problem { place, text }| write!(f, "\n  {place}: {text}"))
    }
}

/// Values that have their form and cannot be used: they are wrong together, or a file that they name is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misfit {
    /// Their keys.
    pub keys: Vec<&'static str>,
    /// What is wrong with them, and what would be right.
    pub text: String,
}

impl Misfit {
    /// Values that cannot be used, and why.
    pub fn new(keys: &[&'static str], text: impl fmt::Display) -> Self {
        Self { keys: keys.to_vec(), text: text.to_string() }
    }

    /// A misfit if the first is above the second.
    pub(super) fn above<N: PartialOrd + fmt::Display>(
        lower: (&'static str, N),
        upper: (&'static str, N),
    ) -> Option<Self> {
        let ((lower, low), (upper, high)) = (lower, upper);
        let text = || format!("{lower} is {low}, which is above {upper}, {high}; lower the one or raise the other");
        (low > high).then(|| Self::new(&[lower, upper], text()))
    }
}
