//! Asks for the children of what is opened, a page at a time.

use std::cell::RefCell;
use std::rc::Rc;

use sockscope_core::session::api::{Answer, MessageName, Request, Span};
use yew::prelude::*;

use super::outline::{Container, Outline};
use crate::engine::{Asking, Client, Told, use_client};

/// Children of the first page of a container.
const FIRST: u64 = 100;
/// Children of every other one.
const MORE: u64 = 1000;

/// A tree that is looked at.
#[derive(Clone)]
pub struct Tree {
    message: MessageName,
    client: Client,
    outline: Rc<RefCell<Outline>>,
    asking: Rc<RefCell<Vec<(Container, Asking)>>>,
    shown: UseStateHandle<Rc<Outline>>,
}

impl Tree {
    /// What was looked at.
    pub fn outline(&self) -> Rc<Outline> {
        (*self.shown).clone()
    }

    /// Opens a container, or closes it.
    pub fn toggle(&self, offset: u64) {
        let needed = self.outline.borrow_mut().toggle(offset);
        if let Some(container) = needed {
            self.ask(container);
        }
        self.show();
    }

    /// Asks for the next children of a container.
    pub fn ask(&self, container: Container) {
        if self.asking.borrow().iter().any(|(of, _)| *of == container) {
            return;
        }
        let start = self.outline.borrow().known(container);
        let length = if start == 0 { FIRST } else { MORE };
        let request =
            Request::JsonChildren { message: self.message, container, rows: Span { start, length } };
        let told = {
            let tree = self.clone();
            Callback::from(move |told| {
                let opened = match told {
                    Told::Answer { answer, .. } => match &*answer {
                        Answer::JsonChildren(page) => tree.outline.borrow_mut().hold(container, start, page),
                        _ => Vec::new(),
                    },
                    Told::Refused(_) | Told::Cancelled => Vec::new(),
                };
                tree.asking.borrow_mut().retain(|(of, _)| *of != container);
                opened.into_iter().for_each(|container| tree.ask(container));
                tree.show();
            })
        };
        let asking = self.client.ask(request, told);
        self.asking.borrow_mut().push((container, asking));
    }

    fn show(&self) {
        self.shown.set(Rc::new(self.outline.borrow().clone()));
    }
}

/// The tree of a message, of which the first values are asked for.
#[hook]
pub fn use_tree(message: MessageName) -> Tree {
    let client = use_client();
    let outline = use_mut_ref(Outline::default);
    let asking = use_mut_ref(Vec::new);
    let shown = use_state(|| Rc::new(Outline::default()));
    let tree = Tree { message, client: client.clone(), outline, asking: asking.clone(), shown };
    use_effect_with((message, client), {
        let tree = tree.clone();
        move |_| {
            tree.outline.replace(Outline::default());
            tree.ask(None);
            // What is still awaited is of another message.
            move || drop(asking.take())
        }
    });
    tree
}
