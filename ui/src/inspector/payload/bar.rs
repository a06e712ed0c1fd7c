//! The bar above a payload: which view, which stage, how large, and what leaves the window.

use sockscope_core::session::api::{MessageName, MessageRow, Stage};
use yew::prelude::*;

use super::choice::{Choices, Look, Offer};
use super::copy::{Form, file_name, save, use_copy};
use crate::engine::use_client;
use crate::icon::{Drawn, Icon};
use crate::menu::{Item, MenuButton};
use crate::place::use_place;
use crate::words;

/// What it is given.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Which message.
    pub message: MessageName,
    /// What it is.
    pub row: MessageRow,
    /// What can be shown of it, and what is.
    pub offer: Offer,
    /// What was copied or saved last.
    pub told: Option<AttrValue>,
    /// Told what was copied.
    pub tell: Callback<String>,
}

/// The bar.
#[component]
pub fn Bar(props: &Props) -> Html {
    let placed = use_place();
    let client = use_client();
    let Props { message, row, offer, tell, .. } = props;
    let (message, stage, kind) = (*message, offer.stage, offer.kind);
    let copy = use_copy(message, stage, tell.clone());
    let choose = |change: fn(&mut Choices, bool), is_on: bool| {
        let placed = placed.clone();
        Callback::from(move |_: MouseEvent| placed.set(move |place| change(&mut place.payload, !is_on)))
    };
    let looks = Look::ALL.into_iter().zip(&offer.refused).map(|(look, refused)| {
        let placed = placed.clone();
        let onclick = Callback::from(move |_: MouseEvent| {
            placed.set(move |place| place.payload.choose_look(kind, look));
        });
        let title = refused.clone().map(AttrValue::from);
        segment(look.name(), look == offer.look, title, onclick)
    });
    let stages = offer.stages.iter().map(|&(stage, name)| {
        let placed = placed.clone();
        let onclick =
            Callback::from(move |_: MouseEvent| placed.set(move |place| place.payload.choose_stage(stage)));
        segment(name, stage == offer.stage, None, onclick)
    });
    let copies = {
        let (length, is_text) = (length(row, stage), offer.refused[1].is_none());
        Callback::from(move |()| {
            let of = |form: Form, words: &'static str| {
                Item::Do(words.into(), copy.reform(move |()| (0, length, form)))
            };
            let text = is_text.then(|| of(Form::Text, "Copy as text"));
            let bytes = [of(Form::Hex, "Copy as hexadecimal"), of(Form::Base64, "Copy as Base64")];
            text.into_iter().chain(bytes).collect::<Vec<_>>()
        })
    };
    let extension = extension(offer);
    let onsave = {
        let (client, tell) = (client.clone(), tell.clone());
        Callback::from(move |_: MouseEvent| {
            save(client.clone(), message, stage, file_name(message, stage, extension), tell.clone());
        })
    };
    let choices = placed.place.payload;
    html! {
        <div class="payload-bar">
            <div class="segments" role="group" aria-label="View">{ for looks }</div>
            if offer.stages.len() > 1 {
                <div class="segments" role="group" aria-label="Stage">{ for stages }</div>
            }
            <span class="payload-size mono dim" title={size_title(row)}>{sizes(row)}</span>
            if offer.look == Look::Text {
                <button class={toggled(choices.is_wrapped)} aria-pressed={choices.is_wrapped.to_string()} title="Wrap lines at the edge"
                    onclick={choose(|choices, on| choices.is_wrapped = on, choices.is_wrapped)}>{"wrap"}</button>
                if offer.refused[0].is_none() {
                    <button class={toggled(choices.is_pretty)} aria-pressed={choices.is_pretty.to_string()} title="Lay the JSON out in lines"
                        onclick={choose(|choices, on| choices.is_pretty = on, choices.is_pretty)}>{"pretty"}</button>
                }
            }
            <span class="grow"></span>
            <span class="payload-told dim" role="status">{props.told.clone()}</span>
            <MenuButton label="Copy the payload" icon={Icon::Copy} items={copies} />
            <button class="tool" onclick={onsave} aria-label="Save the payload" title={format!("Save as {}", file_name(message, stage, extension))}><Drawn icon={Icon::Download} /></button>
        </div>
    }
}

fn segment(
    name: &'static str,
    is_on: bool,
    refused: Option<AttrValue>,
    onclick: Callback<MouseEvent>,
) -> Html {
    let is_refused = refused.is_some();
    html! {
        <button class="segment" aria-pressed={is_on.to_string()}
            disabled={is_refused} title={refused} {onclick}>{name}</button>
    }
}

fn toggled(is_on: bool) -> Classes {
    classes!("button", "small", is_on.then_some("pressed"))
}

/// Bytes at a stage.
fn length(row: &MessageRow, stage: Stage) -> u64 {
    if stage == Stage::Application { row.length } else { row.wire_length }
}

/// `1,204 B ← 388 B`
fn sizes(row: &MessageRow) -> String {
    let bytes = |number| format!("{} B", words::count(number));
    match row.compressed {
        true => format!("{} ← {}", bytes(row.length), bytes(row.wire_length)),
        false => bytes(row.length),
    }
}

fn size_title(row: &MessageRow) -> String {
    match row.compressed {
        true => "Bytes as the application sees them, of bytes on the wire".to_owned(),
        false => "Bytes of its payload".to_owned(),
    }
}

/// How a file with it is called.
fn extension(offer: &Offer) -> &'static str {
    match offer.refused {
        [None, ..] => "json",
        [_, None, _] => "txt",
        _ => "bin",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_inflated_shows_both_sizes() {
        let row = MessageRow { length: 1204, wire_length: 388, compressed: true, ..MessageRow::default() };
        assert_eq!(sizes(&row), "1,204 B ← 388 B");
        assert_eq!((length(&row, Stage::Application), length(&row, Stage::Wire)), (1204, 388));
        assert_eq!(sizes(&MessageRow { compressed: false, ..row }), "1,204 B");
    }
}
