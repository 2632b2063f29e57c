//! Numbers, money, actions and addresses in the words a reviewer reads. Must not know formats.

use std::borrow::Cow;

use tonnage_base::{
    Decimal, Symbol,
    quantity::{Money, group_thousands, to_step},
};
use tonnage_plan::{
    Action, EffectKind, Plan, Reason,
    model::{FallsBack, Guard, GuardState},
    names,
};

pub use tonnage_plan::names::without_keys;

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use crate::{roll_up::RolledEffect, style::Paint};

/// The symbol of an action: `+`, `-`, `~`, `-/+`, `+/-`, `.`, `←`, `>`.
pub const fn symbol(action: Action) -> &'static str {
    match action {
        Action::Delete => "-",
        Action::ReplaceDeleteFirst => "-/+",
        Action::ReplaceCreateFirst => "+/-",
        Action::Forget => ".",
        Action::Import => "←",
        Action::Create => "+",
        Action::Update => "~",
        Action::Move => ">",
        Action::NoOp => "=",
    }
}

/// The action as a verb: `create`, `replace`, …
pub const fn verb(action: Action) -> &'static str {
    match action {
        Action::Delete => "destroy",
        Action::ReplaceDeleteFirst => "replace, old one first",
        Action::ReplaceCreateFirst => "replace, new one first",
        Action::Forget => "keep, no longer managed",
        Action::Import => "import",
        Action::Create => "create",
        Action::Update => "update in place",
        Action::Move => "rename",
        Action::NoOp => "leave",
    }
}

/// A native type as its cloud writes it.
pub fn full_kind(kind: Symbol) -> &'static str {
    kind.as_str()
}

/// Its last word: `AutoScalingGroup`, `virtualMachineScaleSets`.
pub fn short_kind(kind: Symbol) -> &'static str {
    kind.as_str().rsplit(['/', ':']).next().unwrap_or_default()
}

/// What addresses have in common: keys that differ are left out, and where names differ a `*` stands.
pub fn common<'a>(addresses: impl Iterator<Item = &'a str>) -> String {
    let steps = |address: &'a str| -> Vec<&'a str> {
        let mut steps = Vec::new();
        let mut at = 0;
        while at < address.len() {
            let end = names::step(address, at);
            steps.extend(address.get(at..end));
            at = end + 1;
        }
        steps
    };
    let mut all: Option<Vec<Cow<'a, str>>> = None;
    for address in addresses {
        let steps = steps(address);
        let Some(common) = &mut all else {
            all = Some(steps.into_iter().map(Cow::Borrowed).collect());
            continue;
        };
        common.truncate(steps.len());
        for (common, step) in common.iter_mut().zip(steps) {
            if *common == step {
                continue;
            }
            let bare = without_keys(common);
            let alike = |(a, b): &(char, char)| a == b && *a != '*';
            *common = Cow::Owned(match bare == without_keys(step) {
                true => bare,
                false => {
                    let begin = bare.chars().zip(step.chars()).take_while(alike).map(|(a, _)| a);
                    begin.chain(std::iter::once('*')).collect()
                }
            });
        }
    }
    all.unwrap_or_default().join(".")
}

/// The keys of an address, outermost first, parted by a space.
pub fn keys(address: &str) -> String {
    let mut keys: Vec<&str> = Vec::new();
    let mut rest = address;
    while let Some((key, after)) = rest.split_once("[\"").and_then(|(_, after)| after.split_once("\"]")) {
        keys.push(key);
        rest = after;
    }
    keys.join(" ")
}

/// ``` `a` → `b`, to another cloud: why ```.
pub fn from_option(fallen: &FallsBack) -> String {
    let leaves = if fallen.leaves_cloud { ", to another cloud" } else { "" };
    format!("`{}` → `{}`{leaves}: {}", fallen.from, fallen.to, fallen.why)
}

