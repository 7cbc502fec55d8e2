//! The Arrow extension type `arrow.fixed_shape_tensor`: how a tensor column is marked in files.
//!
//! The storage is a fixed-size list of n = Π sizes elements, row-major; sizes and dimension names
//! stand in a JSON text, spelt exactly `{"shape":[2,3],"dim_names":["y","x"]}` (names left out if the
//! dimensions are unnamed), because some readers compare the text. Source: Apache Arrow, canonical
//! extension types, "Fixed shape tensor".

use polars::datatypes::extension::get_extension_type_or_generic;
use polars::prelude::Series;
use serde::{Deserialize, Serialize};

use crate::element::ElementType;
use crate::shape::CellShape;

/// The extension's name.
pub(crate) const NAME: &str = "arrow.fixed_shape_tensor";
/// The key of an Arrow field's metadata that holds an extension's name.
pub(crate) const NAME_KEY: &str = "ARROW:extension:name";
/// The key of an Arrow field's metadata that holds an extension's parameters.
pub(crate) const METADATA_KEY: &str = "ARROW:extension:metadata";

#[derive(Serialize, Deserialize)]
struct Parameters {
    shape: Vec<usize>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    dim_names: Option<Vec<Option<String>>>,
    #[serde(default, skip_serializing)]
    permutation: Option<Vec<usize>>,
}

/// Whether columns of this element type are marked with the extension. Texts are not: the extension
/// needs elements of a fixed width.
pub(crate) fn is_marked(element: ElementType) -> bool {
    element != ElementType::Text
}

/// A flat tensor column marked with its shape.
pub(crate) fn marked(series: Series, shape: &CellShape) -> Series {
    let extension = get_extension_type_or_generic(NAME, series.dtype(), Some(&to_json(shape)));
    series.into_extension(extension)
}

/// The JSON text for a shape.
pub(crate) fn to_json(shape: &CellShape) -> String {
    let names =
        (!shape.names().is_empty()).then(|| shape.names().iter().cloned().map(Some).collect());
    let parameters =
        Parameters { shape: shape.sizes().to_vec(), dim_names: names, permutation: None };
    serde_json::to_string(&parameters).expect("numbers and strings are always valid JSON")
}

/// The shape in a JSON text, for lists of `width` elements.
///
/// # Errors
/// What is wrong: no valid JSON, an absurd shape, one that disagrees with `width`, or dimensions
/// stored in another order than row-major.
pub(crate) fn from_json(json: &str, width: usize) -> Result<CellShape, String> {
    let parameters: Parameters = serde_json::from_str(json)
        .map_err(|error| format!("the tensor metadata `{json}` is not understood: {error}"))?;
    if let Some(permutation) = &parameters.permutation
        && !permutation.iter().copied().eq(0..parameters.shape.len())
    {
        return Err(format!(
            "its dimensions are stored in the order {permutation:?}, only row-major is supported; \
             write it again with the dimensions in logical order"
        ));
    }
    let names = parameters.dim_names.unwrap_or_default();
    let names = names.into_iter().map(Option::unwrap_or_default).collect();
    let shape =
        CellShape::with_names(&parameters.shape, names).map_err(|error| error.to_string())?;
    if shape.len() != width {
        return Err(format!(
            "its metadata claims the shape {:?} of {} elements, but a row has {width}",
            shape.sizes(),
            shape.len()
        ));
    }
    Ok(shape)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_spelt_as_other_writers_spell_it() {
        let named = CellShape::new(&[2, 3], &["y", "x"]).unwrap();
        assert_eq!(to_json(&named), r#"{"shape":[2,3],"dim_names":["y","x"]}"#);
        let unnamed = CellShape::new(&[4], &[]).unwrap();
        assert_eq!(to_json(&unnamed), r#"{"shape":[4]}"#);
        let quoted = CellShape::new(&[1], &["a\"b"]).unwrap();
        assert_eq!(to_json(&quoted), r#"{"shape":[1],"dim_names":["a\"b"]}"#);
    }

    #[test]
    fn json_of_other_writers_is_understood() {
        let shape = from_json(r#"{"shape": [2, 3], "permutation": [0, 1]}"#, 6).unwrap();
        assert_eq!((shape.sizes(), shape.names().len()), ([2, 3].as_slice(), 0));
        assert!(from_json(r#"{"shape":[2,3],"permutation":[1,0]}"#, 6).is_err());
        assert!(from_json(r#"{"shape":[2,3]}"#, 7).unwrap_err().contains("[2, 3]"));
        assert!(from_json(r#"{"shape":[18446744073709551615,2]}"#, 2).is_err());
        assert!(from_json(r#"{"shape":[1e9,1e9]}"#, 2).is_err());
        assert!(from_json("", 2).is_err());
    }
}
