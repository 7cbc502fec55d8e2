//! Typed access: what is shared with polars, and what is refused.

use etable::polars::prelude::*;
use etable::{CellShape, Table, TableError};
use ndarray::{Array3, Array4, array};

fn table() -> Table {
    let act = Array3::from_shape_fn((4, 2, 3), |(row, y, x)| (row * 6 + y * 3 + x) as f32);
    Table::new()
        .with_column("Name", ["a", "b", "c", "d"])
        .unwrap()
        .with_column("SSE", [0.5, 0.25, 4.0, 0.0])
        .unwrap()
        .with_tensor("Act", act, &["y", "x"])
        .unwrap()
}

#[test]
fn a_tensor_view_is_polars_own_buffer() {
    let table = table();
    let view = table.tensor::<f32>("Act").unwrap();
    let column = table.df().column("Act").unwrap().as_materialized_series().clone();
    assert_eq!(column.dtype(), &DataType::Array(Box::new(DataType::Float32), 6));
    let inner = column.array().unwrap().get_inner();
    let buffer = inner.f32().unwrap().cont_slice().unwrap();
    assert_eq!(view.as_ptr(), buffer.as_ptr());
    assert_eq!(view.as_slice().unwrap(), buffer);

    let cell = table.tensor_cell::<f32>("Act", 2).unwrap();
    assert_eq!(cell.as_ptr(), buffer[12..].as_ptr());
    assert_eq!(cell, array![[12.0, 13.0, 14.0], [15.0, 16.0, 17.0]].into_dyn());

    let clone = table.clone();
    assert_eq!(clone.tensor::<f32>("Act").unwrap().as_ptr(), buffer.as_ptr());
    let kept = table.view().table().clone();
    assert_eq!(
        kept.slice::<f64>("SSE").unwrap().as_ptr(),
        table.slice::<f64>("SSE").unwrap().as_ptr()
    );
}

#[test]
fn an_array_given_away_is_not_copied() {
    let act = Array4::<f64>::zeros((3, 2, 2, 2));
    let pointer = act.as_ptr();
    let table = Table::new().with_tensor("Act", act, &[]).unwrap();
    assert_eq!(table.tensor::<f64>("Act").unwrap().as_ptr(), pointer);
}

#[test]
fn frames_sliced_by_polars_come_back_right() {
    let table = table();
    let sliced = Table::from_df(table.df().slice(1, 2)).unwrap();
    assert_eq!(sliced.tensor::<f32>("Act").unwrap().as_slice().unwrap()[0], 6.0);
    assert_eq!(sliced.matrix("Act").unwrap().row(1)[5], 17.0);
    let mut doubled = table.df().clone();
    doubled.vstack_mut(table.df()).unwrap();
    let doubled = Table::from_df(doubled).unwrap();
    assert_eq!(doubled.tensor::<f32>("Act").unwrap().shape(), [8, 6]);
    assert_eq!(doubled.tensor::<f32>("Act").unwrap()[[7, 5]], 23.0);
}

#[test]
fn nested_arrays_and_integers_of_polars_are_taken() {
    let flat = Series::new("N".into(), (0..12).collect::<Vec<i32>>());
    let dimensions = [3, 2, 2].map(ReshapeDimension::new);
    let nested = flat.reshape_array(&dimensions).unwrap();
    let ids = Series::new("Id".into(), [1_u32, 2, 3]);
    let frame = DataFrame::new(3, vec![nested.into(), ids.into()]).unwrap();
    let table = Table::from_df(frame).unwrap();
    assert_eq!(table.spec("N").unwrap().shape, CellShape::new(&[2, 2], &[]).unwrap());
    assert_eq!(table.tensor::<i32>("N").unwrap()[[2, 1, 0]], 10);
    assert_eq!(table.slice::<u32>("Id").unwrap(), [1, 2, 3]);
    let categories = Series::new("C".into(), ["b", "a", "b"]);
    let kind = DataType::from_categories(Categories::global());
    let frame = vec![categories.cast(&kind).unwrap().into()];
    let table = Table::from_df(DataFrame::new(3, frame).unwrap()).unwrap();
    assert_eq!(table.texts("C").unwrap(), ["b", "a", "b"]);
    let lists =
        Series::new("L".into(), [Series::new("".into(), [1_i64]), Series::new("".into(), [2_i64])]);
    let error = Table::from_df(DataFrame::new(2, vec![lists.into()]).unwrap()).unwrap_err();
    assert!(matches!(error, TableError::UnsupportedType { .. }), "{error}");
}

#[test]
fn appending_compares_columns_and_changes_nothing_on_error() {
    let mut table = table();
    let other = table.view().take(&[3]).unwrap().to_table().unwrap();
    table.append(&other).unwrap();
    assert_eq!(table.n_rows(), 5);
    assert_eq!(table.tensor_cell::<f32>("Act", 4).unwrap()[[1, 2]], 23.0);
    assert_eq!(table.spec("Act").unwrap().shape.names(), ["y", "x"]);
    let wrong = table.select(&["Name", "Act", "SSE"]).unwrap();
    let error = table.append(&wrong).unwrap_err();
    assert!(error.to_string().contains("`SSE: f64` and `Act: f32[y 2, x 3]`"), "{error}");
    assert_eq!(table.n_rows(), 5);
}

#[test]
fn errors_say_what_to_do() {
    let table = table();
    let message = |error: TableError| error.to_string();
    assert!(message(table.tensor::<f64>("Act").unwrap_err()).contains("ask for f32"));
    assert!(message(table.numbers("Act").unwrap_err()).contains("use `tensor` or `matrix`"));
    assert!(message(table.numbers("Name").unwrap_err()).contains("`labels`"));
    assert!(message(table.cell::<f32>("SSE", 0).unwrap_err()).contains("of type f64"));
    assert!(matches!(table.cell::<f64>("SSE", 4), Err(TableError::RowOutOfRange { .. })));
    assert!(message(table.matrix("Actt").unwrap_err()).contains("did you mean `Act`?"));
    let error = table.clone().with_column("Short", [1.0]).unwrap_err();
    assert!(matches!(error, TableError::LengthMismatch { found: 1, expected: 4, .. }));
    let error = table.clone().with_column("SSE", [0.0; 4]).unwrap_err();
    assert!(matches!(error, TableError::DuplicateColumn { .. }));
    let error = table.clone().with_tensor("T", array![[1.0], [2.0]], &["a", "b"]).unwrap_err();
    assert!(matches!(error, TableError::InvalidShape { .. }));
}

#[test]
fn columns_are_renamed_and_dropped_with_their_specs() {
    let mut table = table();
    table.rename_column("Act", "ActM").unwrap();
    table.drop_column("SSE").unwrap();
    assert_eq!(table.column_names(), ["Name", "ActM"]);
    assert_eq!(table.df().get_column_names(), ["Name", "ActM"]);
    assert_eq!(table.tensor::<f32>("ActM").unwrap().shape(), [4, 2, 3]);
    assert!(matches!(table.rename_column("ActM", "Name"), Err(TableError::DuplicateColumn { .. })));
    assert!(matches!(table.drop_column("SSE"), Err(TableError::MissingColumn { .. })));
}

#[test]
fn lazy_queries_keep_tensor_columns() {
    let table = table();
    let frame = table.lazy().filter(col("SSE").gt(lit(0.3))).collect().unwrap();
    let filtered = Table::from_df(frame).unwrap();
    assert_eq!(filtered.tensor::<f32>("Act").unwrap()[[1, 0]], 12.0);
}
