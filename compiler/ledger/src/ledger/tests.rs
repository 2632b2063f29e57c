//! Opening ledgers, and objects in them. Must not test locks, records or journals.

use super::*;

#[test]
fn a_file_is_no_folder() {
    let file = tempfile::NamedTempFile::new().expect("a file");
    let error = Ledger::in_folder("ledger", file.path().to_owned()).expect_err("a file");
    assert!(error.to_string().contains("not a folder"), "{error}");
    assert_eq!(error.diagnostic(tonnage_base::Timestamp::UNIX_EPOCH).code.id, "T0801");
}

#[tokio::test]
async fn reading_leaves_nothing_behind_and_writing_makes_the_folder() {
    let folder = tempfile::tempdir().expect("a folder");
    let ledger = Ledger::in_folder("a/ledger", folder.path().join("a/ledger")).expect("opens");
    assert_eq!(ledger.serial().await, Ok(0));
    assert_eq!(ledger.read("records", 1).await, Ok(None));
    assert!(!folder.path().join("a").exists());
    assert_eq!(ledger.create("records", 1, b"{}".to_vec()).await, Ok(true));
    assert_eq!(ledger.create("records", 1, b"[]".to_vec()).await, Ok(false));
    assert_eq!(ledger.read("records", 1).await, Ok(Some(b"{}".to_vec())));
    let again = Ledger::in_folder("again", folder.path().join("a/ledger")).expect("opens");
    assert_eq!(again.serial().await, Ok(1));
}

#[tokio::test]
async fn a_folder_that_can_not_be_written_is_told() {
    let ledger = Ledger::in_folder("/proc/ledger", "/proc/ledger".into()).expect("opens");
    let error = ledger.create("records", 1, Vec::new()).await.expect_err("not writable");
    assert_eq!(error.diagnostic(tonnage_base::Timestamp::UNIX_EPOCH).code.id, "T0808");
}

#[tokio::test]
async fn objects_with_other_names_are_passed_over() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir_all(folder.path().join("records/old")).expect("made");
    for name in ["records/README.md", "records/x.json", "records/old/9.json", "records/00000003.json"] {
        std::fs::write(folder.path().join(name), "{}").expect("written");
    }
    let ledger = Ledger::in_folder(".", folder.path().to_owned()).expect("opens");
    assert_eq!(ledger.serial().await, Ok(3));
}
