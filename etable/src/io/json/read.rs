//! Lines of JSON as a table with given columns.

use std::collections::HashMap;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::infer::without_place;
use super::{Fault, special};
use crate::column::{ColumnData, ColumnSpec, Values};
use crate::element::sealed::Scalar;
use crate::error;
use crate::table::Table;

/// The lines as a table with these columns; or what is wrong with them, or with the columns.
pub(super) fn table<'a>(
    specs: Vec<ColumnSpec>,
    lines: impl Iterator<Item = (usize, &'a [u8])>,
    n_rows: usize,
) -> Result<error::Result<Table>, Fault> {
    let mut rows = Rows::new(specs);
    for (line, text) in lines {
        let mut reader = serde_json::Deserializer::from_slice(text);
        rows.deserialize(&mut reader)
            .and_then(|()| reader.end())
            .map_err(|error| Fault { line, reason: without_place(&error) })?;
    }
    let mut table = Table::new();
    for column in rows.columns {
        let Column { spec, values, elements, rows } = column;
        let data = ColumnData { values, elements: Some(elements), rows: Some(rows) };
        if let Err(error) = table.push(spec, data, n_rows) {
            return Ok(Err(error));
        }
    }
    Ok(Ok(table))
}

struct Rows {
    index: HashMap<String, usize>,
    columns: Vec<Column>,
    n_rows: usize,
}

struct Column {
    spec: ColumnSpec,
    values: Values,
    elements: Vec<bool>,
    rows: Vec<bool>,
}

impl Column {
    fn push_null(&mut self, n: usize) {
        self.values.push_blank(n);
        self.elements.resize(self.elements.len() + n, false);
    }
}

impl Rows {
    fn new(specs: Vec<ColumnSpec>) -> Self {
        let index = specs.iter().enumerate().map(|(index, spec)| (spec.name.clone(), index));
        let index = index.collect();
        let columns = specs.into_iter().map(|spec| {
            let values = Values::new(spec.element);
            Column { spec, values, elements: Vec::new(), rows: Vec::new() }
        });
        Self { index, columns: columns.collect(), n_rows: 0 }
    }
}

/// One line.
impl<'de> DeserializeSeed<'de> for &mut Rows {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for &mut Rows {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with an entry for each column")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let n_rows = self.n_rows;
        while let Some(index) = map.next_key_seed(Name(&self.index))? {
            let column = &mut self.columns[index];
            if column.rows.len() > n_rows {
                let name = &column.spec.name;
                return Err(A::Error::custom(format!("the name `{name}` occurs twice")));
            }
            let there = map.next_value_seed(Cell { column, depth: 0 })?;
            column.rows.push(there);
        }
        for column in self.columns.iter_mut().filter(|column| column.rows.len() == n_rows) {
            column.push_null(column.spec.shape.len());
            column.rows.push(false);
        }
        self.n_rows += 1;
        Ok(())
    }
}

/// The name of an entry; which column it is.
struct Name<'a>(&'a HashMap<String, usize>);

impl<'de> DeserializeSeed<'de> for Name<'_> {
    type Value = usize;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<usize, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Name<'_> {
    type Value = usize;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a column's name")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<usize, E> {
        let found = self.0.get(name).copied();
        found.ok_or_else(|| E::custom(format!("no column `{name}` is expected")))
    }
}

/// A cell, or a part of it that lies `depth` lists deep; whether it is there.
struct Cell<'a> {
    column: &'a mut Column,
    depth: usize,
}

impl Cell<'_> {
    fn fault<E: Error>(&self, reason: impl fmt::Display) -> E {
        E::custom(format!("column `{}`: {reason}", self.column.spec.name))
    }

    fn push<T: Scalar + fmt::Display, E: Error>(self, value: T) -> Result<bool, E> {
        if self.depth < self.column.spec.shape.sizes().len() {
            return Err(self.fault("a value in place of a list"));
        }
        let shown = || format!("{value} is no {}", self.column.spec.element);
        if !T::extend(&mut self.column.values, std::slice::from_ref(&value)) {
            return Err(self.fault(shown()));
        }
        self.column.elements.push(true);
        Ok(true)
    }
}

impl<'de> DeserializeSeed<'de> for Cell<'_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Cell<'_> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a value or a list for `{}`", self.column.spec.name)
    }

    fn visit_unit<E: Error>(self) -> Result<bool, E> {
        let n = self.column.spec.shape.sizes()[self.depth..].iter().product();
        self.column.push_null(n);
        Ok(false)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<bool, E> {
        self.push(value)
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<bool, E> {
        self.push(value)
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<bool, E> {
        self.push(value)
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<bool, E> {
        self.push(value)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<bool, E> {
        match special(text) {
            Some(number) if self.column.spec.element.is_float() => self.push(number),
            _ => self.push(text.to_owned()),
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<bool, A::Error> {
        let Some(&size) = self.column.spec.shape.sizes().get(self.depth) else {
            return Err(self.fault("a list in place of a value"));
        };
        let depth = self.depth + 1;
        let mut found = 0;
        while list.next_element_seed(Cell { column: &mut *self.column, depth })?.is_some() {
            found += 1;
        }
        if found != size {
            return Err(self.fault(format!("a list of {found}, not of {size}")));
        }
        Ok(true)
    }
}
