//! The desktop app: the window of `ui/` in a Tauri shell, with the engine on threads of its own, which read captures where they
//! lie. The shell is thin: it opens and saves files, has a menu, and carries requests and events. All else is the window's.

mod arguments;
pub mod commands;
mod engine;
mod menu;
mod opened;
mod recent;
mod saving;
mod window;
mod zoom;

use std::process::ExitCode;

use tauri::{AppHandle, Builder, Manager, Runtime, generate_handler};

use arguments::Started;
pub use engine::Engines;
pub use opened::Opened;
use recent::Recents;
pub use saving::Saving;
use zoom::Zoom;

/// Runs until the window is closed.
pub fn run() -> ExitCode {
    let folder = std::env::current_dir().unwrap_or_default();
    let (files, links) = match arguments::read(std::env::args_os().skip(1), &folder) {
        Started::Open { files, links } => (files, links),
        Started::Says(words) => {
            print!("{words}");
            return ExitCode::SUCCESS;
        }
        Started::Wrong(words) => {
            eprint!("{words}");
            return ExitCode::from(2);
        }
    };
    let built = with_commands(Builder::default())
        .plugin(tauri_plugin_single_instance::init(|app, arguments, folder| {
            let arguments = arguments.into_iter().skip(1).map(Into::into);
            if let Started::Open { files, links } = arguments::read(arguments, folder.as_ref()) {
                opened::let_in(app, &files);
                opened::follow(app, &links);
            }
            window::show(app);
        }))
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_window_state::Builder::new().build())
        .on_menu_event(|app, event| menu::chosen(app, event.id().as_ref()))
        .setup(move |app| {
            let app = app.handle();
            if let Some(file) = recent::file(app) {
                app.state::<Recents>().keep(file);
            }
            app.set_menu(menu::of(app)?)?;
            menu::list_recent(app)?;
            opened::let_in(app, &files);
            opened::follow(app, &links);
            window::open(app)?;
            zoom::take_up(app);
            Ok(())
        })
        .build(tauri::generate_context!());
    match built {
        Ok(app) => {
            app.run(on_event);
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: the window cannot be opened: {error}");
            ExitCode::FAILURE
        }
    }
}

/// An app with the shell's commands and what they work on; whatever runs it, so that tests can.
pub fn with_commands<R: Runtime>(builder: Builder<R>) -> Builder<R> {
    builder
        .manage(Opened::default())
        .manage(Engines::default())
        .manage(Saving::default())
        .manage(Recents::default())
        .manage(Zoom::default())
        .invoke_handler(generate_handler![
            commands::attend,
            commands::read,
            commands::ask,
            commands::use_key_logs,
            commands::close,
            commands::bytes,
            commands::again,
            commands::choose,
            commands::recent,
            commands::open_recent,
            commands::save,
            commands::save_part,
            commands::save_end,
        ])
}

#[cfg_attr(not(target_os = "macos"), expect(clippy::needless_pass_by_value))]
fn on_event(app: &AppHandle, event: tauri::RunEvent) {
    match event {
        // A file that was opened in the Finder is no argument.
        #[cfg(target_os = "macos")]
        tauri::RunEvent::Opened { urls } => {
            let files: Vec<_> = urls.iter().filter_map(|url| url.to_file_path().ok()).collect();
            opened::let_in(app, &files);
        }
        tauri::RunEvent::Exit => app.state::<Engines>().close_all(),
        _ => {}
    }
}
