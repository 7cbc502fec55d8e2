//! Showing.
use crate::table::Table;
use crate::view::View;
use std::fmt;
impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.df())
    }
}
impl fmt::Display for View {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.table())
    }
}
impl Table {
    /// HTML.
    pub fn to_html(&self) -> String {
        format!("<pre>{self}</pre>")
    }
}
impl View {
    /// HTML.
    pub fn to_html(&self) -> String {
        format!("<pre>{self}</pre>")
    }
}
