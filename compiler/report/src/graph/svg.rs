//! Layers from left to right: what is needed stands left of what needs it. A replacement spreads along thick arrows.
//! Drawn to stand alone, or inside a page that colours it. Must not know plans.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::Picture;
use crate::{markup::escape, words};

const WIDE: f64 = 280.0;
const HIGH: f64 = 42.0;
const GAP: f64 = 14.0;
const BETWEEN: f64 = 84.0;
const EDGE: f64 = 16.0;
/// Characters of a name and of a type that fit a box.
const NAME: usize = 36;
const KIND: usize = 42;

const STYLE: &str = "<style>\
.ground{fill:#fff}.box{fill:#fff;stroke:#8c959f;stroke-width:1.25}.name{fill:#1f2328;font-weight:600}.kind{fill:#59636e}\
.edge{fill:none;stroke:#c4ccd4;stroke-width:1.25}.edge.cascade{stroke:#cf222e;stroke-width:2}.head{fill:#cf222e}\
.keep .box{stroke-dasharray:3 3}.add .box{stroke:#1a7f37;fill:#f0faf2}.change .box{stroke:#9a6700;fill:#fff9e8}\
.remove .box,.replace .box{stroke:#cf222e;fill:#fff2f1}.remove .box{stroke-dasharray:5 3}\
text{font:11.5px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}.kind{font-size:10px}\
@media(prefers-color-scheme:dark){.ground{fill:#0d1117}.box{fill:#161b22;stroke:#6e7681}.name{fill:#f0f6fc}\
.kind{fill:#9198a1}.edge{stroke:#3d444d}.edge.cascade{stroke:#f85149}.head{fill:#f85149}\
.add .box{stroke:#3fb950;fill:#12261e}.change .box{stroke:#d29922;fill:#272115}\
.remove .box,.replace .box{stroke:#f85149;fill:#2d1517}}</style>";

/// The picture for itself, with its colours for light and dark.
pub fn svg(picture: &Picture, title: &str) -> String {
    draw(picture, title, STYLE, false)
}

/// The picture as a part of a page: without colours of its own, each node a link to `#ADDRESS`.
pub fn inline(picture: &Picture, title: &str) -> String {
    draw(picture, title, "", true)
}

fn draw(picture: &Picture, title: &str, style: &str, links: bool) -> String {
    let layers = layers(picture);
    let places = places(&layers);
    let wide = EDGE * 2.0 + layers.len() as f64 * (WIDE + BETWEEN) - if layers.is_empty() { 0.0 } else { BETWEEN };
    let rows = layers.iter().map(Vec::len).max().unwrap_or(0);
    let high = EDGE * 2.0 + rows as f64 * (HIGH + GAP);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {wide} {high}\" width=\"{wide}\" height=\"{high}\" role=\"{}\" aria-label=\"{}\">{style}",
        if links { "group" } else { "img" },
        escape(title)
    );
    out.push_str(
        "<defs><marker id=\"spread\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" orient=\"auto\">\
         <path class=\"head\" d=\"M0 0L8 4L0 8Z\"/></marker></defs>",
    );
    if !links {
        let _ = write!(out, "<rect class=\"ground\" width=\"{wide}\" height=\"{high}\"/>");
    }
    for edge in &picture.edges {
        let (Some(&(ax, ay)), Some(&(bx, by))) = (places.get(&edge.to), places.get(&edge.from)) else { continue };
        let (x1, y1, x2, y2) = (ax + WIDE, ay + HIGH / 2.0, bx, by + HIGH / 2.0);
        let bend = ((x2 - x1) / 2.0).abs().max(30.0);
        let (class, head) = if edge.cascade { ("edge cascade", " marker-end=\"url(#spread)\"") } else { ("edge", "") };
        let _ = write!(
            out,
            "<path class=\"{class}\"{head} d=\"M{x1} {y1}C{} {y1} {} {y2} {x2} {y2}\"/>",
            x1 + bend,
            x2 - bend
        );
    }
    for (at, node) in picture.nodes.iter().enumerate() {
        let Some(&(x, y)) = places.get(&at) else { continue };
        let full = escape(&format!("{}\n{}", node.title(), node.kind));
        let (open, close) = match (links, node.action) {
            (true, Some(_)) => (format!("<a href=\"#{}\">", escape(&node.name)), "</a>"),
            _ => (String::new(), ""),
        };
        let _ = write!(
            out,
            "{open}<g class=\"{}\"><title>{full}</title><rect class=\"box\" x=\"{x}\" y=\"{y}\" width=\"{WIDE}\" height=\"{HIGH}\" rx=\"6\"/>\
             <text class=\"name\" x=\"{}\" y=\"{}\">{}</text><text class=\"kind\" x=\"{}\" y=\"{}\">{}</text></g>{close}",
            node.class(),
            x + 10.0,
            y + 18.0,
            escape(&words::shorten(&node.name, NAME)),
            x + 10.0,
            y + 33.0,
            escape(&words::shorten(format!("{}  {}", node.what(), node.kind).trim(), KIND)),
        );
    }
    out.push_str("</svg>\n");
    out
}

