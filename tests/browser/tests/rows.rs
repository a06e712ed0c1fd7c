//! Row by row, the page shows what the command line prints of the same capture.

use sockscope_browser_tests::{Page, key_log, same_rows};

use crate::{Case, samples};

pub const CASES: &[Case] =
    &[("rows::every_sample_as_on_the_command_line", every_sample_as_on_the_command_line)];

fn every_sample_as_on_the_command_line(page: &Page) {
    let captures = samples();
    assert!(captures.len() > 50);
    let mut compared = 0;
    for capture in captures {
        page.load();
        page.open_files(&[vec![capture.clone()], Vec::from_iter(key_log(&capture))].concat());
        compared += same_rows(page, &capture);
    }
    assert!(compared > 1000, "{compared} rows");
}
