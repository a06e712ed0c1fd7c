//! What somebody prefers, whatever capture is looked at: kept by the browser, not in the address.

use web_sys::Storage;
use yew::prelude::*;

/// The name under which the browser keeps it.
const STORED: &str = "sockscope-settings";

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the system is.
    #[default]
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

/// How points in time are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Zone {
    /// As the clock on the wall.
    #[default]
    Local,
    /// Coordinated universal time.
    Utc,
}

impl Theme {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// The word it is kept as, and the value of `data-theme`.
    pub fn word(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// As it is called on the screen.
    pub fn name(self) -> &'static str {
        match self {
            Self::System => "As the system",
            Self::Light => "Light",
            Self::Dark => "Dark",
        }
    }
}

impl Zone {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Local, Self::Utc];

    /// The word it is kept as.
    pub fn word(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::Utc => "utc",
        }
    }

    /// As it is called on the screen.
    pub fn name(self) -> &'static str {
        match self {
            Self::Local => "Local time",
            Self::Utc => "UTC",
        }
    }

    /// Seconds that its clock is ahead of UTC at a moment, in nanoseconds since 1970.
    pub fn offset(self, nanos: u64) -> i64 {
        match self {
            Self::Utc => 0,
            Self::Local => {
                let date = js_sys::Date::new(&((nanos / 1_000_000) as f64).into());
                -(date.get_timezone_offset() as i64) * 60
            }
        }
    }
}

/// All that somebody prefers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// Light or dark.
    pub theme: Theme,
    /// How points in time are written.
    pub zone: Zone,
}

impl Settings {
    /// As the browser keeps it: `theme=dark zone=utc`.
    fn to_words(self) -> String {
        format!("theme={} zone={}", self.theme.word(), self.zone.word())
    }

    /// From what the browser kept; what is not understood is as it is by default.
    fn from_words(words: &str) -> Self {
        let value = |name: &str| {
            words
                .split(' ')
                .filter_map(|word| word.split_once('='))
                .find(|(key, _)| *key == name)
                .map(|at| at.1)
        };
        let theme = Theme::ALL.into_iter().find(|theme| value("theme") == Some(theme.word()));
        let zone = Zone::ALL.into_iter().find(|zone| value("zone") == Some(zone.word()));
        Self { theme: theme.unwrap_or_default(), zone: zone.unwrap_or_default() }
    }

    fn kept() -> Self {
        let words = storage().and_then(|storage| storage.get_item(STORED).ok().flatten());
        words.map(|words| Self::from_words(&words)).unwrap_or_default()
    }

    /// A browser that keeps nothing, as in a private window, forgets it with the page.
    fn keep(self) {
        if let Some(storage) = storage() {
            let _ = storage.set_item(STORED, &self.to_words());
        }
    }

    fn show(self) {
        let root = web_sys::window().and_then(|window| window.document()?.document_element());
        if let Some(root) = root {
            let _ = match self.theme {
                Theme::System => root.remove_attribute("data-theme"),
                theme => root.set_attribute("data-theme", theme.word()),
            };
        }
    }
}

fn storage() -> Option<Storage> {
    web_sys::window()?.local_storage().ok().flatten()
}

/// What is preferred, and the way to prefer something else.
#[derive(Clone, PartialEq)]
pub struct Preferred {
    /// What is preferred now.
    pub settings: Settings,
    /// Prefers something else.
    pub prefer: Callback<Settings>,
}

/// What is preferred. Outside of [`Preferring`] nothing can be changed.
#[hook]
pub fn use_settings() -> Preferred {
    use_context::<Preferred>()
        .unwrap_or(Preferred { settings: Settings::default(), prefer: Callback::noop() })
}

/// What it is given.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The window.
    pub children: Html,
}

/// Gives what is preferred to all within it.
#[component]
pub fn Preferring(props: &Props) -> Html {
    let settings = use_state_eq(Settings::kept);
    use_effect_with(*settings, |settings| settings.show());
    let prefer = {
        let settings = settings.clone();
        Callback::from(move |preferred: Settings| {
            preferred.keep();
            settings.set(preferred);
        })
    };
    html! {
        <ContextProvider<Preferred> context={Preferred { settings: *settings, prefer }}>
            {props.children.clone()}
        </ContextProvider<Preferred>>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_come_back_as_they_were_kept() {
        for theme in Theme::ALL {
            for zone in Zone::ALL {
                let settings = Settings { theme, zone };
                assert_eq!(Settings::from_words(&settings.to_words()), settings);
            }
        }
    }

    #[test]
    fn what_is_not_understood_is_as_by_default() {
        for words in ["", "theme=purple zone", "zone=local\u{0} theme=", "====  ="] {
            assert_eq!(Settings::from_words(words), Settings::default(), "{words}");
        }
    }
}
