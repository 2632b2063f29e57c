//! The timeline as a picture: GPUs over time above, each year's draw against what is owed below. One self-contained SVG
//! that reads in light and dark.

use std::fmt::Write as _;

use tonnage_base::{Date, Decimal, Symbol, quantity::group_thousands};
use tonnage_forecast::{CommitmentLine, Late, Timeline};

use super::{amount, by, series};
use crate::markup::escape;

const WIDTH: f64 = 960.0;
const LEFT: f64 = 76.0;
const RIGHT: f64 = 24.0;
const TOP: f64 = 92.0;
const AREA: f64 = 240.0;
const BARS: f64 = 130.0;
/// Colours of series, told apart also by those who see few colours, on light and dark ground.
const COLOURS: [&str; 7] = ["#4c78a8", "#f58518", "#54a24b", "#b279a2", "#e45756", "#72b7b2", "#9d755d"];
/// Marks on an axis.
const MARKS: u32 = 4;

const STYLE: &str = "<style>\
.ground{fill:#fff}.ink{fill:#1f2328}.dim{fill:#59636e}.line{stroke:#d1d9e0}.mark{stroke:#59636e}.owed{stroke:#1f2328}\
text{font-family:system-ui,-apple-system,'Segoe UI',Roboto,sans-serif;font-size:12px}.title{font-size:16px;font-weight:600}\
@media(prefers-color-scheme:dark){.ground{fill:#0d1117}.ink{fill:#f0f6fc}.dim{fill:#9198a1}.line{stroke:#3d444d}\
.mark{stroke:#9198a1}.owed{stroke:#f0f6fc}}</style>";

/// The chart.
pub fn svg(timeline: &Timeline) -> String {
    let spend: Vec<&CommitmentLine> = timeline.commitments.iter().collect();
    let height = TOP + AREA + 56.0 + spend.len() as f64 * (BARS + 74.0);
    let mut out = String::new();
    let _ = write!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" aria-label=\"GPUs of {} over time\">{STYLE}",
        escape(timeline.fleet.as_str())
    );
    let _ = write!(out, "<rect class=\"ground\" width=\"{WIDTH}\" height=\"{height}\" rx=\"8\"/>");
    let _ = write!(
        out,
        "<text class=\"ink title\" x=\"{LEFT}\" y=\"30\">{}: GPUs over time</text>",
        escape(timeline.fleet.as_str())
    );
    area(&mut out, timeline);
    for (at, line) in spend.iter().enumerate() {
        bars(&mut out, line, TOP + AREA + 100.0 + at as f64 * (BARS + 74.0));
    }
    out.push_str("</svg>\n");
    out
}

fn days(from: Date, to: Date) -> f64 {
    f64::from(from.until(to).map_or(0, |span| span.get_days()))
}

