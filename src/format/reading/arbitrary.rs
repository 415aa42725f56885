//! Arbitrary records for property tests, built from the message descriptors, so that new fields are covered.

use proptest::prelude::*;
use prost::Message;
use prost_reflect::{Cardinality, DynamicMessage, Kind, MapKey, MessageDescriptor, Value};

use super::encoded::{RECORD, TIMESTAMP};
use crate::proto::v1::Record;

/// Records with arbitrary values of the right types, which are not valid in any other way.
pub(in crate::format) fn records() -> impl Strategy<Value = Record> {
    prop::collection::vec(any::<u32>(), 0..400).prop_map(|choices| {
        let mut choices = Choices(choices.into_iter());
        let mut record = DynamicMessage::new(RECORD.clone());
        let field = RECORD.get_field(1 + choices.below(3)).unwrap();
        let Kind::Message(message) = field.kind() else { panic!("records are messages") };
        record.set_field(&field, Value::Message(choices.message(&message)));
        Record::decode(record.encode_to_vec().as_slice()).unwrap()
    })
}

/// A finite source of choices. When it is used up, every further field is left out.
struct Choices(std::vec::IntoIter<u32>);

impl Choices {
    fn below(&mut self, end: u32) -> u32 {
        self.0.next().unwrap_or(0) % end
    }

    fn message(&mut self, descriptor: &MessageDescriptor) -> DynamicMessage {
        let mut message = DynamicMessage::new(descriptor.clone());
        if descriptor.full_name() == TIMESTAMP {
            message.set_field_by_number(1, Value::I64(i64::from(self.below(u32::MAX)) * 58 - 60_000_000_000));
            message.set_field_by_number(2, Value::I32(self.below(1_000_000_000).cast_signed()));
            return message;
        }
        for field in descriptor.fields() {
            if self.below(3) == 0 {
                continue;
            }
            let value = if field.is_map() {
                let entries = (0..self.below(3)).map(|_| (MapKey::String(self.text()), Value::String(self.text())));
                Value::Map(entries.collect())
            } else if field.cardinality() == Cardinality::Repeated {
                Value::List((0..self.below(3)).map(|_| self.value(&field.kind())).collect())
            } else {
                self.value(&field.kind())
            };
            message.set_field(&field, value);
        }
        message
    }

    fn value(&mut self, kind: &Kind) -> Value {
        match kind {
            Kind::String => Value::String(self.text()),
            Kind::Int32 => Value::I32(self.below(u32::MAX).cast_signed()),
            Kind::Double => {
                let bits = u64::from(self.below(u32::MAX)) << 32 | u64::from(self.below(u32::MAX));
                let value = f64::from_bits(bits);
                Value::F64(if value.is_finite() { value } else { 0.1 })
            }
            Kind::Enum(kind) => {
                let count = u32::try_from(kind.values().len()).unwrap();
                Value::EnumNumber(kind.values().nth(self.below(count) as usize).unwrap().number())
            }
            Kind::Message(message) => Value::Message(self.message(message)),
            other => panic!("records have no field of {other:?}"),
        }
    }

    fn text(&mut self) -> String {
        let texts = ["", "a", "null", "ä🙂e\u{301}", "\"\\\n\u{0}", "claims/c", "labels", "\u{feff}\u{2028}"];
        let text = texts[self.below(8) as usize];
        format!("{text}{}", self.below(3))
    }
}
