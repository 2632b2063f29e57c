//! Mistakes in what a contract says.

use super::{check, with_cloud};

#[test]
fn what_a_contract_states_was_drawn() {
    check(&with_cloud(
        r#"
commitment "c" {
  cloud    = cloud.aws
  category = "spend"
  value    = "3B USD"
  drawn = {
    "2026-10-31" = "1.2B USD"
    "2025-12-31" = "1 USD"
#   ^^^^^^^^^^^^ T0268: 2025-12-31 lies outside of the term
    "October"    = "1 USD"
#   ^^^^^^^^^ T0220: `October` is not a date: it does not have four, two and two digits parted by `-`; write year-month-day, such as `2027-01-11`
    "2026-11-30" = "9 EUR"
#                  ^^^^^^^ T0220: what was drawn until 2026-11-30 can't be the string "9 EUR"
  }
  term {
    start = "2026-01-01"
    end   = "2027-12-31"
  }
}
"#,
    ));
}