/// At most `room` columns: what is longer loses its middle, since an address is told by how it begins and how it ends.
pub fn shorten(text: &str, room: usize) -> String {
    if text.width() <= room {
        return text.to_owned();
    }
    let mut left = room.saturating_sub(1);
    let mut tail = Vec::new();
    for c in text.chars().rev() {
        let wide = c.width().unwrap_or(0);
        if tail.iter().filter_map(|c: &char| c.width()).sum::<usize>() + wide > room.saturating_sub(1) * 3 / 5 {
            break;
        }
        tail.push(c);
        left = left.saturating_sub(wide);
    }
    let mut out = String::new();
    for c in text.chars() {
        let wide = c.width().unwrap_or(0);
        if wide > left {
            break;
        }
        out.push(c);
        left -= wide;
    }
    if room > 0 {
        out.push('…');
    }
    out.extend(tail.iter().rev());
    out
}

/// At most so many bytes: what is longer loses its end.
pub fn cut(text: &str, most: usize) -> String {
    const MORE: &str = "…";
    if text.len() <= most {
        return text.to_owned();
    }
    let room = most.saturating_sub(MORE.len());
    let end = text.char_indices().map(|(at, c)| at + c.len_utf8()).take_while(|end| *end <= room).last().unwrap_or(0);
    format!("{}{MORE}", text.get(..end).unwrap_or_default())
}

/// Whether a character steers a terminal, or turns the direction of writing.
pub(crate) fn steers(c: char) -> bool {
    (c.is_control() && !matches!(c, '\n' | '\t'))
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Text of others as it may be printed: what steers a terminal, or turns the direction of writing, is shown by its
/// number.
pub fn plain(text: &str) -> Cow<'_, str> {
    if !text.contains(steers) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if steers(c) { out.extend(c.escape_unicode()) } else { out.push(c) }
    }
    Cow::Owned(out)
}

/// What lifts a guard for one plan: `-ack 9f2c…:policy.no`.
pub fn ack(digest: &str, guard: &str) -> String {
    let digits = digest.trim_start_matches("sha256:");
    format!("-ack {}:{guard}", digits.get(..16).unwrap_or(digits))
}

/// The reason in words; none where the action says it all.
pub fn reason(reason: &Reason) -> Option<String> {
    Some(match reason {
        Reason::New | Reason::Changed | Reason::Gone | Reason::NotAsked | Reason::Ended { .. } | Reason::Destroyed => {
            return None;
        }
        Reason::CreateOnly { property } => format!("{property} can only be set at creation"),
        Reason::Cascade { from, property } => format!("{property} follows {from}, which is replaced"),
        Reason::Follows { from, property } => format!("{property} follows {from}, which changes"),
        Reason::Conditional { property } => format!("{property} may replace it: the cloud decides"),
        Reason::Drift => "changed outside the fleet file since it was applied".to_owned(),
        Reason::Conflict => {
            "the file and somebody else changed the same property: what the file says will stand".to_owned()
        }
        Reason::Deleted => "deleted outside the fleet file since it was applied".to_owned(),
        Reason::Missing => "accepted by the cloud once, but not there".to_owned(),
        Reason::Retained => "retained: it stays in the cloud, and its cost with it".to_owned(),
        Reason::Moved => "its address changes".to_owned(),
        Reason::Imported => "exists already: comes under management".to_owned(),
        Reason::StoodOn { by } => format!("kept: {by} stands on it; delete it when nothing does"),
        Reason::Removed => "kept: a `removed` block says so, and its cost stays with it".to_owned(),
    })
}

