//! The menu, in one table. What is about the whole app is done here; what is about a capture is the window's to do.

use sockscope_core::session::api::shell::{Choice, Notice};
use tauri::menu::{Menu, MenuItem, MenuItemKind, PredefinedMenuItem, Submenu};
use tauri::{AppHandle, Manager, Runtime};

use crate::opened::Opened;
use crate::recent::Recents;
use crate::{commands, window, zoom};

/// A line of the menu; one without a name is a rule between two groups.
struct Line {
    name: &'static str,
    title: &'static str,
    key: Option<&'static str>,
}

const fn line(name: &'static str, title: &'static str, key: &'static str) -> Line {
    Line { name, title, key: if key.is_empty() { None } else { Some(key) } }
}

const MENUS: &[(&str, &[Line])] = &[
    (
        "&File",
        &[
            line("open", "&Open…", "CmdOrCtrl+O"),
            line("", "", ""),
            line("reload", "&Reload", "F5"),
            line("follow", "&Follow While It Is Written", "CmdOrCtrl+E"),
            line("close", "&Close Capture", "CmdOrCtrl+W"),
            line("", "", ""),
            line("quit", "&Quit", "CmdOrCtrl+Q"),
        ],
    ),
    (
        "&View",
        &[
            line("larger", "Zoom &In", "CmdOrCtrl+="),
            line("smaller", "Zoom &Out", "CmdOrCtrl+-"),
            line("plain", "&Actual Size", "CmdOrCtrl+0"),
            line("", "", ""),
            line("full", "&Full Screen", "F11"),
        ],
    ),
    ("&Help", &[line("keys", "&Keyboard", "F1"), line("about", "&About Sockscope", "")]),
];

/// The menu of the app.
///
/// # Errors
///
/// The system makes none.
pub fn of<R: Runtime>(app: &AppHandle<R>) -> tauri::Result<Menu<R>> {
    let menu = Menu::new(app)?;
    for (title, lines) in MENUS {
        let submenu = Submenu::new(app, title, true)?;
        for line in *lines {
            if line.name.is_empty() {
                submenu.append(&PredefinedMenuItem::separator(app)?)?;
            } else {
                submenu.append(&MenuItem::with_id(app, line.name, line.title, true, line.key)?)?;
            }
            if line.name == "open" {
                submenu.append(&Submenu::with_id(app, RECENT, "Open &Recent", false)?)?;
            }
        }
        menu.append(&submenu)?;
        // macOS copies and pastes only where a menu says so; elsewhere the page does it by itself.
        #[cfg(target_os = "macos")]
        if *title == "&File" {
            menu.append(&Submenu::with_items(
                app,
                "Edit",
                true,
                &[
                    &PredefinedMenuItem::cut(app, None)?,
                    &PredefinedMenuItem::copy(app, None)?,
                    &PredefinedMenuItem::paste(app, None)?,
                    &PredefinedMenuItem::select_all(app, None)?,
                ],
            )?)?;
        }
    }
    Ok(menu)
}

/// Does what was chosen.
pub fn chosen<R: Runtime>(app: &AppHandle<R>, name: &str) {
    match name {
        "open" => commands::choose(app.clone()),
        "quit" => app.exit(0),
        "larger" => zoom::change(app, |percent| percent + 10),
        "smaller" => zoom::change(app, |percent| percent - 10),
        "plain" => zoom::change(app, |_| 100),
        "full" => {
            if let Some(window) = window::of(app) {
                let is_full = window.is_fullscreen().unwrap_or_default();
                let _ = window.set_fullscreen(!is_full);
            }
        }
        name => {
            if let Some(place) = name.strip_prefix(RECENT).and_then(|place| place.parse().ok()) {
                commands::open_recent(place, app.clone());
            } else if let Some(choice) = choice(name) {
                app.state::<Opened>().tell(Notice::Chosen(choice));
            }
        }
    }
}

/// What is the window's to do.
fn choice(name: &str) -> Option<Choice> {
    Some(match name {
        "reload" => Choice::Reload,
        "follow" => Choice::Follow,
        "close" => Choice::Close,
        "keys" => Choice::Keys,
        "about" => Choice::About,
        _ => return None,
    })
}

/// What the list of recent captures is called, and before its place each line of it.
const RECENT: &str = "recent-";

/// The list of recent captures, as it is now.
///
/// # Errors
///
/// The system makes no lines.
pub fn list_recent<R: Runtime>(app: &AppHandle<R>) -> tauri::Result<()> {
    let menu = app.menu();
    let file = menu.as_ref().and_then(|menu| menu.items().ok()?.into_iter().next());
    let Some(MenuItemKind::Submenu(file)) = file else { return Ok(()) };
    let Some(MenuItemKind::Submenu(list)) = file.get(RECENT) else { return Ok(()) };
    while list.remove_at(0)?.is_some() {}
    let recents = app.state::<Recents>().rows();
    for (place, recent) in recents.iter().enumerate() {
        let title = format!("{}  —  {}", recent.name, recent.folder).replace('&', "&&");
        list.append(&MenuItem::with_id(app, format!("{RECENT}{place}"), title, true, None::<&str>)?)?;
    }
    list.set_enabled(!recents.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_does_something_and_no_key_does_two_things() {
        let here = ["open", "quit", "larger", "smaller", "plain", "full"];
        let lines = || MENUS.iter().flat_map(|(_, lines)| lines.iter()).filter(|line| !line.name.is_empty());
        for line in lines() {
            assert!(here.contains(&line.name) ^ choice(line.name).is_some(), "{}", line.name);
        }
        let mut keys: Vec<&str> = lines().filter_map(|line| line.key).collect();
        let all = keys.len();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), all);
    }
}
