//! What the bytes at the cursor are as numbers, in either order of bytes.

/// A type of number, and its value with the least and with the most significant byte first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Number {
    /// `u16`
    pub name: &'static str,
    /// The least significant byte first.
    pub little: String,
    /// The most significant byte first.
    pub big: String,
}

/// The numbers that begin with these bytes, as far as there are enough of them.
pub fn numbers(bytes: &[u8]) -> Vec<Number> {
    let mut numbers = Vec::new();
    macro_rules! number {
        ($name:ident, $size:literal) => {
            if let Some(bytes) = bytes.first_chunk::<$size>() {
                numbers.push(Number {
                    name: stringify!($name),
                    little: shown($name::from_le_bytes(*bytes)),
                    big: shown($name::from_be_bytes(*bytes)),
                });
            }
        };
    }
    number!(u8, 1);
    number!(u16, 2);
    number!(u32, 4);
    number!(u64, 8);
    number!(f32, 4);
    number!(f64, 8);
    numbers
}

fn shown(number: impl std::fmt::Debug) -> String {
    format!("{number:?}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_orders() {
        let found = numbers(&[0x3f, 0x80, 0, 0, 0, 0, 0, 1]);
        let shown: Vec<_> =
            found.iter().map(|number| format!("{} {} {}", number.name, number.little, number.big)).collect();
        assert_eq!(
            shown,
            [
                "u8 63 63",
                "u16 32831 16256",
                "u32 32831 1065353216",
                "u64 72057594037960767 4575657221408423937",
                "f32 4.6006e-41 1.0",
                "f64 7.29112201960955e-304 0.007812500000000002",
            ]
        );
    }

    #[test]
    fn no_more_than_there_are_bytes_for() {
        assert_eq!(numbers(&[1, 2, 3]).len(), 2);
        assert!(numbers(&[]).is_empty());
        assert_eq!(numbers(&[0xff; 8])[5].big, "NaN");
    }
}
