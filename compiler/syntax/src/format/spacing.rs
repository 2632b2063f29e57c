//! Blanks between two tokens of a line. Must not know lines.
//!
//! Only blanks are added or taken, and none where it could join two tokens or part a call or an index from what it is
//! applied to.

use crate::lex::{Kind, Token};

/// What the position of a token says about it.
#[derive(Clone, Copy, Default)]
pub(super) struct Role {
    /// A `-` or `!` before a value.
    pub(super) prefix: bool,
    /// A `:` of a condition.
    pub(super) conditional: bool,
    /// The `*` of a splat.
    pub(super) splat: bool,
    /// The `{` of a block.
    pub(super) block: bool,
}

/// The roles of all tokens.
pub(super) fn roles(text: &str, tokens: &[Token]) -> Vec<Role> {
    let mut roles = vec![Role::default(); tokens.len()];
    // Of each open bracket: open questions, whether it is a block's, and whether it holds a `for`.
    let mut open: Vec<(u32, bool, bool)> = vec![(0, true, false)];
    let (mut last, mut item_start, mut header) = (Kind::Newline, true, false);
    for (i, token) in tokens.iter().enumerate() {
        let Some(role) = roles.get_mut(i) else { break };
        let Some((questions, in_block, in_for)) = open.last_mut() else { break };
        match token.kind {
            Kind::Newline => {
                if *in_block {
                    (item_start, header, *questions) = (true, false, 0);
                    last = Kind::Newline;
                }
                continue;
            }
            Kind::Comment | Kind::BlockComment => continue,
            Kind::Ident if item_start && *in_block => {
                let next = tokens.iter().skip(i + 1).find(|t| t.kind != Kind::BlockComment);
                header = next.is_none_or(|t| t.kind != Kind::Assign);
            }
            Kind::Ident if token.text(text) == "for" && last.opens() => *in_for = true,
            Kind::Minus => role.prefix = !last.ends_value(),
            Kind::Not => role.prefix = true,
            Kind::Operator if token.text(text) == "*" && matches!(last, Kind::Dot | Kind::OpenBracket) => {
                role.splat = true;
            }
            Kind::Question => *questions += 1,
            Kind::Colon if *questions > 0 => {
                *questions -= 1;
                role.conditional = true;
            }
            _ => {}
        }
        item_start = false;
        let joins = *in_for && token.kind == Kind::Ident && matches!(token.text(text), "in" | "if");
        last = match token.kind {
            _ if role.splat => Kind::Ident,
            _ if joins => Kind::Operator, // A value follows.
            kind => kind,
        };
        if token.kind.opens() {
            role.block = header && *in_block && token.kind == Kind::OpenBrace;
            item_start = role.block;
            open.push((0, role.block, false));
        } else if token.kind.closes() && open.len() > 1 {
            open.pop();
        }
    }
    roles
}

/// Whether a blank stands between `left` and `right`, which follow each other in a line.
pub(super) fn blank_between(left: (Token, Role), right: (Token, Role)) -> bool {
    let ((left, left_role), (right, right_role)) = (left, right);
    let had = right.lo > left.hi;
    match (left.kind, right.kind) {
        (_, Kind::Comment) => true,
        (Kind::BlockComment, _) | (_, Kind::BlockComment) => had,
        (Kind::OpenBrace, Kind::CloseBrace) => false,
        (Kind::OpenBrace, _) | (_, Kind::CloseBrace) => true,
        (Kind::OpenParen | Kind::OpenBracket, _) | (_, Kind::CloseParen | Kind::CloseBracket | Kind::Comma) => false,
        (Kind::Comma, _) => true,
        (Kind::Dot | Kind::DoubleColon, _) | (_, Kind::Dot | Kind::DoubleColon) => had,
        (_, Kind::Ellipsis) => false,
        (Kind::Minus | Kind::Not, _) if left_role.prefix => false,
        (_, Kind::OpenParen | Kind::OpenBracket) if left.kind.ends_value() || left_role.splat => had,
        (_, Kind::Colon) if !right_role.conditional => had,
        _ => true,
    }
}
