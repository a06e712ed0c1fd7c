//! What is shown in a window that WebDriver drives, and what somebody does with it.

use fantoccini::Client;
use fantoccini::actions::{InputSource as _, KeyAction, KeyActions};
use fantoccini::key::Key;
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::Row;

/// What every script can call.
const SEEN: &str = include_str!("seen.js");

/// The document in a window.
pub struct Document {
    runtime: Runtime,
    client: Client,
}

impl Document {
    /// What this client drives.
    pub fn new(runtime: Runtime, client: Client) -> Self {
        Self { runtime, client }
    }

    /// Has the client do something.
    pub fn run<T>(&self, what: impl AsyncFnOnce(&Client) -> T) -> T {
        self.runtime.block_on(what(&self.client))
    }

    /// Ends the session, and with it what is driven.
    pub fn end(&self) {
        let client = self.client.clone();
        // It may have crashed, which the test has said already.
        let _ = self.runtime.block_on(client.close());
    }

    /// Runs a script, the body of a function of `arguments`, and gives what it returns.
    pub fn script(&self, body: &str, arguments: &[Value]) -> Value {
        let script = format!("{SEEN}\n{body}");
        self.run(async |client| client.execute(&script, arguments.to_vec()).await)
            .unwrap_or_else(|error| panic!("{error}\nin {body}"))
    }

    /// Runs the body of an asynchronous function.
    pub fn eventually(&self, what: &str, body: &str, arguments: &[Value]) -> Value {
        let script = format!(
            "{SEEN}\nconst done = arguments[arguments.length - 1];\n\
             (async (...arguments) => {{ {body} }})(...arguments).then(told => done({{ told }}), error => done({{ error: `${{error}}` }}));"
        );
        let answer = self
            .run(async |client| client.execute_async(&script, arguments.to_vec()).await)
            .unwrap_or_else(|error| panic!("waited in vain for {what}: {error}"));
        assert_eq!(answer["error"], Value::Null, "{what}");
        answer["told"].clone()
    }

    /// Waits until an expression is true, and gives its value if it has a plain one.
    pub fn wait(&self, what: &str, expression: &str) -> Value {
        let body = format!(
            "const found = await until(() => {expression}); return found instanceof Node ? true : found;"
        );
        self.eventually(what, &body, &[])
    }

    /// Waits until the engine reads no more.
    pub fn wait_until_read(&self) {
        self.wait(
            "the end of reading",
            "document.querySelector('footer.status') && !document.querySelector('footer.status [role=progressbar]')",
        );
    }

    /// Clicks on what has this role, and this in its name, as soon as it is there.
    pub fn click(&self, role: &str, name: &str) {
        self.eventually(
            &format!("the {role} {name:?}"),
            "const [role, name] = arguments; (await until(() => one(role, name))).click();",
            &[json!(role), json!(name)],
        );
    }

    /// Chooses the line of a menu in whose words, or those of its title, all of these stand.
    pub fn choose_in_menu(&self, words: &[&str]) {
        let click = "(await lineOfMenu(arguments[0])).click();";
        self.eventually(&format!("{words:?} in a menu"), click, &[json!(words)]);
    }

    /// What is on the system's clipboard.
    pub fn clipboard(&self) -> String {
        let text = self.eventually("the clipboard", "return await navigator.clipboard.readText()", &[]);
        text.as_str().unwrap_or_default().to_owned()
    }

    /// Clicks on the message that stands at this place of those on the screen.
    pub fn choose_message(&self, place: u64) {
        self.eventually(
            &format!("message {place}"),
            "const rows = await until(() => {
                 const rows = [...document.querySelectorAll('.message')].filter(row => row.innerText.trim());
                 return rows.length > arguments[0] && rows;
             });
             rows[arguments[0]].click();",
            &[json!(place)],
        );
    }

    /// All rows of a list: `connections` or `messages`.
    pub fn rows(&self, pane: &str) -> Vec<Row> {
        let rows = self.eventually("rows", "return await rowsOf(arguments[0])", &[json!(pane)]);
        rows.as_array().expect("rows").iter().map(Row::of).collect()
    }

    /// Focuses what has this role and name.
    pub fn focus(&self, role: &str, name: &str) {
        self.eventually(
            &format!("the {role} {name:?}"),
            "const [role, name] = arguments; (await until(() => one(role, name))).focus();",
            &[json!(role), json!(name)],
        );
    }

    /// Writes something into a field, in place of what stood there.
    pub fn type_into(&self, role: &str, name: &str, text: &str) {
        self.focus(role, name);
        self.press_with(Key::Control.into(), 'a');
        self.press(text);
    }

    /// Presses and releases keys one after another, where the focus is: letters, and [`Key`]s.
    pub fn press(&self, keys: &str) {
        let mut actions = KeyActions::new("keyboard".into());
        for value in keys.chars() {
            actions = actions.then(KeyAction::Down { value }).then(KeyAction::Up { value });
        }
        self.run(async |client| client.perform_actions(actions).await).expect("keys");
    }

    /// Presses a key while another one is held.
    pub fn press_with(&self, held: char, value: char) {
        let actions = KeyActions::new("keyboard".into())
            .then(KeyAction::Down { value: held })
            .then(KeyAction::Down { value })
            .then(KeyAction::Up { value })
            .then(KeyAction::Up { value: held });
        self.run(async |client| client.perform_actions(actions).await).expect("keys");
    }

    /// What is written in the first element that this selector finds.
    pub fn text(&self, selector: &str) -> String {
        self.script("return text(arguments[0])", &[json!(selector)]).as_str().unwrap_or_default().to_owned()
    }

    /// A picture of what is seen, as PNG.
    pub fn picture(&self) -> Vec<u8> {
        self.run(async |client| client.screenshot().await).unwrap_or_default()
    }
}
