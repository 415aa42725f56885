//! The file format of the tables in `data/names`: tab-separated columns, `#` starts a comment line.

/// The rows of `text` that have `N` columns, in order.
pub(super) fn rows<const N: usize>(text: &'static str) -> impl Iterator<Item = [&'static str; N]> {
    text.lines().filter(|line| !line.starts_with('#')).filter_map(|line| {
        let mut columns = line.split('\t').map(str::trim);
        let row = std::array::from_fn(|_| columns.next().unwrap_or_default());
        row.iter().all(|column| !column.is_empty()).then_some(row)
    })
}

/// The spellings in one column, which semicolons separate.
pub(super) fn spellings(column: &'static str) -> impl Iterator<Item = &'static str> {
    column.split(';').map(str::trim).filter(|spelling| !spelling.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_short_rows_are_skipped() {
        let rows: Vec<[&str; 2]> = rows("# x\ty\na\tb; c\n\nshort\n").collect();
        assert_eq!(rows, [["a", "b; c"]]);
        assert_eq!(spellings(rows[0][1]).collect::<Vec<_>>(), ["b", "c"]);
    }

    /// `rows` skips a row that lost a column by an editing mistake.
    #[test]
    fn every_row_of_every_table_is_complete() {
        for (name, columns, text) in [
            ("abbreviations", 2, include_str!("../../data/names/abbreviations.tsv")),
            ("common_words", 2, include_str!("../../data/names/common_words.tsv")),
            ("given_names", 3, include_str!("../../data/names/given_names.tsv")),
            ("han_variants", 2, include_str!("../../data/names/han_variants.tsv")),
            ("legal_forms", 2, include_str!("../../data/names/legal_forms.tsv")),
            ("lookalikes", 2, include_str!("../../data/names/lookalikes.tsv")),
            ("number_words", 2, include_str!("../../data/names/number_words.tsv")),
            ("particles", 2, include_str!("../../data/names/particles.tsv")),
            ("scripts", 2, include_str!("../../data/names/scripts.tsv")),
            ("titles", 2, include_str!("../../data/names/titles.tsv")),
        ] {
            for line in text.lines().filter(|line| !line.starts_with('#')) {
                assert_eq!(line.split('\t').filter(|c| !c.trim().is_empty()).count(), columns, "{name}: {line}");
            }
        }
    }
}