/// An effect in words: `stops 2 nodes (16 GPUs): the group is deleted with its nodes`.
pub fn effect(effect: &RolledEffect) -> String {
    let nodes = effect.nodes.words();
    let data = if effect.gib > 0 { gibibytes(effect.gib) } else { "data of unknown size".to_owned() };
    let counted = match effect.kind {
        EffectKind::Refused => "the cloud refuses this, and the unit fails".to_owned(),
        EffectKind::Stops => format!("stops {nodes}"),
        EffectKind::Rolls => format!("stops {nodes} and replaces them {}", effect.at_once.as_batches()),
        EffectKind::MayStop => format!("may stop up to {nodes}"),
        EffectKind::LosesAccess => {
            format!("takes access away from {} at once", count(effect.nodes.nodes, "running node"))
        }
        EffectKind::Unknown => {
            let property = effect.property.as_deref().unwrap_or("it");
            format!("cannot know what changing {property} does to {nodes} that run")
        }
        EffectKind::Released => format!("gives back {nodes} of reserved capacity"),
        EffectKind::Idle => format!("leaves {nodes} of paid capacity unused"),
        EffectKind::MayIdle => format!("may leave up to {nodes} of paid capacity unused"),
        EffectKind::DataLost => format!("loses {data}"),
        EffectKind::DataGone => format!("the one that others deleted is gone with {data}: this one is empty"),
        EffectKind::LeftBehind => format!("leaves {data} behind"),
        EffectKind::OpensToAll => "lets everybody in".to_owned(),
        EffectKind::AllowsAll => "allows whole services on every resource".to_owned(),
        EffectKind::OpensWider => "lets more in".to_owned(),
        EffectKind::Twice => format!("needs {nodes} twice at once"),
        EffectKind::Ends => "its nodes stop by themselves".to_owned(),
        EffectKind::StayOld => match effect.stays {
            Some((old, new)) => format!("{nodes} stay on the old version ({old}, not {new})"),
            None => format!("{nodes} stay on the old version"),
        },
        EffectKind::Note => return effect.words.clone(),
    };
    if effect.words.is_empty() { counted } else { format!("{counted}: {}", effect.words) }
}

/// Whether what others did to a property, or with an empty path the deletion of the resource, can be written into the
/// files.
pub fn adopts(plan: &Plan, address: Symbol, path: &str) -> bool {
    plan.adoptable.contains(&property(address.as_str(), path))
}

/// The command that writes what is live into the fleet file, as a shell takes it; with an empty path for the
/// whole resource.
pub fn adopt(address: &str, path: &str) -> String {
    format!("tonnage adopt {}", shell(address, path))
}

/// The flag that leaves what somebody else did to a property as it is.
pub fn ignore(address: &str, path: &str) -> String {
    format!("tonnage plan -ignore-drift {}", shell(address, path))
}

/// The flag that puts back what somebody else did to a property that no file sets.
pub fn revert(address: &str, path: &str) -> String {
    format!("tonnage plan -revert-drift {}", shell(address, path))
}

/// A property of a resource: `resource.vpc.Tags["team"]`; with an empty path the resource.
pub fn property(address: &str, path: &str) -> String {
    let dot = if path.is_empty() || path.starts_with('[') { "" } else { "." };
    format!("{address}{dot}{path}")
}

/// The same as a word for a shell.
fn shell(address: &str, path: &str) -> String {
    let target = property(address, path);
    let plain = target.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'));
    if plain { target } else { format!("'{}'", target.replace('\'', "'\\''")) }
}

/// `512 × ` before the name of what is meant so often; nothing before one.
pub fn times(count: usize) -> String {
    if count > 1 { format!("{} × ", group_thousands(count as u64)) } else { String::new() }
}

/// How many at least and at most: `5 GPUs`, `at least 5, at most 8 GPUs`, `up to 8 GPUs`.
pub fn between(least: u64, most: u64, one: &str) -> String {
    match (least, most) {
        _ if most <= least => count(least, one),
        (0, _) => format!("up to {}", count(most, one)),
        _ => format!("at least {}, at most {}", group_thousands(least), count(most, one)),
    }
}

/// `1 stack`, `2 stacks`.
pub fn count(n: u64, one: &str) -> String {
    let plural = if n == 1 { "" } else { "s" };
    format!("{} {one}{plural}", group_thousands(n))
}

/// A zone as it is named beside its region: a number alone says nothing.
pub fn zone(zone: Symbol) -> String {
    let number = !zone.as_str().is_empty() && zone.as_str().bytes().all(|byte| byte.is_ascii_digit());
    if number { format!("zone {zone}") } else { zone.to_string() }
}

/// `500 TiB`: binary sizes, the largest unit that leaves no more than one digit behind the point.
pub fn gibibytes(gib: u64) -> String {
    size(gib, 1024, ["GiB", "TiB", "PiB", "EiB"])
}

/// `15.6 PB`: decimal sizes, of disks.
pub fn gigabytes(gb: u64) -> String {
    size(gb, 1000, ["GB", "TB", "PB", "EB"])
}

