//! Files of what is drawn.

use std::{io::Write as _, path::Path};

use etable::files::write_atomically;

use crate::{AnalysisError, Result};

/// What makes the content of a file of one format, by the format's extension.
pub type DrawingFormat<'a> = (&'static str, &'a dyn Fn() -> Result<Vec<u8>>);

/// Writes a drawing in that of its formats which the extension of `path` names, in capitals or not
/// (`.htm` is `.html`). The file is written whole or not at all.
///
/// ```
/// use analysis::write_drawing;
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let folder = tempfile::tempdir()?;
/// let svg = || Ok(b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>".to_vec());
/// write_drawing(folder.path().join("empty.svg"), &[("svg", &svg)])?;
/// let error = write_drawing(folder.path().join("empty.gif"), &[("svg", &svg)]).unwrap_err();
/// assert!(error.to_string().ends_with("use .svg"));
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// [`AnalysisError::UnknownFigureFormat`], [`AnalysisError::Write`], and those of the content.
pub fn write_drawing(path: impl AsRef<Path>, formats: &[DrawingFormat<'_>]) -> Result<()> {
    let path = path.as_ref();
    let extension = path.extension().and_then(|e| e.to_str()).map(str::to_ascii_lowercase);
    let extension = match extension.as_deref() {
        Some("htm") => "html",
        Some(other) => other,
        None => "",
    };
    let Some((_, content)) = formats.iter().find(|(name, _)| *name == extension) else {
        let formats = formats.iter().map(|(name, _)| *name).collect();
        return Err(AnalysisError::UnknownFigureFormat { path: path.to_path_buf(), formats });
    };
    let content = content()?;
    write_atomically(path, |file| file.write_all(&content))
        .map_err(|source| AnalysisError::Write { path: path.to_path_buf(), source })
}
