//! What each node states, counted.

use crate::corpus::Sided;
use crate::query::yield_budget::YieldBudget;

/// How often a row speaks for and against a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cell {
    /// The column; in [`Matrix::transposed`] the row.
    pub(super) at: u32,
    pub(super) support: u32,
    pub(super) oppose: u32,
}

/// Counts by row and column; only what is not 0 is there.
pub(super) struct Matrix {
    /// Where the cells of each row end; they begin where those of the row before end.
    ends: Vec<usize>,
    /// Of each row, by column.
    cells: Vec<Cell>,
}

impl Matrix {
    /// Counts pairs of a row, below `rows`, and a column with a side.
    pub(super) async fn count(rows: usize, pairs: &[(u32, Sided)], budget: &mut YieldBudget) -> Self {
        let mut ends = vec![0; rows];
        for (row, _) in pairs {
            ends[*row as usize] += 1;
        }
        let mut next = starts(&mut ends);
        let mut sorted = vec![0_u32; pairs.len()];
        for (row, sided) in pairs {
            let at = &mut next[*row as usize];
            sorted[*at] = sided.0;
            *at += 1;
            budget.spend(1).await;
        }
        let mut matrix = Self { ends: Vec::with_capacity(rows), cells: Vec::new() };
        let mut start = 0;
        for end in ends {
            let row = &mut sorted[start..end];
            row.sort_unstable();
            matrix.push_row(row);
            budget.spend(row.len()).await;
            start = end;
        }
        matrix
    }

    fn push_row(&mut self, sorted: &[u32]) {
        let first = self.cells.len();
        for sided in sorted.iter().map(|number| Sided(*number)) {
            let at = sided.thing();
            let same = self.cells.len() > first && self.cells.last().is_some_and(|cell| cell.at == at);
            if !same {
                self.cells.push(Cell { at, support: 0, oppose: 0 });
            }
            let cell = self.cells.last_mut().expect("a cell was pushed");
            *(if sided.is_against() { &mut cell.oppose } else { &mut cell.support }) += 1;
        }
        self.ends.push(self.cells.len());
    }

    /// How many rows there are.
    pub(super) fn rows(&self) -> usize {
        self.ends.len()
    }

    /// The cells of a row, by column.
    pub(super) fn row(&self, row: usize) -> &[Cell] {
        let start = if row == 0 { 0 } else { self.ends[row - 1] };
        &self.cells[start..self.ends[row]]
    }

    /// The same by columns, of which there are `columns`.
    pub(super) async fn transposed(&self, columns: usize, budget: &mut YieldBudget) -> Self {
        let mut ends = vec![0; columns];
        for cell in &self.cells {
            ends[cell.at as usize] += 1;
        }
        let mut next = starts(&mut ends);
        let mut cells = vec![Cell { at: 0, support: 0, oppose: 0 }; self.cells.len()];
        for row in 0..self.rows() {
            let at = u32::try_from(row).expect("rows are counted in 32 bits");
            for cell in self.row(row) {
                let free = &mut next[cell.at as usize];
                cells[*free] = Cell { at, ..*cell };
                *free += 1;
            }
            budget.spend(self.row(row).len()).await;
        }
        Self { ends, cells }
    }
}

/// Turns lengths into ends, and gives the starts.
fn starts(lengths: &mut [usize]) -> Vec<usize> {
    let mut end = 0;
    let mut starts = Vec::with_capacity(lengths.len());
    for length in lengths {
        starts.push(end);
        end += *length;
        *length = end;
    }
    starts
}