fn size(amount: u64, step: u64, units: [&str; 4]) -> String {
    let mut divisor = 1u64;
    let mut units = units.into_iter().peekable();
    let mut unit = units.next().unwrap_or_default();
    while amount / divisor >= step {
        let Some(next) = units.next() else { break };
        divisor = divisor.saturating_mul(step);
        unit = next;
    }
    let tenths = amount / divisor * 10 + amount % divisor * 10 / divisor;
    let (whole, tenth) = (group_thousands(tenths / 10), tenths % 10);
    if tenth == 0 { format!("{whole} {unit}") } else { format!("{whole}.{tenth} {unit}") }
}

/// `+96`, `−8`, `0`.
pub fn delta(before: u64, after: u64) -> String {
    match after.cmp(&before) {
        std::cmp::Ordering::Greater => format!("+{}", group_thousands(after - before)),
        std::cmp::Ordering::Less => format!("−{}", group_thousands(before - after)),
        std::cmp::Ordering::Equal => "0".to_owned(),
    }
}

/// What a commitment counts, money or GPU hours, short: `$31.4M`, `5,230 gpu-h`.
pub fn amount(amount: Decimal, unit: Symbol) -> String {
    if unit == "gpu-hours" {
        format!("{} gpu-h", group_thousands(u64::try_from(amount.round()).unwrap_or(u64::MAX)))
    } else {
        Money::new(amount.normalize(), unit).short()
    }
}

/// An amount before, afterwards, and by how much it changes. All three are rounded alike, finely enough for the least
/// of them: as they are shown, they add up.
pub fn movement(before: Decimal, after: Decimal, unit: Symbol) -> [String; 3] {
    let step = if unit == "gpu-hours" { Decimal::ONE } else { step(before, after) };
    let show = |amount: Decimal| {
        if unit == "gpu-hours" { self::amount(amount, unit) } else { Money::new(amount, unit).stepped(step) }
    };
    let (first, last) = (to_step(before, step), to_step(after, step));
    let moved = if first == last && before != after {
        format!("{}<{}", if before < after { "+" } else { "−" }, show(step))
    } else {
        signed(first, last, show)
    };
    [show(first), show(last), moved]
}

/// An amount as it is shown beside others that it is added to: to the cent, what is less than a dollar to a hundredth
/// of one.
pub fn to_cents(amount: Decimal) -> Decimal {
    to_step(amount, if amount.abs() < Decimal::ONE { Decimal::new(1, 4) } else { Decimal::new(1, 2) })
}

/// The place at which the least of two amounts and their difference still has three figures.
fn step(before: Decimal, after: Decimal) -> Decimal {
    let cent = Decimal::new(1, 2);
    let all = [before, after, after.saturating_sub(before)].map(|amount| amount.abs());
    let largest = all.into_iter().max().unwrap_or_default();
    let Some(least) = all.into_iter().filter(|amount| !amount.is_zero()).min() else { return cent };
    if largest < Decimal::ONE {
        return Decimal::new(1, 4);
    }
    if largest < Decimal::ONE_THOUSAND || least < Decimal::ONE_HUNDRED {
        return cent;
    }
    let mut step = Decimal::ONE;
    while largest >= Decimal::from(10_000) && least >= step.saturating_mul(Decimal::ONE_THOUSAND) {
        step *= Decimal::TEN;
    }
    step
}

fn signed(before: Decimal, after: Decimal, show: impl FnOnce(Decimal) -> String) -> String {
    let difference = after - before;
    if difference.is_zero() {
        return "0".to_owned();
    }
    let sign = if difference.is_sign_negative() { "−" } else { "+" };
    format!("{sign}{}", show(difference.abs()))
}

/// `96.1%`. What is not nothing is not said to be 0%, what is not all not 100%.
pub fn percent(part: Decimal, whole: Decimal) -> String {
    let said = said(part, whole);
    if said.is_zero() && !hundredths(part, whole).is_zero() {
        format!("<{}%", Decimal::new(1, 1))
    } else {
        format!("{}%", said.normalize())
    }
}

/// A share in percent, rounded as it is said.
fn said(part: Decimal, whole: Decimal) -> Decimal {
    let share = hundredths(part, whole);
    let said = share.round_dp(1);
    if said == Decimal::ONE_HUNDRED && share < said { said - Decimal::new(1, 1) } else { said }
}

