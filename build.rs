//! Makes cargo build again when a file under `rules/` is added, changed or removed: they are embedded in the binary.

fn main() {
    println!("cargo::rerun-if-changed=rules");
}
