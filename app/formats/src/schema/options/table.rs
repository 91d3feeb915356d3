//! Tables as spreadsheets save them: fields between commas, semicolons or tabs, in quotes where they hold any of those.

/// A line of the table.
pub(super) struct Row {
    /// Where it begins in the file, from 1.
    pub line: usize,
    pub fields: Vec<String>,
}

/// Reads a table; what separates the fields is what the first line has most of. The error is the line of a quote that is
/// not closed.
pub(super) fn read(text: &str) -> Result<Vec<Row>, usize> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let head = text.lines().next().unwrap_or_default();
    // The last of equals would win: the comma stands last.
    let separator = [';', '\t', ','].into_iter().max_by_key(|separator| head.matches(*separator).count()).unwrap_or(',');
    let mut rows = Vec::new();
    let mut row = Row { line: 1, fields: Vec::new() };
    let (mut field, mut line, mut quoted_since) = (String::new(), 1, None);
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        line += usize::from(letter == '\n');
        match letter {
            '"' if quoted_since.is_some() => {
                // Two quotes in a quoted field are one.
                if letters.next_if_eq(&'"').is_some() {
                    field.push('"');
                } else {
                    quoted_since = None;
                }
            }
            letter if quoted_since.is_some() => field.push(letter),
            '"' if field.is_empty() => quoted_since = Some(line),
            '\n' => {
                row.fields.push(std::mem::take(&mut field));
                rows.push(std::mem::replace(&mut row, Row { line, fields: Vec::new() }));
            }
            letter if letter == separator => row.fields.push(std::mem::take(&mut field)),
            '\r' => {}
            letter => field.push(letter),
        }
    }
    if let Some(line) = quoted_since {
        return Err(line);
    }
    if !field.is_empty() || !row.fields.is_empty() {
        row.fields.push(field);
        rows.push(row);
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(text: &str) -> Vec<(usize, String)> {
        read(text).unwrap().into_iter().map(|row| (row.line, row.fields.join("|"))).collect()
    }

    #[test]
    fn quotes_hold_separators_breaks_and_quotes() {
        let rows = fields("a,b\r\n\"x, \"\"y\"\"\nz\",2\n3,\n,");
        let want = [(1, "a|b"), (2, "x, \"y\"\nz|2"), (4, "3|"), (5, "|")].map(|(line, text)| (line, text.to_owned()));
        assert_eq!(rows, want);
        assert_eq!(fields("a;b,c;d\n1;2"), [(1, "a|b,c|d".to_owned()), (2, "1|2".to_owned())]);
        assert_eq!(fields("a"), [(1, "a".to_owned())]);
        assert_eq!(read("a\n\n\"b").err(), Some(3));
        assert!(fields("").is_empty());
    }
}
