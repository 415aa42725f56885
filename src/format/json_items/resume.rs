//! Where reading goes on after an element that is not JSON.

/// Bytes that are kept of what was passed over, so that a start which is cut in two by the reading is found.
pub(super) const OVERLAP: usize = 4 << 10;

/// How elements of a document begin.
#[derive(Clone, Debug, Default)]
pub(super) struct Start {
    /// White space before it on its line; None where something else stands before it.
    pub(super) indent: Option<usize>,
    /// Its first key with quotation marks; empty where it has none.
    key: Vec<u8>,
}

impl Start {
    /// How the element of these bytes begins.
    pub(super) fn of(indent: Option<usize>, element: &[u8]) -> Self {
        let key = element.strip_prefix(b"{").map_or(&[][..], <[u8]>::trim_ascii_start);
        let end = key.strip_prefix(b"\"").and_then(|inside| memchr::memchr(b'"', inside));
        Self { indent, key: end.map_or(Vec::new(), |end| key[..end + 2].to_vec()) }
    }

    /// The first place from `from` on where an element seems to begin: in a document that is laid out, an object that
    /// is indented as the others are; elsewhere one after a comma, bracket or line that begins with the same key.
    pub(super) fn find(&self, bytes: &[u8], from: usize) -> Option<usize> {
        let mut places = memchr::memchr_iter(b'{', bytes.get(from..)?).map(|at| from + at);
        places.find(|at| match self.indent {
            Some(indent) => indent_before(&bytes[..*at]) == Some(indent),
            None if self.key.is_empty() => indent_before(&bytes[..*at]) == Some(0),
            None => {
                let before = bytes[..*at].trim_ascii_end().last();
                before.is_some_and(|before| b",[]}".contains(before))
                    && bytes[at + 1..].trim_ascii_start().starts_with(&self.key)
            }
        })
    }
}

/// White space between the end of `bytes` and the line break before it, if nothing else stands there.
fn indent_before(bytes: &[u8]) -> Option<usize> {
    let line = memchr::memrchr(b'\n', bytes)?;
    let between = &bytes[line + 1..];
    between.iter().all(|byte| b" \t".contains(byte)).then_some(between.len())
}
