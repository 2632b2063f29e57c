//! A pager between a long text and a terminal, as git has one. Must not know what is shown.

use std::io::Write as _;
use std::process::{Command, Stdio};

use tonnage_driver::world::World;

/// The pager's command line: `TONNAGE_PAGER`, `PAGER`, or `less`; none where it is empty or `cat`.
pub fn command(world: &dyn World) -> Option<String> {
    let wish = world.variable("TONNAGE_PAGER").or_else(|| world.variable("PAGER")).unwrap_or_else(|| "less".to_owned());
    Some(wish).filter(|wish| !matches!(wish.trim(), "" | "cat"))
}

/// Hands the text to the pager and waits for it to end. Whether it could be started.
pub fn show(command: &str, text: &str) -> bool {
    let mut pager = Command::new("sh");
    pager.args(["-c", command]).stdin(Stdio::piped());
    if std::env::var_os("LESS").is_none() {
        pager.env("LESS", "FRX"); // ends by itself on one screen, keeps colours, leaves the text where it is
    }
    let Ok(mut child) = pager.spawn() else { return false };
    if let Some(mut input) = child.stdin.take() {
        let _ = input.write_all(text.as_bytes()); // who stops reading has read enough
    }
    // 127 is what a shell ends with when there is no such program
    child.wait().is_ok_and(|status| status.code() != Some(127))
}

#[cfg(test)]
mod tests {
    use super::show;

    #[test]
    fn the_text_goes_through_the_pager_and_a_missing_one_is_noticed() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("seen");
        assert!(show(&format!("cat > '{}'", file.display()), "a plan\n"));
        assert_eq!(std::fs::read_to_string(file).expect("what was seen"), "a plan\n");
        assert!(!show("exec no-such-pager-here 2>/dev/null", "a plan\n"));
    }
}
