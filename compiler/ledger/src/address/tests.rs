//! Addresses that are understood, and those that are not. Must not open any.

use super::*;

/// What an address is, written back.
fn shown(text: &str) -> String {
    match Address::parse(text) {
        Ok(Address::Folder(path)) => format!("folder {}", path.display()),
        Ok(Address::Bucket(bucket)) => format!("{bucket} is {} in {:?}", bucket.prefix, bucket.name),
        Err(error) => error.to_string(),
    }
}

#[test]
fn an_address_is_a_folder_or_a_bucket() {
    for (text, expected) in [
        (".tonnage/ledger", "folder .tonnage/ledger"),
        ("file:///srv/x", "folder /srv/x"),
        ("file://localhost/srv/x", "folder /srv/x"),
        ("s3://lab-ledgers/serving/east/", "s3://lab-ledgers/serving/east is serving/east in \"lab-ledgers\""),
        ("s3://lab.ledgers", "s3://lab.ledgers is  in \"lab.ledgers\""),
        ("gs://lab_ledgers/a", "gs://lab_ledgers/a is a in \"lab_ledgers\""),
        ("az://lab1/ledgers/serving", "az://lab1/ledgers/serving is serving in \"ledgers\""),
        ("https://lab1.blob.core.windows.net/ledgers/serving", "az://lab1/ledgers/serving is serving in \"ledgers\""),
        (
            "https://lab1.blob.core.usgovcloudapi.net/ledgers",
            "https://lab1.blob.core.usgovcloudapi.net/ledgers is  in \"ledgers\"",
        ),
    ] {
        assert_eq!(shown(text), expected, "{text}");
    }
}

#[test]
fn what_is_no_address_is_told_with_why() {
    for (text, words) in [
        ("", "it is empty"),
        ("file://host/x", "three slashes"),
        ("ftp://host/x", "`ftp:` is not supported"),
        ("s3:/lab/x", "two slashes come after `s3:`"),
        ("s3://", "it names no bucket"),
        ("s3://Lab/x", "`Lab` is not the name of a bucket"),
        ("s3://lab//x", "an empty or odd part"),
        ("s3://lab/a/../b", "an empty or odd part"),
        ("az://lab1", "it names no container"),
        ("az://lab-1/ledgers", "`lab-1` is not the name of a storage account"),
        ("https://lab.s3.amazonaws.com/x", "that of a container of Azure Blob"),
    ] {
        let error = Address::parse(text).expect_err(text);
        assert!(error.to_string().contains(words), "{text}: {error}");
        let told = error.diagnostic(tonnage_base::Timestamp::UNIX_EPOCH);
        assert_eq!(told.code.id, "T0801");
        assert!(told.help.is_some_and(|help| help.contains("s3://BUCKET/PREFIX")), "{text}");
    }
}

#[test]
fn what_may_be_a_secret_is_refused_and_not_repeated() {
    for text in [
        "s3://AKIA:hunter2@bucket/x",
        "s3://AKIA:hun/ter2@bucket/x",
        "https://lab1.blob.core.windows.net/ledgers?sig=hunter2",
        "https://hunter2@lab1.blob.core.windows.net/ledgers",
        "gs://lab/x#hunter2",
    ] {
        let error = Address::parse(text).expect_err(text);
        assert_eq!(error, LedgerError::MoreThanAPlace, "{text}");
        let told = error.diagnostic(tonnage_base::Timestamp::UNIX_EPOCH);
        assert!(!format!("{told:?}").contains("hunter2"), "{told:?}");
        assert_eq!(told.code.id, "T0801");
    }
}
