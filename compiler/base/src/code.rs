//! A diagnostic's code, and the page that explains it. Must not know how pages are shown.

/// A stable code such as `T0204`, with its one-line title and its page (Markdown, with a wrong and a right example).
#[derive(Clone, Copy)]
pub struct Code {
    /// `T` and four digits. Never reused.
    pub id: &'static str,
    /// What is wrong, in general, in a few words.
    pub title: &'static str,
    /// The page that `tonnage explain` prints.
    pub page: &'static str,
}

impl PartialEq for Code {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Code {}

impl std::fmt::Debug for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.id)
    }
}

/// Declares the codes of one phase: `codes! { T0101 "unclosed string", … }`. Each must have a page in
/// `compiler/base/pages/T0101.md`, or the crate does not compile.
#[macro_export]
macro_rules! codes {
    ($($id:ident $title:literal),* $(,)?) => {
        $(
            #[doc = $title]
            pub const $id: $crate::Code = $crate::Code {
                id: stringify!($id),
                title: $title,
                page: include_str!(concat!("../../pages/", stringify!($id), ".md")),
            };
        )*
        /// All codes of this phase, in order.
        pub const ALL: &[$crate::Code] = &[$($id),*];
    };
}
