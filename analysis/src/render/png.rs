//! Drawings as PNG images, without a browser.

use std::sync::{Arc, LazyLock};

use resvg::{
    tiny_skia::{Pixmap, Transform},
    usvg::{Options, Tree, fontdb::Database},
};

use crate::{AnalysisError, Result};

/// Arimo has the widths of Helvetica and Arial, for which drawings are laid out. These are subsets:
/// Latin, Greek, Cyrillic and mathematical signs.
const REGULAR: &[u8] = include_bytes!("../../assets/Arimo-Regular.ttf");
const BOLD: &[u8] = include_bytes!("../../assets/Arimo-Bold.ttf");
const FAMILY: &str = "Arimo";

/// Larger images are refused: they would not fit in memory.
const MOST_PIXELS: f64 = 2e8;

static OWN_FONTS: LazyLock<Arc<Database>> = LazyLock::new(|| Arc::new(own_fonts()));
/// Read only when a text needs them: looking through a system's fonts takes long.
static ALL_FONTS: LazyLock<Arc<Database>> = LazyLock::new(|| {
    let mut fonts = own_fonts();
    fonts.load_system_fonts();
    fonts.set_sans_serif_family(FAMILY);
    Arc::new(fonts)
});

fn own_fonts() -> Database {
    let mut fonts = Database::new();
    fonts.load_font_data(REGULAR.to_vec());
    fonts.load_font_data(BOLD.to_vec());
    fonts.set_sans_serif_family(FAMILY);
    fonts
}

/// Whether the font that comes along may lack a character.
fn is_foreign(character: char) -> bool {
    !matches!(u32::from(character), 0..=0x24f | 0x370..=0x3ff | 0x400..=0x45f | 0x2000..=0x25ff)
}

/// A drawing as a PNG image, `scale` pixels for each of its own, as [`crate::Figure::to_png`] makes
/// it of a figure.
///
/// ```
/// let svg = r##"<svg xmlns="http://www.w3.org/2000/svg" width="8" height="4"/>"##;
/// let image = analysis::svg_to_png(svg, 2.0)?;
/// assert!(image.starts_with(b"\x89PNG"));
/// # Ok::<(), analysis::AnalysisError>(())
/// ```
///
/// # Errors
///
/// [`AnalysisError::InvalidArgument`] unless `scale` is from 0.1 to 10; [`AnalysisError::Image`]
/// if this is no SVG, or the image would be too large to hold.
pub fn svg_to_png(svg: &str, scale: f64) -> Result<Vec<u8>> {
    if !(0.1..=10.0).contains(&scale) {
        return Err(AnalysisError::invalid("scale", scale, "from 0.1 to 10"));
    }
    let image = |message: String| AnalysisError::Image { message };
    let fonts = if svg.chars().any(is_foreign) { &ALL_FONTS } else { &OWN_FONTS };
    let options =
        Options { fontdb: Arc::clone(fonts), font_family: FAMILY.into(), ..Options::default() };
    let tree = Tree::from_str(svg, &options).map_err(|error| image(error.to_string()))?;
    let size = tree.size();
    let width = (f64::from(size.width()) * scale).ceil();
    let height = (f64::from(size.height()) * scale).ceil();
    let too_large = || image(format!("{width} x {height} pixels are too many; use a lower scale"));
    if width * height > MOST_PIXELS {
        return Err(too_large());
    }
    let mut pixels = Pixmap::new(width as u32, height as u32).ok_or_else(too_large)?;
    resvg::render(&tree, Transform::from_scale(scale as f32, scale as f32), &mut pixels.as_mut());
    pixels.encode_png().map_err(|error| image(error.to_string()))
}
