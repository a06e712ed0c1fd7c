//! The name that was probably meant: the nearest by the optimal string alignment distance.

/// The nearest of `names`, if any is near enough to have been meant.
pub fn of<'a>(wanted: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let most = (wanted.chars().count() / 4).max(1);
    names
        .filter(|name| name.len().abs_diff(wanted.len()) <= 4 * most)
        .map(|name| (distance(wanted, name), name))
        .filter(|&(distance, _)| distance <= most)
        .min()
        .map(|(_, name)| name)
}

/// Insertions, deletions, substitutions and transpositions of neighbours that turn one into the other.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut before = vec![0; b.len() + 1];
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let changed = usize::from(a[i - 1] != b[j - 1]);
            row[j] = (last[j] + 1).min(row[j - 1] + 1).min(last[j - 1] + changed);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(before[j - 2] + 1);
            }
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_was_meant() {
        let codes = ["accept-mismatch", "accept-missing", "key-missing"];
        let of = |wanted| of(wanted, codes.into_iter());
        assert_eq!(of("accept-mismach"), Some("accept-mismatch"));
        assert_eq!(of("acecpt-missing"), Some("accept-missing"));
        assert_eq!(of("keymissing"), Some("key-missing"));
        assert_eq!(of("something-else-entirely"), None);
        assert_eq!(distance("ab", "ba"), 1);
        assert_eq!(distance("", "abc"), 3);
    }
}
