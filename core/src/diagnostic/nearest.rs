//! The names that were probably meant by one that is unknown.

/// How many names are suggested at most.
const SUGGESTIONS: usize = 3;

/// Longer input is a mistake of another kind, and comparing it would be wasted work.
const LONGEST_NAME: usize = 64;

/// What follows a sentence that says that there is no such name.
pub(crate) fn did_you_mean(suggestions: &[&str]) -> String {
    match suggestions {
        [] => String::new(),
        [only] => format!("; did you mean {only}?"),
        [most @ .., last] => format!("; did you mean {} or {last}?", most.join(", ")),
    }
}

/// The names nearest to what was typed: few edits away, else those that contain it.
pub(crate) fn of(typed: &str, names: impl Iterator<Item = &'static str>) -> Vec<&'static str> {
    let length = typed.chars().count();
    if length == 0 || length > LONGEST_NAME {
        return Vec::new();
    }
    let close_enough = (length / 4).max(2);
    let mut near: Vec<(usize, &'static str)> = Vec::new();
    for name in names {
        let distance = edit_distance(typed, name);
        let contains = length >= 3 && name.contains(typed);
        if distance <= close_enough || contains {
            let place = near.partition_point(|&known| known <= (distance, name));
            near.insert(place, (distance, name));
        }
    }
    near.into_iter().take(SUGGESTIONS).map(|(_, name)| name).collect()
}

/// How many insertions, deletions, substitutions and swaps of neighbours lead from one text to the other.
fn edit_distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=to.len()).collect();
    let mut previous = None;
    for (row, letter) in from.chars().enumerate() {
        let mut current = vec![row + 1];
        for (column, &other) in to.iter().enumerate() {
            let substituted = last[column] + usize::from(letter != other);
            let mut cost = substituted.min(last[column + 1] + 1).min(current[column] + 1);
            if column > 0 && previous == Some(other) && letter == to[column - 1] {
                cost = cost.min(before_last[column - 1] + 1);
            }
            current.push(cost);
        }
        before_last = std::mem::replace(&mut last, current);
        previous = Some(letter);
    }
    last[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_swap_of_neighbours_is_one_edit() {
        assert_eq!(edit_distance("abcd", "abcd"), 0);
        assert_eq!(edit_distance("abdc", "abcd"), 1);
        assert_eq!(edit_distance("", "abc"), 3);
        assert_eq!(edit_distance("kitten", "sitting"), 3);
    }
}
