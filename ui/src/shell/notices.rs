//! What the shell tells by itself: files that were opened, and choices in its menu.

use sockscope_core::session::api::shell::{Choice, Notice};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::{Arguments, Channel, is_there, order};
use crate::desk::{Act, Desk, Dispatch, Over};
use crate::opening::{Arrived, Given, arrive_each};
use crate::place::fragment::Fragment;

/// Listens to the shell; tells whether files are held over the window.
#[hook]
pub fn use_shell(desk: &UseReducerHandle<Desk>) -> bool {
    let is_over = use_state_eq(|| false);
    // What is chosen in the menu is about the desk as it is then.
    let latest = use_mut_ref(|| desk.clone());
    *latest.borrow_mut() = desk.clone();
    use_effect_with((), {
        let is_over = is_over.clone();
        move |()| {
            let heard = is_there().then(|| {
                let heard = Closure::<dyn Fn(JsValue)>::new(move |told: JsValue| {
                    let text = js_sys::JSON::stringify(&told).ok().and_then(|text| text.as_string());
                    // Not borrowed any more when something is done: the window is drawn again then, and looks here.
                    let desk = latest.borrow().clone();
                    match serde_json::from_str(text.as_deref().unwrap_or_default()) {
                        Ok(Notice::Opened(files)) => {
                            let files = files.into_iter().map(Given::Shell).collect();
                            spawn_local(async move { desk.dispatch(Act::Arrive(arrive_each(files).await)) });
                        }
                        Ok(Notice::Link(link)) => {
                            if let Some(fragment) = Fragment::of_link(&link) {
                                desk.dispatch(Act::Expect(fragment));
                            }
                        }
                        Ok(Notice::Hovering(hovers)) => is_over.set(hovers),
                        Ok(Notice::Chosen(choice)) => choose(choice, &desk),
                        Ok(Notice::Problem(problem)) => desk.dispatch(Act::Tell(problem.into())),
                        Err(error) => desk.dispatch(Act::Tell(error.to_string().into())),
                    }
                });
                let channel = Channel::new(heard.as_ref().unchecked_ref());
                order("attend", Arguments::new().with_js("notices", &channel));
                heard
            });
            move || drop(heard)
        }
    });
    *is_over
}

fn choose(choice: Choice, desk: &UseReducerHandle<Desk>) {
    let act = match (choice, desk.capture()) {
        (Choice::Keys, _) => Act::Lay(Some(Over::Keys)),
        (Choice::About, _) => Act::Lay(Some(Over::About)),
        (Choice::Close, Some(capture)) => Act::Close(capture.id),
        (Choice::Follow, Some(capture)) => Act::Follow(capture.id),
        (Choice::Reload, Some(capture)) => {
            return reload(desk.dispatcher(), capture.id, &capture.origin.files);
        }
        (Choice::Close | Choice::Follow | Choice::Reload, None) => return,
    };
    desk.dispatch(act);
}

/// Looks at a capture's files again, and reads them from their beginning. What is gone is not read: what is shown stays.
pub fn reload(desk: Dispatch, capture: u64, files: &[Arrived]) {
    let files: Vec<Given> = files.iter().map(|file| file.given.clone()).collect();
    spawn_local(async move {
        let mut known = Vec::new();
        for file in files {
            match file.again().await {
                Ok(file) => known.push(file),
                Err(problem) => return desk.dispatch(Act::Tell(problem.into())),
            }
        }
        desk.dispatch(Act::Reload(capture, arrive_each(known).await));
    });
}
