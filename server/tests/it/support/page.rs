//! Reading forms out of rendered pages.

/// All `<input>` fields of a page that have a name, with their values.
pub fn fields(html: &str) -> Vec<(String, String)> {
    let tags = html.split("<input").skip(1).filter_map(|rest| rest.split('>').next());
    tags.filter_map(|tag| Some((attribute(tag, "name")?, attribute(tag, "value").unwrap_or_default()))).collect()
}

/// The value of the first field with this name.
pub fn field(html: &str, name: &str) -> Option<String> {
    fields(html).into_iter().find(|(found, _)| found == name).map(|(_, value)| value)
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let rest = tag.split(&format!(" {name}=\"")).nth(1)?;
    let value = rest.split('"').next()?;
    Some(value.replace("&quot;", "\"").replace("&lt;", "<").replace("&amp;", "&"))
}

#[test]
fn fields_are_found_with_their_values() {
    let html = r#"<form><input type="hidden" name="start" value="a.b&amp;c"/><input name="email"></form>"#;
    assert_eq!(field(html, "start").as_deref(), Some("a.b&c"));
    assert_eq!(field(html, "email").as_deref(), Some(""));
    assert_eq!(field(html, "none"), None);
}
