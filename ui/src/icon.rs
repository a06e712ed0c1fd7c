//! Icons: of Lucide (ISC licence, `ui/icons/LICENSE`), as they come, drawn in the colour of the text beside them.

use yew::prelude::*;

macro_rules! icons {
    ($($name:ident $file:literal),* $(,)?) => {
        /// An icon.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[expect(missing_docs, reason = "they are named by what they show")]
        pub enum Icon { $($name),* }

        impl Icon {
            fn svg(self) -> &'static str {
                match self { $(Self::$name => include_str!(concat!("../icons/", $file, ".svg"))),* }
            }
        }
    };
}

icons! {
    Alert "circle-alert", ArrowDown "arrow-down", ArrowUp "arrow-up", Check "check", ChevronRight "chevron-right",
    Clock "clock", Columns "columns-3", Conversation "message-square", Copy "copy", Download "download",
    FileUp "file-up", Filter "filter", GoTo "corner-down-right", Info "info", Key "key-round", Link "link", Moon "moon", More "ellipsis",
    Open "folder-open", Play "play", Restart "rotate-ccw", Search "search", Settings "settings-2", Stop "square",
    Tick "circle-check", Warning "triangle-alert", X "x", ZoomIn "zoom-in", ZoomOut "zoom-out",
}

/// What it is given.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Which one.
    pub icon: Icon,
}

/// An icon, which says nothing to a screen reader: the words stand beside it.
#[component]
pub fn Drawn(props: &Props) -> Html {
    // Not from a capture: files of our own.
    let svg = Html::from_html_unchecked(AttrValue::Static(props.icon.svg()));
    html! { <span class="icon" aria-hidden="true">{svg}</span> }
}
