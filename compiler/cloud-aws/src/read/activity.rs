//! Why a group is not full, from the words of its scaling activities. Must not know how they were asked for.

/// What is said where nothing failed, and nodes are missing all the same.
pub const PENDING: &str = "LaunchPending";

/// Messages without a code, and the code that the service means by them. From EC2's error codes and Auto Scaling's
/// "troubleshoot" pages.
const PHRASES: [(&str, &str); 7] = [
    ("do not have sufficient", "InsufficientInstanceCapacity"),
    ("insufficient capacity", "InsufficientInstanceCapacity"),
    ("vcpu limit", "VcpuLimitExceeded"),
    ("vcpu capacity", "VcpuLimitExceeded"),
    ("max spot instance count", "MaxSpotInstanceCountExceeded"),
    ("free addresses", "InsufficientFreeAddressesInSubnet"),
    ("reservation does not have", "ReservationCapacityExceeded"),
];

/// The code of a failed activity: the code written in its message (`Code - words`), the one its words mean, or the
/// beginning of the message.
pub fn reason(message: &str) -> String {
    let mut rest = message;
    while let Some(at) = rest.find(" - ") {
        let word = rest.get(..at).unwrap_or("").rsplit(' ').next().unwrap_or("");
        if is_code(word) {
            return word.to_owned();
        }
        rest = rest.get(at + 3..).unwrap_or("");
    }
    let lower = message.to_lowercase();
    if let Some((_, code)) = PHRASES.iter().find(|(phrase, _)| lower.contains(phrase)) {
        return (*code).to_owned();
    }
    let words: String = message.chars().take(120).collect();
    if words.is_empty() { PENDING.to_owned() } else { words }
}

/// `InsufficientInstanceCapacity`, `InvalidAMIID.NotFound`: two capitals at least, letters and dots only.
fn is_code(word: &str) -> bool {
    word.len() > 6
        && word.starts_with(|c: char| c.is_ascii_uppercase())
        && word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.')
        && word.bytes().filter(u8::is_ascii_uppercase).count() > 1
}

#[cfg(test)]
mod tests {
    use super::reason;

    #[test]
    fn the_code_is_found_in_the_words() {
        let check = |message, code| assert_eq!(reason(message), code);
        check(
            "Could not launch On-Demand Instances. InsufficientInstanceCapacity - We currently do not have sufficient \
             p5.48xlarge capacity in the Availability Zone you requested (us-east-2a). Launching EC2 instance failed.",
            "InsufficientInstanceCapacity",
        );
        check(
            "We currently do not have sufficient p5.48xlarge capacity in the Availability Zone you requested.",
            "InsufficientInstanceCapacity",
        );
        check("You have requested more vCPU capacity than your current vCPU limit of 64 allows", "VcpuLimitExceeded");
        check("Something new - happened", "Something new - happened");
        check("", super::PENDING);
    }
}
