#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| sockscope_tests::fuzz::run("key_log", data));
