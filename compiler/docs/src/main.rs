//! `cargo xtask docs`: writes the pages, or with `--check` says which are not current. Must not know what they say.

use std::process::ExitCode;

use tonnage_docs::{folder, pages};

fn main() -> ExitCode {
    let check = std::env::args().any(|argument| argument == "--check");
    let mut failed = false;
    for page in pages() {
        let path = folder().join(page.file);
        if std::fs::read_to_string(&path).is_ok_and(|there| there == page.text) {
            continue;
        }
        if check {
            eprintln!("docs/{} is not what the tables say: `cargo xtask docs` writes it", page.file);
            failed = true;
        } else if let Err(error) = std::fs::create_dir_all(folder()).and_then(|()| std::fs::write(&path, &page.text)) {
            eprintln!("docs/{} can't be written: {error}", page.file);
            failed = true;
        } else {
            println!("docs/{} written", page.file);
        }
    }
    if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
