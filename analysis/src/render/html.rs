//! Pages that need no network.

use std::sync::OnceLock;

use crate::{Figure, text::escape_xml};

/// The source of plotly.js, about 4.5 MB, without `<script>` tags.
pub fn plotly_js() -> &'static str {
    static SOURCE: OnceLock<String> = OnceLock::new();
    SOURCE.get_or_init(|| {
        // The plotly crate gives its script elements as HTML; the first is plotly.js.
        let elements = plotly::Plot::offline_js_sources();
        let start = elements.find('>').map_or(0, |position| position + 1);
        let rest = &elements[start..];
        rest[..rest.find("</script>").unwrap_or(rest.len())].to_string()
    })
}

/// One HTML page with any number of interactive figures, plotly.js in it once.
///
/// The page makes no request of any kind. Each figure stands in it as its static drawing, which
/// the interactive one replaces when scripts run.
pub fn html_page(title: &str, figures: &[&Figure]) -> String {
    let title = if title.is_empty() { "Figure" } else { title };
    let mut page = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <title>{}</title>\n<style>body{{margin:1em auto;max-width:60em;background:#fff}}\
         figure{{margin:0 0 2em}}</style>\n<script>{}</script>\n</head>\n<body>\n",
        escape_xml(title),
        plotly_js()
    );
    for (index, figure) in figures.iter().enumerate() {
        // `<` never occurs in JSON outside strings, where it can be written as an escape; so
        // no label can end the script.
        let json = figure.to_plotly_json().replace('<', "\\u003c");
        page += &format!(
            "<figure id=\"figure-{index}\">\n{}</figure>\n<script>\n{{\n\
             const place = document.getElementById(\"figure-{index}\");\n\
             place.replaceChildren();\n\
             Plotly.newPlot(place, {json});\n}}\n</script>\n",
            figure.to_svg()
        );
    }
    page += "</body>\n</html>\n";
    page
}