/// Bands of GPUs, one above the other.
fn area(out: &mut String, timeline: &Timeline) {
    let (Some(first), Some(last)) = (timeline.samples.first(), timeline.samples.last()) else { return };
    let clouds = series(timeline, true);
    let cloud = clouds.len() > 1;
    let names = if cloud { clouds } else { series(timeline, false) };
    let length = days(first.day, last.day).max(1.0);
    let due = timeline.commitments.iter().flat_map(|line| &line.milestones);
    let due = due.map(|m| m.capacity.iter().map(|(_, due, _)| *due).sum::<u64>());
    let most = timeline.samples.iter().map(|sample| sample.total()).chain(due).max().unwrap_or(1).max(1);
    let top = ceiling(most);
    let x = |day: Date| LEFT + days(first.day, day) / length * (WIDTH - LEFT - RIGHT);
    let y = |gpus: u64| TOP + AREA - gpus as f64 / top as f64 * AREA;
    for mark in 0..=MARKS {
        let value = top / u64::from(MARKS) * u64::from(mark);
        let at = y(value);
        let _ = write!(
            out,
            "<line class=\"line\" x1=\"{LEFT}\" x2=\"{:.1}\" y1=\"{at:.1}\" y2=\"{at:.1}\"/>",
            WIDTH - RIGHT
        );
        let _ = write!(
            out,
            "<text class=\"dim\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
            LEFT - 8.0,
            at + 4.0,
            group_thousands(value)
        );
    }
    let mut below = vec![0u64; timeline.samples.len()];
    for (position, name) in names.iter().enumerate() {
        let colour = COLOURS.get(position % COLOURS.len()).copied().unwrap_or("#888");
        let mut upper = String::new();
        let mut lower = Vec::new();
        for (sample, base) in timeline.samples.iter().zip(&mut below) {
            let gpus = by(sample, cloud).get(name).copied().unwrap_or(0);
            lower.push(format!("{:.1},{:.1}", x(sample.day), y(*base)));
            *base += gpus;
            let _ = write!(upper, "{:.1},{:.1} ", x(sample.day), y(*base));
        }
        lower.reverse();
        let _ = write!(out, "<polygon fill=\"{colour}\" fill-opacity=\"0.85\" points=\"{upper}{}\"/>", lower.join(" "));
        legend(out, position, *name, colour);
    }
    let mut year = first.day.year() + 1;
    while let Ok(day) = Date::new(year, 1, 1) {
        if day > last.day {
            break;
        }
        let at = x(day);
        let _ = write!(
            out,
            "<line class=\"line\" x1=\"{at:.1}\" x2=\"{at:.1}\" y1=\"{:.1}\" y2=\"{:.1}\"/>",
            TOP + AREA,
            TOP + AREA + 5.0
        );
        let _ = write!(
            out,
            "<text class=\"dim\" x=\"{at:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{year}</text>",
            TOP + AREA + 20.0
        );
        year += 1;
    }
    milestones(out, timeline, &x, &y);
}

fn legend(out: &mut String, position: usize, name: Symbol, colour: &str) {
    let at = LEFT + position as f64 * 128.0;
    let _ = write!(out, "<rect x=\"{at:.1}\" y=\"44\" width=\"11\" height=\"11\" rx=\"2\" fill=\"{colour}\"/>");
    let _ = write!(out, "<text class=\"ink\" x=\"{:.1}\" y=\"54\">{}</text>", at + 17.0, escape(name.as_str()));
}

/// A mark where capacity is due: how much, and its name above the field, each on a line where it has room.
fn milestones(out: &mut String, timeline: &Timeline, x: &dyn Fn(Date) -> f64, y: &dyn Fn(u64) -> f64) {
    const WIDE: f64 = 7.0;
    let mut ends = [f64::MIN; 2];
    for milestone in timeline.commitments.iter().flat_map(|line| &line.milestones) {
        let due: u64 = milestone.capacity.iter().map(|(_, due, _)| *due).sum();
        let (at, high) = (x(milestone.by), y(due));
        let met = if milestone.late == Late::Met { "✓" } else { "✗" };
        let label = format!("{met} {} {}", milestone.name, milestone.by);
        let row = ends.iter().position(|end| *end < at).unwrap_or(0);
        if let Some(end) = ends.get_mut(row) {
            *end = at + label.chars().count() as f64 * WIDE;
        }
        let text = TOP - 22.0 + row as f64 * 14.0;
        let _ = write!(
            out,
            "<line class=\"mark\" stroke-dasharray=\"3 3\" x1=\"{at:.1}\" x2=\"{at:.1}\" y1=\"{:.1}\" y2=\"{:.1}\"/>",
            text + 3.0,
            TOP + AREA
        );
        let _ = write!(
            out,
            "<circle class=\"owed\" fill=\"none\" stroke-width=\"1.5\" cx=\"{at:.1}\" cy=\"{high:.1}\" r=\"4\"/>"
        );
        let (anchor, shift) = if at > WIDTH - 180.0 { ("end", -4.0) } else { ("start", 4.0) };
        let _ = write!(
            out,
            "<text class=\"ink\" text-anchor=\"{anchor}\" x=\"{:.1}\" y=\"{text:.1}\">{}</text>",
            at + shift,
            escape(&label)
        );
    }
}