/// How far a share moves, in points of a percent as [`percent`] shows them: `−0.6 pt`.
pub fn points(before: Decimal, after: Decimal, whole: Decimal) -> String {
    let (first, last) = (said(before, whole), said(after, whole));
    if first == last && before != after {
        return if after < before { "−<0.1 pt".to_owned() } else { "+<0.1 pt".to_owned() };
    }
    signed(first, last, |points| format!("{} pt", points.normalize()))
}

fn hundredths(part: Decimal, whole: Decimal) -> Decimal {
    part.checked_mul(Decimal::ONE_HUNDRED).and_then(|part| part.checked_div(whole)).unwrap_or_default()
}

/// How a guard that does not hold is said, and in which colour.
pub fn guard(guard: &Guard) -> (&'static str, Paint) {
    match (guard.state, guard.deny) {
        (GuardState::Holds, _) => ("pass", Paint::Add),
        (GuardState::CannotKnow, _) => ("cannot know", Paint::Change),
        (GuardState::Broken, true) => ("FAIL", Paint::Remove),
        (GuardState::Broken, false) => ("warn", Paint::Change),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_nothing_or_all_only_where_it_is() {
        let of = |part: i64, whole: i64| percent(Decimal::from(part), Decimal::from(whole));
        assert_eq!([of(0, 7), of(7, 7), of(1, 2), of(961, 1000)], ["0%", "100%", "50%", "96.1%"]);
        assert_eq!([of(1, 100_000), of(99_999, 100_000), of(1, 0)], ["<0.1%", "99.9%", "0%"]);
        let moved = |before: i64, after: i64| points(Decimal::from(before), Decimal::from(after), Decimal::from(1000));
        assert_eq!([moved(970, 964), moved(0, 961), moved(5, 5)], ["−0.6 pt", "+96.1 pt", "0"]);
        assert_eq!(points(Decimal::ONE, Decimal::TWO, Decimal::from(100_000)), "+<0.1 pt");
        // as they are shown, 99.9% and 99.5%
        assert_eq!(points(Decimal::from(99_970), Decimal::from(99_500), Decimal::from(100_000)), "−0.4 pt");
    }

    #[test]
    fn a_row_of_money_adds_up_as_it_is_shown() {
        let of = |before: &str, after: &str| {
            let number = |text: &str| text.parse::<Decimal>().expect("a number");
            movement(number(before), number(after), Symbol::new("USD")).join(" ")
        };
        assert_eq!(of("0", "31431000"), "$0 $31.4M +$31.4M");
        assert_eq!(of("182292.48", "227865.60"), "$182.3K $227.9K +$45.6K");
        assert_eq!(of("253.184", "316.48"), "$253.18 $316.48 +$63.30");
        assert_eq!(of("253.184", "316.476"), "$253.18 $316.48 +$63.30");
        assert_eq!(of("488000", "488316.48"), "$488K $488,316 +$316");
        assert_eq!(of("1990000000", "1990045610"), "$1.99B $1,990,045,600 +$45.6K");
        assert_eq!(of("3", "45600"), "$3.00 $45,600.00 +$45,597.00");
        assert_eq!(of("2774.4", "2774.4"), "$2,774 $2,774 0");
        assert_eq!(of("5", "5.001"), "$5.00 $5.00 +<$0.01");
        assert_eq!(of("0.0042", "0"), "$0.0042 $0 −$0.0042");
        assert_eq!(of("38000000000", "0"), "$38B $0 −$38B");
        let hours = movement(Decimal::new(14, 1), Decimal::new(26, 1), Symbol::new("gpu-hours"));
        assert_eq!(hours, ["1 gpu-h", "3 gpu-h", "+2 gpu-h"]);
    }

    #[test]
    fn sizes_read_well() {
        assert_eq!(gibibytes(512_000), "500 TiB");
        assert_eq!(gibibytes(1200), "1.1 TiB");
        assert_eq!(gigabytes(15_564_800), "15.5 PB");
        assert_eq!(gigabytes(999), "999 GB");
        assert_eq!(gigabytes(0), "0 GB");
    }
}
