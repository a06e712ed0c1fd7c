//! `explain`: pages, the list, and what was meant by a slip of the pen.

use crate::run::run;

#[test]
fn a_code_of_the_list_has_a_page() {
    let list = run(&["explain"]).ends_with(0).stdout;
    let page = run(&["explain", "accept-mismatch"]).ends_with(0).stdout;
    assert!(list.contains("accept-mismatch") && list.contains("no-guid"));
    assert!(page.contains("accept-mismatch") && page.contains("RFC 6455"), "{page}");
}

#[test]
fn a_typo_is_wrong_usage_with_a_proposal() {
    for typo in ["accept-mismach", "acept-mismatch", "accept-mismatch-"] {
        let ran = run(&["explain", typo]).ends_with(2).says(&["error: ", "accept-mismatch"]);
        assert_eq!(ran.stdout, "");
    }
    // Case alone is no typo.
    run(&["explain", "ACCEPT-MISMATCH"]).ends_with(0);
    let ran = run(&["explain", "nothing-like-it-at-all"]).ends_with(2).says(&["error: ", "hint: "]);
    assert_eq!(ran.stdout, "");
}
