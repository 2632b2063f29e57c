//! What holds for every fleet, over the whole pipeline and through the command line: drawn fleets are planned, applied,
//! changed and destroyed; inputs and saved state are hurt; applies are killed.
//!
//! Everything is drawn from fixed seeds, so that a failure is found again by its name. `CASES=N` multiplies the number
//! of cases; `FROM=N` begins at another seed, `ONLY=N` takes that one alone; `SHOW=1` shows the text that failed.

mod comment;
mod corpus;
mod dice;
mod fleet;
mod machine;
mod mutate;
mod names;
mod write;

mod foreseen;
mod hurt;
mod killed;
mod misspelled;
mod money;
mod order;
mod origins;
mod rest;
mod saved;
mod secrets;
mod texts;
mod whole_way;
