//! The one window: what is dropped on it is opened, and it is called as its page is.

use sockscope_core::session::api::shell::Notice;
use tauri::{
    AppHandle, DragDropEvent, Manager, Runtime, WebviewUrl, WebviewWindow, WebviewWindowBuilder, WindowEvent,
};

use crate::opened::{Opened, let_in};

/// Its name among windows; there is no other.
pub const NAME: &str = "main";

/// Opens it.
///
/// # Errors
///
/// The system opens no window.
pub fn open<R: Runtime>(app: &AppHandle<R>) -> tauri::Result<()> {
    let window = WebviewWindowBuilder::new(app, NAME, WebviewUrl::default())
        .title("Sockscope")
        .inner_size(1280.0, 800.0)
        .min_inner_size(640.0, 400.0)
        // A capture's text leads nowhere: there is nothing but the page.
        .on_navigation(|url| url.scheme() == "tauri" || url.host_str() == Some("tauri.localhost"))
        .on_document_title_changed(|window, title| {
            let _ = window.set_title(&title);
        })
        .build()?;
    let app = app.clone();
    window.on_window_event(move |event| on_event(&app, event));
    Ok(())
}

/// Brings it to the front.
pub fn show<R: Runtime>(app: &AppHandle<R>) {
    if let Some(window) = of(app) {
        let _ = window.unminimize();
        let _ = window.set_focus();
    }
}

/// The window, as long as it is open.
pub fn of<R: Runtime>(app: &AppHandle<R>) -> Option<WebviewWindow<R>> {
    app.get_webview_window(NAME)
}

fn on_event<R: Runtime>(app: &AppHandle<R>, event: &WindowEvent) {
    let WindowEvent::DragDrop(event) = event else { return };
    // The page never sees a path: files are taken here, and it is told what they are called by.
    match event {
        DragDropEvent::Enter { .. } => app.state::<Opened>().tell(Notice::Hovering(true)),
        DragDropEvent::Drop { paths, .. } => {
            app.state::<Opened>().tell(Notice::Hovering(false));
            let_in(app, paths);
        }
        DragDropEvent::Leave => app.state::<Opened>().tell(Notice::Hovering(false)),
        _ => {}
    }
}
