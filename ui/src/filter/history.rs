//! Filters that were applied before, the latest first, kept in the browser's storage. A person's own words, so they are
//! bounded, and nothing breaks where there is no storage.

/// Filters that are kept.
const MOST: usize = 50;
/// Bytes of one that is kept.
const LONGEST: usize = 2_000;
/// Their name in the storage.
const NAME: &str = "sockscope.filters";

/// Filters, the latest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History(Vec<String>);

impl History {
    /// What is stored.
    pub fn load() -> Self {
        let stored = storage().and_then(|storage| storage.get_item(NAME).ok().flatten());
        stored.map_or_else(Self::default, |text| Self::read(&text))
    }

    /// Keeps a filter, once.
    pub fn keep(&mut self, filter: &str) {
        self.add(filter);
        if let (Some(storage), Ok(text)) = (storage(), serde_json::to_string(&self.0)) {
            // Where it is full or forbidden, the history lasts as long as the window.
            let _ = storage.set_item(NAME, &text);
        }
    }

    /// The one that stands so far back, 0 the latest.
    pub fn get(&self, back: usize) -> Option<&str> {
        self.0.get(back).map(String::as_str)
    }

    fn read(text: &str) -> Self {
        let mut filters: Vec<String> = serde_json::from_str(text).unwrap_or_default();
        filters.truncate(MOST);
        Self(filters)
    }

    fn add(&mut self, filter: &str) {
        let filter = filter.trim();
        if filter.is_empty() || filter.len() > LONGEST {
            return;
        }
        self.0.retain(|kept| kept != filter);
        self.0.insert(0, filter.to_owned());
        self.0.truncate(MOST);
    }
}

fn storage() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_kept_once_and_the_latest_comes_first() {
        let mut history = History::default();
        for filter in ["a", " b ", "a", "", &"x".repeat(LONGEST + 1)] {
            history.add(filter);
        }
        assert_eq!((history.get(0), history.get(1), history.get(2)), (Some("a"), Some("b"), None));
        for number in 0..2 * MOST {
            history.add(&number.to_string());
        }
        assert_eq!(history.0.len(), MOST);
    }

    #[test]
    fn what_is_stored_may_be_anything() {
        for text in ["", "{}", "[1]", "\u{0}"] {
            assert_eq!(History::read(text), History::default());
        }
        assert_eq!(History::read(r#"["a"]"#).get(0), Some("a"));
    }
}
