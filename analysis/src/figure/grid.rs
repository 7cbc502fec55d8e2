//! Grids of small images: receptive fields, weights, patterns.
//!
//! ```
//! use analysis::tensor_grid;
//! use etable::{Table, ndarray::Array3};
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let patterns = Array3::from_shape_fn((2, 3, 3), |(row, y, x)| f64::from(u8::from(x == y + row)));
//! let table = Table::new()
//!     .with_column("Name", ["diagonal", "above"])?
//!     .with_tensor("Input", patterns.into_dyn(), &["y", "x"])?;
//! let svg = tensor_grid(&table, "Input", Some("Name"))?.to_svg();
//! assert!(svg.contains(">diagonal</text>"));
//! # Ok(())
//! # }
//! ```

use etable::{Table, View};
use ndarray::{Array2, ArrayView2, Axis, Slice};

use crate::{
    AnalysisError, Figure, Result,
    figure::{
        Content, free_name,
        scale::{ColourScale, extent},
    },
    rows::{read_labels, require_rows},
};

/// Images of one size.
#[derive(Clone, Debug)]
pub(crate) struct TensorGrid {
    /// The cells, `[items, height, width]`, as one matrix each.
    pub images: Vec<Array2<f64>>,
    pub labels: Vec<String>,
    /// Height and width of the pools that an image consists of: of the whole without pools.
    pub pool: (usize, usize),
    pub value_name: String,
    pub scale: ColourScale,
}

impl TensorGrid {
    /// Height and width of every image.
    pub fn size(&self) -> (usize, usize) {
        self.images[0].dim()
    }

    /// Pools of every image, down and across.
    pub fn pools(&self) -> (usize, usize) {
        let (height, width) = self.size();
        (height / self.pool.0, width / self.pool.1)
    }

    /// The values of one pool of an image.
    pub fn pool_of(&self, item: usize, down: usize, across: usize) -> ArrayView2<'_, f64> {
        let (height, width) = self.pool;
        let (top, left) = (down * height, across * width);
        let mut pool = self.images[item].view();
        pool.slice_axis_inplace(Axis(0), Slice::from(top..top + height));
        pool.slice_axis_inplace(Axis(1), Slice::from(left..left + width));
        pool
    }
}

/// Draws the tensor cells of a column as images in one common scale, one for each row, in reading
/// order.
///
/// A cell of shape `[y, x]` is an image with row 0 on top. `[pool y, pool x, unit y, unit x]` is a
/// grid of pools with a gap between them: a layer with pools, or a receptive field of each unit of
/// a layer. `[n]` is one row; three dimensions are drawn as `[y]` pools of `[y, x]` below each
/// other. `labels` names the column with the titles; without it rows are numbered. Colours run
/// from blue over white to red if a value is negative, else from dark to bright; NaN is grey.
///
/// # Errors
///
/// [`AnalysisError::Table`] if a column is missing, of the wrong kind, or holds nulls;
/// [`AnalysisError::TooFewRows`] for an empty view; [`AnalysisError::EmptyCells`];
/// [`AnalysisError::InvalidArgument`] for cells of more than four dimensions.
pub fn tensor_grid(view: impl Into<View>, column: &str, labels: Option<&str>) -> Result<Figure> {
    tensor_grid_view(&view.into(), column, labels)
}

fn tensor_grid_view(view: &View, column: &str, labels: Option<&str>) -> Result<Figure> {
    require_rows(view, "a grid of tensors")?;
    let rows = view.matrix(column)?;
    if rows.ncols() == 0 {
        return Err(AnalysisError::EmptyCells { column: column.into() });
    }
    let shape = view.table().spec(column)?.shape.clone();
    let ((down, across), pool) = match *shape.sizes() {
        [] => ((1, 1), (1, 1)),
        [width] => ((1, 1), (1, width)),
        [height, width] => ((1, 1), (height, width)),
        [pools, height, width] => ((pools, 1), (height, width)),
        [down, across, height, width] => ((down, across), (height, width)),
        _ => {
            return Err(AnalysisError::invalid(
                "cell shape of the column",
                format!("{:?}", shape.sizes()),
                "of at most four dimensions; reshape or average some",
            ));
        }
    };
    let images = rows
        .rows()
        .into_iter()
        .map(|values| {
            Array2::from_shape_fn((down * pool.0, across * pool.1), |(y, x)| {
                let of_pool = (y / pool.0) * across + x / pool.1;
                values[(of_pool * pool.0 + y % pool.0) * pool.1 + x % pool.1]
            })
        })
        .collect();
    let (low, high) = extent(rows.iter().copied()).unwrap_or((0.0, 1.0));
    let texts = read_labels(view, labels)?;
    let mut table = Table::new().with_column(labels.unwrap_or("Row"), texts.clone())?;
    let sizes: Vec<usize> = [&[rows.nrows()], shape.sizes()].concat();
    let values = rows.to_shape(sizes).expect("cells have their shape").into_owned();
    let names: Vec<&str> = shape.names().iter().map(String::as_str).collect();
    table.add_tensor(free_name(&table, column), values, &names)?;
    let grid = TensorGrid {
        images,
        labels: texts,
        pool,
        value_name: column.to_string(),
        scale: ColourScale::for_range(low, high),
    };
    Ok(Figure::new(Content::Grid(grid), table).title(column))
}
