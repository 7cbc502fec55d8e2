//! Tables of every type and shape, with nulls and odd values; and how to compare them.

use std::fmt::Debug;

use etable::ndarray::{ArrayD, IxDyn};
use etable::{ColumnSpec, ElementType, Scalar, Table, TableBuilder};
use proptest::collection::{btree_map, btree_set, vec};
use proptest::option::weighted;
use proptest::prelude::*;

/// Evaluates an expression in which `$T` is the Rust type of an element type.
macro_rules! typed {
    ($element:expr, $T:ident => $result:expr) => {
        typed!(@arms $element, $T, $result, Bool bool, Int8 i8, Int16 i16, Int32 i32, Int64 i64,
            UInt8 u8, UInt16 u16, UInt32 u32, UInt64 u64, Float32 f32, Float64 f64, Text String)
    };
    (@arms $element:expr, $T:ident, $result:expr, $($variant:ident $type:ty),*) => {
        match $element {
            $(ElementType::$variant => {
                type $T = $type;
                $result
            })*
        }
    };
}

/// Values of a type, the odd ones among them.
trait Odd: Scalar + Debug {
    fn odd() -> BoxedStrategy<Self>;
}

macro_rules! odd_integers {
    ($($type:ty),*) => {$(
        impl Odd for $type {
            fn odd() -> BoxedStrategy<Self> {
                prop_oneof![any::<$type>(), Just(<$type>::MIN), Just(<$type>::MAX)].boxed()
            }
        }
    )*};
}
odd_integers!(i8, i16, i32, i64, u8, u16, u32, u64);

macro_rules! odd_floats {
    ($($type:ident $bits:ty),*) => {$(
        impl Odd for $type {
            fn odd() -> BoxedStrategy<Self> {
                prop_oneof![
                    any::<$type>(),
                    any::<$bits>().prop_map($type::from_bits),
                    Just($type::NAN),
                    Just($type::INFINITY),
                    Just($type::NEG_INFINITY),
                    Just(-0.0),
                    Just($type::MAX),
                    Just($type::MIN_POSITIVE / 3.0),
                    (-1000_i16..1000).prop_map(|value| $type::from(value) / 10.0),
                ]
                .boxed()
            }
        }
    )*};
}
odd_floats!(f32 u32, f64 u64);

impl Odd for bool {
    fn odd() -> BoxedStrategy<Self> {
        any::<bool>().boxed()
    }
}

impl Odd for String {
    fn odd() -> BoxedStrategy<Self> {
        prop_oneof![
            "[a-c ,\t\"\n\r'%$#|^_:D<>\\\\é\u{301}漢😀\u{feff}]{1,8}",
            Just("_D:".to_owned()),
            Just("NaN".to_owned()),
            Just("-Infinity".to_owned()),
            Just("null".to_owned()),
            Just("\\.".to_owned()),
            Just(" ".to_owned()),
        ]
        .boxed()
    }
}

/// A table of one column `?`; `present` is how likely a cell or an element is not null.
fn column(n_rows: usize, present: f64) -> impl Strategy<Value = Table> {
    let shapes = prop_oneof![
        4 => Just(vec![]),
        1 => Just(vec![1]),
        1 => Just(vec![3]),
        1 => Just(vec![2, 3]),
        1 => Just(vec![2, 1, 2, 2]),
        1 => Just(vec![1, 2, 1, 3, 2]),
        1 => Just(vec![0]),
        1 => Just(vec![2, 0]),
    ];
    let kinds = proptest::sample::select(&ElementType::ALL[..]);
    (kinds, shapes, any::<bool>()).prop_flat_map(move |(kind, sizes, named)| {
        typed!(kind, T => column_of::<T>(kind, n_rows, present, sizes, named))
    })
}

