//! Lays fields out in rows of 32 bits, as the standard draws them (RFC 6455 §5.2).

use super::bits::{Field, Part};

/// Bits in a row.
pub const ROW: u64 = 32;

/// A piece of a field that lies in one row.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// Which field.
    pub part: Part,
    /// Its first bit, counted from the frame's first one.
    pub first: u64,
    /// How many columns it takes.
    pub columns: u64,
    /// An earlier cell belongs to the same field.
    pub continues: bool,
    /// More of the field follows that is not drawn.
    pub is_cut: bool,
}

/// The cells of these fields. Of the payload, no more is drawn than fills its first row and another one.
pub fn cells(fields: &[Field]) -> Vec<Cell> {
    let mut cells = Vec::new();
    for field in fields {
        let end = field.first.saturating_add(field.bits);
        let drawn = match field.part {
            Part::Payload => end.min((field.first / ROW + 2) * ROW),
            _ => end,
        };
        let mut at = field.first;
        while at < drawn {
            let columns = (drawn - at).min(ROW - at % ROW);
            cells.push(Cell {
                part: field.part,
                first: at,
                columns,
                continues: at > field.first,
                is_cut: at + columns == drawn && drawn < end,
            });
            at += columns;
        }
    }
    cells
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(part: Part, first: u64, bits: u64) -> Field {
        Field { part, first, bits, value: String::new(), meaning: String::new(), rfc: "" }
    }

    #[test]
    fn a_field_that_crosses_a_row_has_a_cell_in_each() {
        let cells = cells(&[field(Part::Key, 16, 32), field(Part::Payload, 48, 800)]);
        let told: Vec<(Part, u64, u64, bool, bool)> = cells
            .iter()
            .map(|cell| (cell.part, cell.first, cell.columns, cell.continues, cell.is_cut))
            .collect();
        assert_eq!(
            told,
            [
                (Part::Key, 16, 16, false, false),
                (Part::Key, 32, 16, true, false),
                (Part::Payload, 48, 16, false, false),
                (Part::Payload, 64, 32, true, true),
            ]
        );
    }

    #[test]
    fn a_short_payload_ends_where_it_ends() {
        let cells = cells(&[field(Part::Payload, 16, 24)]);
        assert_eq!(cells.iter().map(|cell| cell.columns).collect::<Vec<_>>(), [16, 8]);
        assert!(cells.iter().all(|cell| !cell.is_cut));
    }
}
