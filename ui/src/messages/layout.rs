//! The layout of the columns as the window has it: kept in the browser, changed from several places.

use std::rc::Rc;

use web_sys::Storage;
use yew::prelude::*;

use super::columns::Layout;

/// Where it is kept.
const KEY: &str = "sockscope.messages.columns";

/// The layout, and the way to change it.
#[derive(Clone, PartialEq)]
pub struct Columns {
    /// As it is.
    pub layout: Rc<Layout>,
    change: Callback<Change>,
}

type Change = Box<dyn FnOnce(&mut Layout)>;

impl Columns {
    /// Changes it, and keeps it.
    pub fn set(&self, change: impl FnOnce(&mut Layout) + 'static) {
        self.change.emit(Box::new(change));
    }
}

struct Kept(Rc<Layout>);

impl Reducible for Kept {
    type Action = Change;

    fn reduce(self: Rc<Self>, change: Change) -> Rc<Self> {
        let mut layout = (*self.0).clone();
        change(&mut layout);
        // Without room in the browser the layout holds as long as the window does.
        if let (Some(storage), Ok(kept)) = (storage(), serde_json::to_string(&layout)) {
            let _ = storage.set_item(KEY, &kept);
        }
        Rc::new(Self(Rc::new(layout)))
    }
}

fn storage() -> Option<Storage> {
    web_sys::window()?.local_storage().ok()?
}

/// The layout of the columns.
#[hook]
pub fn use_columns() -> Columns {
    let kept = use_reducer(|| {
        let kept = storage().and_then(|storage| storage.get_item(KEY).ok()?).unwrap_or_default();
        Kept(Rc::new(Layout::read(&kept)))
    });
    let dispatcher = kept.dispatcher();
    Columns { layout: kept.0.clone(), change: Callback::from(move |change| dispatcher.dispatch(change)) }
}
