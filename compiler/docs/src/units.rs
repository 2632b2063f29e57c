//! Quantities and their units, from the forms that the parser of quantities goes by. Must not know any of them.

use std::fmt::Write as _;

use tonnage_base::quantity;

use crate::cell;

pub fn page() -> String {
    let mut out = String::from(
        "# Types and units\n\nValues are text, exact decimal numbers, `true` and `false`, lists, maps and objects, `null`, and what is not known before \
         apply. A quantity is text with a unit that is checked where one is expected; money is an exact decimal, never a float. \
         Quantities of one kind can be compared and sorted.\n\n| quantity | is written as | for instance |\n|---|---|---|\n",
    );
    for form in quantity::forms() {
        let _ = writeln!(out, "| {} | {} | `\"{}\"` |", cell(form.what), cell(form.expected), cell(form.example));
    }
    out.push_str(
        "\nA day has 24 hours, a month 730 and a year 8,760, as clouds reckon them. Dates are days, both ends of a window included.\n\n\
         ## Types of variables\n\n`string`, `number`, `bool`, `any`, `list(T)`, `set(T)`, `map(T)`, `tuple([T, …])`, `object({ name = T, other = optional(T, default) })`.\n",
    );
    out
}
