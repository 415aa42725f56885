//! The JSON grammar, as far as it is needed to find the end of a value: brackets, commas, colons and quotation marks. Values
//! are left to the parser.

/// Maximum levels of nesting, the same as the parser's.
const MAX_DEPTH: usize = 127;
/// Maximum bytes of a key that is compared with the keys of lists.
const MAX_KEY: usize = 64;

/// The result of a step.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// The value continues after the given bytes.
    Inside,
    /// The value ended with the last byte that was taken.
    End,
    /// The next byte, which was not taken, begins a list under one of the given keys of the outermost object.
    List,
    /// The last byte is not allowed here. What is expected instead.
    Broken(&'static str),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Container {
    Object,
    List,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Value,
    ValueOrEnd,
    Key,
    KeyOrEnd,
    Colon,
    CommaOrEnd,
    Text { is_key: bool },
    Escape { is_key: bool },
    Scalar,
}

/// The state of reading a value.
pub(super) struct Grammar {
    containers: Vec<Container>,
    state: State,
    /// The last key of the outermost object, with escapes.
    key: Vec<u8>,
}

impl Grammar {
    /// The state before a value.
    pub(super) fn new() -> Self {
        Self { containers: Vec::new(), state: State::Value, key: Vec::new() }
    }

    /// Continues after a list of the outermost object that was read separately.
    pub(super) fn after_list(&mut self) {
        self.state = State::CommaOrEnd;
    }

    /// Takes bytes up to the end of the value, and returns their number.
    pub(super) fn take(&mut self, bytes: &[u8], lists: &[&str]) -> (usize, Step) {
        let mut at = 0;
        while let Some(byte) = bytes.get(at).copied() {
            if let State::Text { is_key } = self.state {
                let rest = &bytes[at..];
                let end = memchr::memchr3(b'"', b'\\', b'\n', rest).unwrap_or(rest.len());
                self.keep_key(is_key, &rest[..end]);
                at += end;
                let Some(byte) = bytes.get(at).copied() else { break };
                at += 1;
                match self.text_step(byte, is_key) {
                    Step::Inside => continue,
                    step => return (at, step),
                }
            }
            if byte == b'[' && self.is_before_list(lists) {
                return (at, Step::List);
            }
            let scalar_ends = self.state == State::Scalar && b",]} \t\r\n".contains(&byte);
            if scalar_ends && self.containers.is_empty() {
                return (at, Step::End);
            }
            at += 1;
            match self.step(byte) {
                Step::Inside => {}
                step => return (at, step),
            }
        }
        (bytes.len(), Step::Inside)
    }

    /// Whether the document may end here, as it may after a number at the top level.
    pub(super) fn may_end(&self) -> bool {
        self.state == State::Scalar && self.containers.is_empty()
    }

    fn is_before_list(&self, lists: &[&str]) -> bool {
        self.state == State::Value
            && self.containers == [Container::Object]
            && lists.iter().any(|list| list.as_bytes() == self.key)
    }

    fn keep_key(&mut self, is_key: bool, part: &[u8]) {
        if is_key && self.containers.len() == 1 {
            let room = (MAX_KEY + 1).saturating_sub(self.key.len());
            self.key.extend_from_slice(&part[..part.len().min(room)]);
        }
    }

    fn text_step(&mut self, byte: u8, is_key: bool) -> Step {
        match byte {
            b'\\' => {
                self.keep_key(is_key, b"\\");
                self.state = State::Escape { is_key };
                Step::Inside
            }
            b'"' if is_key => {
                self.state = State::Colon;
                Step::Inside
            }
            b'"' => self.value_ended(),
            _ => Step::Broken("the end of the text before the end of the line"),
        }
    }

    fn step(&mut self, byte: u8) -> Step {
        if let State::Escape { is_key } = self.state {
            self.state = State::Text { is_key };
            return if byte == b'\n' {
                Step::Broken("the end of the text before the end of the line")
            } else {
                Step::Inside
            };
        }
        if self.state == State::Scalar {
            if is_scalar(byte) {
                return Step::Inside;
            }
            self.state = State::CommaOrEnd;
        }
        if b" \t\r\n".contains(&byte) {
            return Step::Inside;
        }
        match (self.state, byte) {
            (State::Value | State::ValueOrEnd, _) if byte != b']' => self.value_begins(byte),
            (State::ValueOrEnd, b']') | (State::KeyOrEnd, b'}') => self.container_ends(),
            (State::Key | State::KeyOrEnd, b'"') => {
                if self.containers.len() == 1 {
                    self.key.clear();
                }
                self.to(State::Text { is_key: true })
            }
            (State::Colon, b':') => self.to(State::Value),
            (State::CommaOrEnd, _) => match (self.containers.last(), byte) {
                (Some(Container::Object), b',') => self.to(State::Key),
                (Some(Container::List), b',') => self.to(State::Value),
                (Some(Container::Object), b'}') | (Some(Container::List), b']') => self.container_ends(),
                (Some(Container::Object), _) => Step::Broken("a comma or the end of the object"),
                (Some(Container::List) | None, _) => Step::Broken("a comma or the end of the list"),
            },
            (State::Key | State::KeyOrEnd, _) => Step::Broken("a key"),
            (State::Colon, _) => Step::Broken("a colon"),
            _ => Step::Broken("a value"),
        }
    }

    fn to(&mut self, state: State) -> Step {
        self.state = state;
        Step::Inside
    }

    fn value_begins(&mut self, byte: u8) -> Step {
        let (container, state) = match byte {
            b'{' => (Container::Object, State::KeyOrEnd),
            b'[' => (Container::List, State::ValueOrEnd),
            b'"' => return self.to(State::Text { is_key: false }),
            _ if is_scalar(byte) => return self.to(State::Scalar),
            _ => return Step::Broken("a value"),
        };
        if self.containers.len() == MAX_DEPTH {
            return Step::Broken("fewer levels of nesting");
        }
        self.containers.push(container);
        self.to(state)
    }

    fn container_ends(&mut self) -> Step {
        self.containers.pop();
        self.value_ended()
    }

    fn value_ended(&mut self) -> Step {
        self.state = State::CommaOrEnd;
        if self.containers.is_empty() { Step::End } else { Step::Inside }
    }
}

/// Whether a byte may stand in a number, true, false or null.
fn is_scalar(byte: u8) -> bool {
    byte.is_ascii_digit() || b"+-.eEtrufalsn".contains(&byte)
}