fn column_of<T: Odd>(
    kind: ElementType,
    n_rows: usize,
    present: f64,
    sizes: Vec<usize>,
    named: bool,
) -> BoxedStrategy<Table> {
    let names = ["a", "b", "ç", "d", "e"];
    let names = if named { names[..sizes.len()].to_vec() } else { Vec::new() };
    let spec = ColumnSpec::tensor("?", kind, &sizes, &names);
    let spec = spec.expect("a fair shape");
    let width = spec.shape.len();
    if width == 0 {
        let cells = vec(any::<bool>(), n_rows);
        return cells
            .prop_map(move |cells| {
                let mut builder = TableBuilder::new([spec.clone()]).unwrap();
                for there in cells {
                    let row = builder.row();
                    let there = there || present == 1.0;
                    let row = if there { row.set_tensor::<T>("?", &[]).unwrap() } else { row };
                    row.finish().unwrap();
                }
                builder.finish().unwrap()
            })
            .boxed();
    }
    let cell = vec(maybe(present, T::odd()), width);
    let cells = vec(maybe(present, cell), n_rows);
    cells
        .prop_map(move |cells| {
            let elements = cells.into_iter().flat_map(|cell| cell.unwrap_or(vec![None; width]));
            let shape = IxDyn(&[&[n_rows], &sizes[..]].concat());
            let array = ArrayD::from_shape_vec(shape, elements.collect()).unwrap();
            Table::new().with_tensor("?", array, &names).unwrap()
        })
        .boxed()
}

/// A value that is there as likely as `present`.
fn maybe<S: Strategy + 'static>(present: f64, value: S) -> BoxedStrategy<Option<S::Value>>
where
    S::Value: 'static,
{
    if present == 1.0 { value.prop_map(Some).boxed() } else { weighted(present, value).boxed() }
}

/// Tables of up to 5 rows and 4 columns with notes; without nulls if `present` is 1.
pub fn tables(present: f64) -> impl Strategy<Value = Table> {
    let name = "[A-Z][a-zA-Z0-9 ,\"%é\\[\\]]{0,6}";
    (0_usize..6, 1_usize..5)
        .prop_flat_map(move |(n_rows, n_columns)| {
            (
                vec(column(n_rows, present), n_columns),
                btree_set(name, n_columns),
                btree_map("[a-z]{1,4}", ".{0,6}", 0..3),
            )
        })
        .prop_map(|(columns, names, metadata)| {
            let mut table = Table::new();
            for (mut column, name) in columns.into_iter().zip(names) {
                *column.column_metadata_mut("?").unwrap() = metadata.clone();
                column.rename_column("?", name).unwrap();
                table.add_columns_of(&column).unwrap();
            }
            *table.metadata_mut() = metadata;
            table
        })
}

/// All elements of a column as text that tells every bit but those of NaN.
pub fn seen(table: &Table, spec: &ColumnSpec) -> Vec<String> {
    typed!(table.spec(&spec.name).unwrap().element, T => {
        let elements = table.elements::<T>(&spec.name).unwrap();
        elements.iter().map(|element| format!("{element:?}")).collect()
    })
}

/// Which cells of a column are null.
pub fn nulls(table: &Table, spec: &ColumnSpec) -> Vec<bool> {
    (0..table.n_rows()).map(|row| table.is_null(&spec.name, row).unwrap()).collect()
}

/// What must be equal besides sizes and values.
#[derive(Clone, Copy, PartialEq)]
pub enum Kept {
    /// Types, dimension names and all notes.
    All,
    /// Types, dimension names and notes on columns.
    Specs,
    /// Nothing; integers may have another width.
    Values,
}

/// That a table was read as it was written.
pub fn assert_same(expected: &Table, read: &Table, kept: Kept) -> Result<(), TestCaseError> {
    prop_assert_eq!(expected.n_rows(), read.n_rows());
    prop_assert_eq!(expected.column_names(), read.column_names());
    if kept != Kept::Values {
        prop_assert_eq!(expected.specs(), read.specs());
    }
    if kept == Kept::All {
        prop_assert_eq!(expected.metadata(), read.metadata());
        prop_assert!(expected == read, "{expected} {read}");
    }
    for (spec, other) in expected.specs().iter().zip(read.specs()) {
        let kind = |spec: &ColumnSpec| (spec.element.is_integer(), spec.shape.sizes().to_vec());
        prop_assert_eq!(kind(spec), kind(other));
        prop_assert_eq!(seen(expected, spec), seen(read, spec), "{}", spec);
        // A text format has no place for a cell of no elements.
        if !spec.shape.is_empty() || kept == Kept::All {
            prop_assert_eq!(nulls(expected, spec), nulls(read, spec), "{}", spec);
        }
    }
    Ok(())
}
