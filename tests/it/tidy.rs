//! The house rules, held by tests: what nobody checks rots.
//!
//! Each rule is a function from the repository to complaints, so that it can be tried on planted faults as well; those
//! tests stand beside the rules.

mod code;
mod docs;
mod secrets;
mod swedish;
mod tree;

use tree::Tree;

/// Fails with every complaint at once: one round of mending, not ten.
fn hold(rule: fn(&Tree) -> Vec<String>) {
    let complaints = rule(&Tree::of_repository());
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

#[test]
fn modules_only_look_left() {
    hold(code::modules_look_left);
}

#[test]
fn the_library_declares_its_modules_in_the_order_of_the_flow() {
    hold(code::library_declares_the_flow);
}

#[test]
fn nothing_left_of_the_edges_reads_files_the_clock_or_the_environment() {
    hold(code::the_core_is_pure);
}

#[test]
fn each_outside_crate_is_known_in_one_place() {
    hold(code::crates_stay_where_they_belong);
}

#[test]
fn every_rust_file_opens_with_its_purpose() {
    hold(code::files_open_with_their_purpose);
}

#[test]
fn no_rust_file_is_too_long_to_read() {
    hold(code::files_are_short);
}

#[test]
fn nothing_is_ignored_postponed_silenced_or_unwrapped() {
    hold(code::nothing_is_left_loose);
}

#[test]
fn everything_the_documents_name_exists() {
    hold(docs::named_paths_exist);
}

#[test]
fn every_module_stands_on_the_map() {
    hold(docs::every_module_is_on_the_map);
}

#[test]
fn every_counting_rule_that_is_cited_can_be_looked_up() {
    hold(docs::cited_rules_are_explained);
}

#[test]
fn the_documents_stay_short() {
    hold(docs::documents_are_short);
}

#[test]
fn the_top_level_holds_only_what_belongs_there() {
    hold(docs::the_top_level_is_closed);
}

#[test]
fn the_changelog_speaks_of_this_version() {
    hold(docs::the_changelog_is_current);
}

#[test]
fn every_dependency_says_what_it_is_for() {
    hold(docs::every_dependency_says_why);
}

#[test]
fn no_lock_file_of_the_tests_names_a_host() {
    hold(docs::lock_files_name_no_host);
}

#[test]
fn no_file_holds_a_number_that_could_belong_to_a_person() {
    hold(secrets::no_personal_numbers);
}

#[test]
fn no_file_tells_of_machines_hosts_or_tools() {
    hold(secrets::nothing_of_the_making);
}

#[test]
fn what_people_read_is_swedish() {
    hold(swedish::rules_and_pages_speak_swedish);
}
