//! Which columns lines of JSON have: types and shapes.

use std::collections::HashMap;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::{Fault, special};
use crate::column::ColumnSpec;
use crate::element::ElementType;
use crate::shape::CellShape;

/// The columns in the order in which they first occur.
pub(super) fn specs<'a>(
    lines: impl Iterator<Item = (usize, &'a [u8])>,
) -> Result<Vec<ColumnSpec>, Fault> {
    let mut columns = Columns::default();
    for (line, text) in lines {
        columns.rows += 1;
        let mut reader = serde_json::Deserializer::from_slice(text);
        (&mut columns)
            .deserialize(&mut reader)
            .and_then(|()| reader.end())
            .map_err(|error| Fault { line, reason: without_place(&error) })?;
    }
    let specs = columns.found.into_iter().map(Column::spec).collect::<Result<_, _>>();
    specs.map_err(|reason| Fault { line: 1, reason })
}

/// An error's message without its line and column, which are those of a single line.
pub(super) fn without_place(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.rsplit_once(" at line ") {
        Some((message, _)) => format!("{message} (at character {})", error.column()),
        None => text,
    }
}

#[derive(Default)]
struct Columns {
    index: HashMap<String, usize>,
    found: Vec<Column>,
    rows: usize,
}

struct Column {
    name: String,
    layout: Layout,
    kinds: Kinds,
    /// The last row it occurred in, counted from 1.
    row: usize,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Class {
    Flag,
    Number,
    Text,
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Flag => "a flag",
            Self::Number => "a number",
            Self::Text => "text",
        })
    }
}

/// Which kinds of values a column has.
#[derive(Default)]
struct Kinds {
    class: Option<Class>,
    /// Some are texts that may stand for numbers.
    special: bool,
    negative: bool,
    /// Beyond `i64`.
    great: bool,
    float: bool,
}

impl Kinds {
    fn add<E: Error>(&mut self, class: Class) -> Result<Layout, E> {
        match self.class {
            Some(other) if other != class => return Err(E::custom(differ(class, other))),
            _ if self.special && class == Class::Flag => {
                return Err(E::custom(differ(class, Class::Text)));
            }
            _ => self.class = Some(class),
        }
        Ok(Layout::Element)
    }

    fn element(&self) -> ElementType {
        match self.class {
            Some(Class::Flag) => ElementType::Bool,
            Some(Class::Number) if self.float || self.special => ElementType::Float64,
            Some(Class::Number) if self.great && self.negative => ElementType::Float64,
            Some(Class::Number) if self.great => ElementType::UInt64,
            Some(Class::Number) => ElementType::Int64,
            Some(Class::Text) | None => ElementType::Text,
        }
    }
}

fn differ(here: Class, before: Class) -> String {
    format!("is {here} here and {before} before; a column has values of one kind")
}

/// What is known of the shape of a cell, or of a part of one.
#[derive(Debug, Clone, PartialEq)]
enum Layout {
    /// Nothing: it is null.
    Unknown,
    Element,
    List(usize, Box<Layout>),
}

impl Layout {
    /// The layout of two cells, or neighbours in one, if they have one in common.
    fn merged(self, other: Self) -> Option<Self> {
        Some(match (self, other) {
            (Self::Unknown, known) | (known, Self::Unknown) => known,
            (Self::Element, Self::Element) => Self::Element,
            (Self::List(n, a), Self::List(m, b)) if n == m => {
                Self::List(n, Box::new(a.merged(*b)?))
            }
            _ => return None,
        })
    }

    fn sizes(&self) -> Vec<usize> {
        let mut sizes = Vec::new();
        let mut layout = self;
        while let Self::List(size, inner) = layout {
            sizes.push(*size);
            layout = inner;
        }
        sizes
    }
}

impl Column {
    fn spec(self) -> Result<ColumnSpec, String> {
        let shape = CellShape::new(&self.layout.sizes(), &[])
            .map_err(|error| format!("column `{}`: {error}", self.name))?;
        let element = match self.kinds.element() {
            // Lists without a value anywhere.
            ElementType::Text
                if self.kinds.class.is_none() && !self.kinds.special && shape.is_empty() =>
            {
                ElementType::Float64
            }
            element => element,
        };
        Ok(ColumnSpec { shape, ..ColumnSpec::scalar(self.name, element) })
    }
}

/// One line.
impl<'de> DeserializeSeed<'de> for &mut Columns {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for &mut Columns {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with an entry for each column")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key::<String>()? {
            let index = *self.index.entry(name).or_insert_with_key(|name| {
                let (layout, kinds) = (Layout::Unknown, Kinds::default());
                self.found.push(Column { name: name.clone(), layout, kinds, row: 0 });
                self.found.len() - 1
            });
            let Column { name, layout, kinds, row } = &mut self.found[index];
            if std::mem::replace(row, self.rows) == self.rows {
                return Err(A::Error::custom(format!("the name `{name}` occurs twice")));
            }
            let here = map.next_value_seed(Cell { name, kinds })?;
            let before = std::mem::replace(layout, Layout::Unknown);
            let (old, new) = (before.sizes(), here.sizes());
            *layout = before.merged(here).ok_or_else(|| {
                A::Error::custom(format!(
                    "the cells of `{name}` have the shape {new:?} here and {old:?} before; a \
                     column has cells of one shape"
                ))
            })?;
        }
        Ok(())
    }
}

/// A value, a list, or an element of one.
struct Cell<'a> {
    name: &'a str,
    kinds: &'a mut Kinds,
}

impl Cell<'_> {
    fn add<E: Error>(self, class: Class) -> Result<Layout, E> {
        let named = |error: serde::de::value::Error| E::custom(format!("`{}` {error}", self.name));
        self.kinds.add(class).map_err(named)
    }
}

impl<'de> DeserializeSeed<'de> for Cell<'_> {
    type Value = Layout;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Layout, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Cell<'_> {
    type Value = Layout;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a value or a list for `{}`", self.name)
    }

    fn visit_unit<E: Error>(self) -> Result<Layout, E> {
        Ok(Layout::Unknown)
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Layout, E> {
        self.add(Class::Flag)
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Layout, E> {
        self.kinds.negative |= value < 0;
        self.add(Class::Number)
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Layout, E> {
        self.kinds.great |= i64::try_from(value).is_err();
        self.add(Class::Number)
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Layout, E> {
        self.kinds.float = true;
        self.add(Class::Number)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Layout, E> {
        if special(text).is_none() {
            return self.add(Class::Text);
        }
        if self.kinds.class == Some(Class::Flag) {
            return self.add(Class::Text);
        }
        self.kinds.special = true;
        Ok(Layout::Element)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Layout, A::Error> {
        let Cell { name, kinds } = self;
        let (mut size, mut inner) = (0, Layout::Unknown);
        while let Some(part) = list.next_element_seed(Cell { name, kinds })? {
            size += 1;
            inner = inner.merged(part).ok_or_else(|| {
                A::Error::custom(format!("the parts of a list in `{name}` are not of one shape"))
            })?;
        }
        Ok(Layout::List(size, Box::new(inner)))
    }
}
