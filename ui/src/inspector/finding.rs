//! One diagnostic in words: what was found, why, and what to do.

use sockscope_core::session::api::{DiagnosticRow, sanitise};
use yew::prelude::*;

use crate::sign;

/// What it is given.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The diagnostic.
    pub row: DiagnosticRow,
}

/// The diagnostic, in a box.
#[component]
pub fn Finding(props: &Props) -> Html {
    let row = &props.row;
    let (sign, tone, name) = sign::of_severity(row.severity);
    html! {
        <div class={classes!("finding", format!("is-{tone}"))} data-code={row.code.clone()}>
            <p><span class={tone} role="img" aria-label={name}>{sign}</span>{" "}<b>{sanitise::line(&row.message).into_owned()}</b></p>
            if let Some(cause) = &row.cause { <p>{sanitise::line(cause).into_owned()}</p> }
            if let Some(fix) = &row.fix { <p class="dim">{"Fix: "}{sanitise::line(fix).into_owned()}</p> }
            <p class="faint"><span class="mono">{&row.code}</span>{" · "}{&row.rfc}</p>
        </div>
    }
}
