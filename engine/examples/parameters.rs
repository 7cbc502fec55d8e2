//! Writes `engine/PARAMETERS.md`, the list of all parameters.

fn main() -> std::io::Result<()> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/PARAMETERS.md");
    let page = engine::params::reference_page();
    etable::files::write_atomically(std::path::Path::new(path), |file| {
        std::io::Write::write_all(file, page.as_bytes())
    })
}