/// What is planned each year as bars, what is owed as a line over each.
fn bars(out: &mut String, line: &CommitmentLine, top: f64) {
    let tall = |amount: Decimal| amount.to_string().parse::<f64>().unwrap_or(0.0).max(0.0);
    let most =
        line.years.iter().flat_map(|year| [tall(year.planned), year.curve.map_or(0.0, tall)]).fold(1.0, f64::max);
    let y = |amount: f64| top + BARS - amount / (most * 1.15) * BARS;
    let title = format!(
        "commitment.{}: {}, drawn as planned against what is owed each year",
        line.name,
        amount(line, line.value)
    );
    let _ = write!(
        out,
        "<text class=\"ink\" font-weight=\"600\" x=\"{LEFT}\" y=\"{:.1}\">{}</text>",
        top - 16.0,
        escape(&title)
    );
    let _ = write!(
        out,
        "<line class=\"line\" x1=\"{LEFT}\" x2=\"{:.1}\" y1=\"{:.1}\" y2=\"{:.1}\"/>",
        WIDTH - RIGHT,
        top + BARS,
        top + BARS
    );
    let slot = (WIDTH - LEFT - RIGHT) / line.years.len().max(1) as f64;
    for (at, year) in line.years.iter().enumerate() {
        let wide = (slot * 0.6).min(96.0);
        let left = LEFT + at as f64 * slot + (slot - wide) / 2.0;
        let high = y(tall(year.planned));
        let _ = write!(
            out,
            "<rect x=\"{left:.1}\" y=\"{high:.1}\" width=\"{wide:.1}\" height=\"{:.1}\" fill=\"{}\" fill-opacity=\"0.85\"/>",
            top + BARS - high,
            COLOURS[0]
        );
        if let Some(curve) = year.curve {
            let at = y(tall(curve));
            let _ = write!(
                out,
                "<line class=\"owed\" stroke-width=\"2\" x1=\"{:.1}\" x2=\"{:.1}\" y1=\"{at:.1}\" y2=\"{at:.1}\"/>",
                left - 6.0,
                left + wide + 6.0
            );
        }
        let above = y(tall(year.planned).max(year.curve.map_or(0.0, tall))) - 6.0;
        let middle = left + wide / 2.0;
        let planned = amount(line, year.planned);
        let label = year.curve.map_or_else(|| planned.clone(), |curve| format!("{planned} of {}", amount(line, curve)));
        let _ = write!(
            out,
            "<text class=\"ink\" text-anchor=\"middle\" x=\"{middle:.1}\" y=\"{above:.1}\">{}</text>",
            escape(&label)
        );
        let _ = write!(
            out,
            "<text class=\"dim\" text-anchor=\"middle\" x=\"{middle:.1}\" y=\"{:.1}\">{}</text>",
            top + BARS + 18.0,
            year.year
        );
    }
}

/// A round number at or above, that four marks divide.
fn ceiling(most: u64) -> u64 {
    let marks = u64::from(MARKS);
    if let Some(small) = [1, 2, 3, 4, 5, 6, 8].into_iter().find(|step| marks * step >= most) {
        return marks * small;
    }
    let mut power = 1u64;
    loop {
        for step in [10, 12, 15, 20, 25, 30, 40, 50, 60, 80] {
            let top = marks.saturating_mul(step).saturating_mul(power);
            if top >= most {
                return top;
            }
        }
        power = power.saturating_mul(10);
    }
}

#[cfg(test)]
mod tests {
    use super::ceiling;

    #[test]
    fn axes_end_at_round_numbers() {
        assert_eq!([ceiling(1), ceiling(416), ceiling(216_000), ceiling(270_000)], [4, 480, 240_000, 320_000]);
        assert!(ceiling(u64::MAX / 8) >= u64::MAX / 8);
    }
}
