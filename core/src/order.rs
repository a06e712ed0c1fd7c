//! Orders by numbers. The standard library's sorts are compiled anew for each type that they sort, several kilobytes each
//! time; everybody who opens the page loads them. What has a number for its key, and no haste, shares one of them.

/// Sorts pairs of numbers.
#[inline(never)]
pub fn pairs(pairs: &mut [(u64, u64)]) {
    pairs.sort_unstable();
}

/// Keeps the least pairs, so many, and sorts them.
#[inline(never)]
pub fn least(all: &mut Vec<(u64, u64)>, count: usize) {
    if (1..all.len()).contains(&count) {
        all.select_nth_unstable(count - 1);
    }
    all.truncate(count);
    pairs(all);
}

/// Sorts by a number; what has the same number stays as it stands.
pub fn by_key<T>(items: &mut Vec<T>, key: impl Fn(&T) -> u64) {
    let mut keyed: Vec<(u64, u64)> = (0..).zip(items.iter()).map(|(at, item)| (key(item), at)).collect();
    pairs(&mut keyed);
    let mut from: Vec<Option<T>> = items.drain(..).map(Some).collect();
    items.extend(keyed.iter().filter_map(|&(_, at)| from.get_mut(usize::try_from(at).ok()?)?.take()));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_the_same_number_stays_as_it_stands() {
        let mut items: Vec<(u64, &str)> = vec![(3, "a"), (1, "b"), (3, "c"), (0, "d"), (1, "e")];
        by_key(&mut items, |item| item.0);
        assert_eq!(items, [(0, "d"), (1, "b"), (1, "e"), (3, "a"), (3, "c")]);
    }

    #[test]
    fn the_least_are_kept() {
        let all = [(5, 1), (2, 9), (2, 3), (8, 0)];
        for (count, expected) in [
            (0, &[][..]),
            (1, &[(2, 3)]),
            (3, &[(2, 3), (2, 9), (5, 1)]),
            (4, &[(2, 3), (2, 9), (5, 1), (8, 0)]),
        ] {
            let mut kept = all.to_vec();
            least(&mut kept, count);
            assert_eq!(kept, expected);
        }
        let mut none = Vec::new();
        least(&mut none, 3);
        assert!(none.is_empty());
    }
}
