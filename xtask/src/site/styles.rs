//! Style sheets: a file of `@import` lines becomes one minified sheet.

use std::path::Path;

use anyhow::{Context, Result, anyhow};
use lightningcss::bundler::{Bundler, FileProvider};
use lightningcss::stylesheet::{MinifyOptions, ParserOptions, PrinterOptions};

/// Bundles and minifies a style sheet with everything it imports. Nothing is rewritten for older browsers.
pub fn bundle(file: &Path) -> Result<String> {
    std::fs::metadata(file).with_context(|| format!("could not read {}", file.display()))?;
    let provider = FileProvider::new();
    let mut bundler = Bundler::new(&provider, None, ParserOptions::default());
    let mut sheet = bundler.bundle(file).map_err(|error| anyhow!("{error}")).with_context(|| format!("in {}", file.display()))?;
    sheet.minify(MinifyOptions::default()).map_err(|error| anyhow!("{error}")).with_context(|| format!("in {}", file.display()))?;
    let options = PrinterOptions { minify: true, ..PrinterOptions::default() };
    let printed = sheet.to_css(options).map_err(|error| anyhow!("{error}")).with_context(|| format!("in {}", file.display()))?;
    Ok(printed.code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_become_one_sheet_and_urls_stay() {
        let style = tempfile::tempdir().unwrap();
        std::fs::write(style.path().join("main.css"), "@layer base;\n@import \"font.css\" layer(base);\n.a { color: red; }\n").unwrap();
        let font = "@font-face { font-family: F; src: url(\"fonts/f.woff2\") format(\"woff2\"); }\n.b { & .c { gap: 0px; } }\n";
        std::fs::write(style.path().join("font.css"), font).unwrap();
        let sheet = bundle(&style.path().join("main.css")).unwrap();
        assert!(sheet.contains("url(fonts/f.woff2)"), "{sheet}");
        assert!(sheet.contains(".a{color:red}") && !sheet.contains("@import"), "{sheet}");
        assert!(sheet.contains(".b{& .c{gap:0}}"), "nesting stays for the browser: {sheet}");
    }

    #[test]
    fn a_missing_import_names_the_file() {
        let style = tempfile::tempdir().unwrap();
        std::fs::write(style.path().join("main.css"), "@import \"gone.css\";").unwrap();
        let error = format!("{:#}", bundle(&style.path().join("main.css")).unwrap_err());
        assert!(error.contains("main.css"), "{error}");
    }
}
