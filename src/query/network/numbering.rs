//! Small numbers for the few of many things that one network is about.

/// Gives numbers from 0 on, in the order in which things are first seen.
pub(super) struct Numbering {
    /// The number of each thing, one more; 0 for a thing that has none.
    numbers: Vec<u32>,
    things: Vec<u32>,
}

impl Numbering {
    /// For things below `bound`.
    pub(super) fn new(bound: usize) -> Self {
        Self { numbers: vec![0; bound], things: Vec::new() }
    }

    /// The number of a thing, which gets one if it has none.
    pub(super) fn add(&mut self, thing: u32) -> u32 {
        let number = &mut self.numbers[thing as usize];
        if *number == 0 {
            self.things.push(thing);
            *number = u32::try_from(self.things.len()).expect("things are counted in 32 bits");
        }
        *number - 1
    }

    /// The number of a thing, if it has one.
    pub(super) fn get(&self, thing: u32) -> Option<u32> {
        self.numbers[thing as usize].checked_sub(1)
    }

    /// The things that have numbers, in their order.
    pub(super) fn things(&self) -> &[u32] {
        &self.things
    }

    /// Takes all numbers back. Costs as much as giving them did.
    pub(super) fn clear(&mut self) {
        for thing in self.things.drain(..) {
            self.numbers[thing as usize] = 0;
        }
    }
}
