//! Inflates compressed messages (RFC 7692 §7.2.2), and says what was found when one is complete.

use crate::diagnostic::{Code, Finding};
use crate::http::DeflateParameters;
use crate::stream::Origin;
use crate::websocket::deflate::Inflater;

use super::{Compression, Direction};
use crate::conversation::Context;
use crate::conversation::attempt::Attempt;

impl Direction {
    /// Whether a message with RSV1 is inflated.
    pub(super) fn inflates(&mut self, origin: Origin, attempt: &mut Attempt, cx: &mut Context<'_>) -> bool {
        let parameters = match self.compression {
            Compression::None | Compression::Unknown => return false,
            Compression::Deflate(parameters) => parameters,
            Compression::Assumed => {
                if !attempt.has(Code::DeflateAssumed) {
                    let text = format!(
                        "the {} sets RSV1 and the handshake was not captured; RSV1 is read as permessage-deflate",
                        self.side.name()
                    );
                    attempt.report(self.side, origin, &Finding::new(Code::DeflateAssumed, text), cx);
                }
                DeflateParameters::default()
            }
        };
        let lossy = self.lossy;
        self.window_lost |= lossy && self.open.inflater.is_none();
        let limit = cx.settings.limits.inflated;
        self.open.inflater.get_or_insert_with(|| {
            let mut inflater = Inflater::new(parameters, limit);
            if lossy {
                inflater.lose();
            }
            inflater
        });
        true
    }

    pub(super) fn finish_inflating(&mut self, origin: Origin, attempt: &mut Attempt, cx: &mut Context<'_>) {
        let Some(inflater) = self.open.inflater.as_mut().filter(|_| self.open.data.compressed) else {
            return;
        };
        let message = &mut self.open.data;
        let inflated = inflater.finish(&mut |bytes| message.push(bytes));
        message.inflated(inflated.length, &inflated.holes);
        for finding in &inflated.findings {
            let once = matches!(finding.code, Code::DeflateFinalBlock | Code::DeflateTailNotStripped);
            self.open.data_codes.push(finding.code);
            if once && attempt.has(finding.code) {
                continue;
            }
            // Damage next to a loss is no news.
            if self.open.data.incomplete
                && finding.code == Code::DeflateCorrupt
                && self.lossy
                && self.open.data.lost_on_wire
            {
                continue;
            }
            attempt.report_about(Some(self.open.data.number), Some(self.side), origin, finding, cx);
        }
    }
}