/// Nodes by layer: each one further right than all that it needs. Where rolled-up nodes need each other in a circle,
/// the first of them begins.
fn layers(picture: &Picture) -> Vec<Vec<usize>> {
    let count = picture.nodes.len();
    let mut needs = vec![0usize; count];
    let mut needed_by: Vec<Vec<usize>> = vec![Vec::new(); count];
    for edge in &picture.edges {
        if let (Some(n), Some(list)) = (needs.get_mut(edge.from), needed_by.get_mut(edge.to)) {
            *n += 1;
            list.push(edge.from);
        }
    }
    let mut layer = vec![0usize; count];
    let mut done = vec![false; count];
    let mut ready: Vec<usize> = (0..count).filter(|at| needs.get(*at) == Some(&0)).collect();
    let mut first_left = 0;
    loop {
        let Some(at) = ready.pop() else {
            match (first_left..count).find(|at| done.get(*at) == Some(&false)) {
                Some(at) => {
                    first_left = at;
                    ready.push(at);
                    continue;
                }
                None => break,
            }
        };
        if std::mem::replace(done.get_mut(at).unwrap_or(&mut true), true) {
            continue;
        }
        let next = layer.get(at).copied().unwrap_or_default() + 1;
        for &other in needed_by.get(at).into_iter().flatten().filter(|other| done.get(**other) == Some(&false)) {
            if let (Some(mine), Some(n)) = (layer.get_mut(other), needs.get_mut(other)) {
                *mine = next.max(*mine);
                *n = n.saturating_sub(1);
                if *n == 0 {
                    ready.push(other);
                }
            }
        }
    }
    let mut layers = vec![Vec::new(); layer.iter().max().map_or(0, |most| most + 1)];
    for (at, layer) in layer.iter().enumerate() {
        if let Some(list) = layers.get_mut(*layer) {
            list.push(at);
        }
    }
    untangle(picture, &mut layers);
    layers
}

/// Each layer in the order of the middle of what its nodes need: fewer lines cross.
fn untangle(picture: &Picture, layers: &mut [Vec<usize>]) {
    let mut row: BTreeMap<usize, usize> = BTreeMap::new();
    let mut needs: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for edge in &picture.edges {
        needs.entry(edge.from).or_default().push(edge.to);
    }
    for layer in layers {
        let middle = |at: &usize| {
            let rows: Vec<usize> =
                needs.get(at).into_iter().flatten().filter_map(|need| row.get(need).copied()).collect();
            // in thousandths, so that order is by whole numbers
            rows.iter().sum::<usize>() * 1000 / rows.len().max(1)
        };
        let mut order: Vec<(usize, usize)> = layer.iter().map(|at| (middle(at), *at)).collect();
        order.sort_unstable();
        *layer = order.iter().map(|(_, at)| *at).collect();
        row.extend(layer.iter().enumerate().map(|(row, at)| (*at, row)));
    }
}

fn places(layers: &[Vec<usize>]) -> BTreeMap<usize, (f64, f64)> {
    let rows = layers.iter().map(Vec::len).max().unwrap_or(0) as f64;
    let mut places = BTreeMap::new();
    for (column, layer) in layers.iter().enumerate() {
        let above = (rows - layer.len() as f64) * (HIGH + GAP) / 2.0;
        for (row, at) in layer.iter().enumerate() {
            let y = EDGE + above + row as f64 * (HIGH + GAP);
            places.insert(*at, (EDGE + column as f64 * (WIDE + BETWEEN), y));
        }
    }
    places
}

#[cfg(test)]
mod tests {
    use super::super::{Edge, Node};
    use super::*;

    fn picture(names: &[&str], edges: &[(usize, usize)]) -> Picture {
        let node = |name: &&str| Node {
            name: (*name).to_owned(),
            kind: "T::A::B".to_owned(),
            count: 1,
            counts: Vec::new(),
            action: None,
            rank: u8::MAX,
        };
        Picture {
            nodes: names.iter().map(node).collect(),
            edges: edges.iter().map(|(from, to)| Edge { from: *from, to: *to, cascade: false }).collect(),
            left_out: 0,
        }
    }

    #[test]
    fn a_name_stands_whole_above_what_happens_and_fits_its_box() {
        let mut one = picture(&["module.site.network.net.vpc"], &[]);
        one.nodes[0].counts = vec![(tonnage_plan::Action::Create, 1), (tonnage_plan::Action::Delete, 1)];
        let text = svg(&one, "t");
        assert!(text.contains(">module.site.network.net.vpc<") && text.contains(">+ 1, - 1  T::A::B<"), "{text}");
        // characters of a monospaced face are three fifths as wide as they are high
        assert!(NAME as f64 * 11.5 * 0.61 <= WIDE - 20.0 && KIND as f64 * 10.0 * 0.61 <= WIDE - 20.0);
    }

    #[test]
    fn what_is_needed_stands_left() {
        let chain = picture(&["a", "b", "c"], &[(0, 1), (1, 2), (0, 2)]);
        assert_eq!(layers(&chain), [vec![2], vec![1], vec![0]]);
    }

    #[test]
    fn a_circle_of_rolled_up_nodes_is_drawn_all_the_same() {
        let circle = picture(&["a", "b", "<c>"], &[(0, 1), (1, 0), (2, 0)]);
        assert_eq!(layers(&circle).concat().len(), 3);
        let text = svg(&circle, "t");
        assert!(text.contains("&lt;c&gt;") && !text.contains("<c>"), "{text}");
    }
}
