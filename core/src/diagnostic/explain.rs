//! What a diagnostic means, as plain text to read: the answer of `sockscope explain CODE`.

use super::{Cause, Code, Topic};

/// The width for which [`explain`] wraps its lines.
const COLUMNS: usize = 80;

/// What a diagnostic means, as plain text of at most 80 columns.
pub fn explain(code: Code) -> String {
    Topic::Code(code).explain(COLUMNS)
}

impl Topic {
    /// What it means, as plain text wrapped at so many columns. A word longer than a line stays whole.
    pub fn explain(self, columns: usize) -> String {
        let mut page = Page { text: String::new(), columns };
        match self {
            Self::Code(code) => page.code(code),
            Self::Cause(cause) => page.cause(cause),
        }
        page.text
    }
}

/// Text that grows by wrapped paragraphs.
struct Page {
    text: String,
    columns: usize,
}

impl Page {
    fn code(&mut self, code: Code) {
        let entry = code.entry();
        self.paragraph("", &format!("{} {}", entry.severity.name(), code.name()));
        self.text.push('\n');
        self.paragraph("", entry.title);

        if entry.rfc.is_empty() {
            self.section("What it means", entry.explanation);
        } else {
            self.section(&format!("What the standard asks ({})", entry.rfc), entry.explanation);
        }
        self.section("Why it usually happens", entry.usual_cause);

        let mut causes = Cause::of(code).peekable();
        if causes.peek().is_some() {
            self.heading("Causes that are recognised");
        }
        for cause in causes {
            self.paragraph("  ", cause.name());
            self.paragraph("      ", cause.sentence());
            self.paragraph("      ", &format!("Fix: {}", cause.fix()));
        }

        self.section("What to do", entry.fix);
        if !entry.grounds.is_empty() {
            self.heading("It keeps silent unless all of this holds");
        }
        for ground in entry.grounds {
            self.item(ground.sentence());
        }
    }

    fn cause(&mut self, cause: Cause) {
        let code = cause.code();
        self.paragraph("", &format!("{}, a cause of {}", cause.name(), code.name()));
        self.text.push('\n');
        self.paragraph("", cause.sentence());
        self.section("What to do", cause.fix());
        let entry = code.entry();
        self.section(&format!("{} {}", entry.severity.name(), code.name()), entry.title);
        self.paragraph("  ", &format!("`sockscope explain {}` says more.", code.name()));
    }

    fn section(&mut self, heading: &str, body: &str) {
        self.heading(heading);
        self.paragraph("  ", body);
    }

    fn heading(&mut self, heading: &str) {
        self.text.push('\n');
        self.paragraph("", heading);
    }

    fn item(&mut self, body: &str) {
        self.wrapped("  - ", "    ", body);
    }

    fn paragraph(&mut self, indent: &str, body: &str) {
        self.wrapped(indent, indent, body);
    }

    /// Adds words line by line; only the first line begins with `first`.
    fn wrapped(&mut self, first: &str, indent: &str, body: &str) {
        let mut line = first.to_owned();
        let mut empty = true;
        for word in body.split_ascii_whitespace() {
            let width = line.chars().count() + usize::from(!empty) + word.chars().count();
            if !empty && width > self.columns {
                self.text.push_str(&line);
                self.text.push('\n');
                indent.clone_into(&mut line);
                empty = true;
            }
            if !empty {
                line.push(' ');
            }
            line.push_str(word);
            empty = false;
        }
        self.text.push_str(&line);
        self.text.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_explained_from_headline_to_grounds() {
        assert_eq!(
            explain(Code::ResponseConnectionMissing),
            "\
error response-connection-missing

The 101's Connection header does not list Upgrade.

What the standard asks (RFC 6455 §4.1, §4.2.2)
  The 101 must carry a Connection header with the token `Upgrade`, in any case.
  A client that does not find it must fail the connection, and browsers do.

Why it usually happens
  A hand-written server, or a proxy that writes `Connection: keep-alive` or
  `close` over the server's value.

What to do
  Send `Connection: Upgrade` in the 101, and let proxies pass it.

It keeps silent unless all of this holds
  - The upgrade was captured, request and response.
  - The response is a 101 that names websocket or answers a request for it (over
    HTTP/2, a 2xx); a 100 or 103 before it is skipped.
  - The conversation is RFC 6455 over HTTP/1.1: no legacy draft, and not HTTP/2.
"
        );
    }

    #[test]
    fn a_code_lists_its_causes_with_their_fixes() {
        let text = explain(Code::AcceptMismatch);
        for cause in Cause::of(Code::AcceptMismatch) {
            assert!(text.contains(&format!("\n  {}\n", cause.name())), "{} is missing", cause.name());
        }
        assert_eq!(text.matches("      Fix: ").count(), 22);
        assert!(!explain(Code::MaskZero).contains("Causes that are recognised"));
    }

    #[test]
    fn a_cause_is_explained_with_its_diagnostic() {
        let text = Topic::Cause(Cause::ReasonWithoutCode).explain(COLUMNS);
        assert!(text.starts_with("reason-without-code, a cause of close-code-unassigned\n\n"), "{text}");
        assert!(text.ends_with("  `sockscope explain close-code-unassigned` says more.\n"), "{text}");
    }

    #[test]
    fn lines_fit_the_width() {
        for topic in Topic::all() {
            for columns in [40, COLUMNS, 200] {
                for line in topic.explain(columns).lines() {
                    let one_word = line.split_ascii_whitespace().count() == 1;
                    assert!(one_word || line.chars().count() <= columns, "{columns}: {line}");
                    assert_eq!(line, line.trim_end());
                }
            }
            topic.explain(0);
        }
    }
}
