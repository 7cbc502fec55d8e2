//! Header lines: emergent's, with types and shapes, and plain ones.

use std::borrow::Cow;

use crate::column::ColumnSpec;
use crate::element::ElementType;
use crate::shape::CellShape;

/// The type that a header's first character says.
fn element_of(mark: char) -> Option<ElementType> {
    Some(match mark {
        '$' | '&' => ElementType::Text,
        '%' => ElementType::Float32,
        '#' => ElementType::Float64,
        '|' => ElementType::Int64,
        '@' => ElementType::UInt8,
        '^' => ElementType::Bool,
        _ => return None,
    })
}

fn mark_of(element: ElementType) -> char {
    match element {
        ElementType::Text => '$',
        ElementType::Float32 => '%',
        ElementType::Float64 => '#',
        ElementType::Bool => '^',
        ElementType::UInt8 => '@',
        _ => '|',
    }
}

/// Whether every name begins with a type character (an empty one may end the line).
pub(super) fn looks_emergent(names: &[Cow<'_, str>]) -> bool {
    let names = match names {
        [rest @ .., last] if last.is_empty() && !rest.is_empty() => rest,
        all => all,
    };
    !names.is_empty() && names.iter().all(|name| name.chars().next().and_then(element_of).is_some())
}

/// The columns that emergent's header names. A name without a known type character is text. Sizes
/// have the innermost dimension first if the indices say so, or, where these do not say, as given.
///
/// # Errors
/// What is wrong: an absurd shape, or one that disagrees with the names that follow.
pub(super) fn parse_emergent(
    names: &[Cow<'_, str>],
    inner_first: bool,
) -> Result<Vec<ColumnSpec>, String> {
    let mut specs = Vec::new();
    let mut place = 0;
    while place < names.len() {
        let full = names[place].as_ref();
        let mark = full.chars().next();
        let (element, name) = match mark.and_then(element_of) {
            Some(element) => (element, &full[1..]),
            None => (ElementType::Text, full),
        };
        let Some((name, sizes)) =
            tensor_start(name).map_err(|reason| format!("`{full}`: {reason}"))?
        else {
            specs.push(ColumnSpec::scalar(name, element));
            place += 1;
            continue;
        };
        let mut shape =
            CellShape::new(&sizes, &[]).map_err(|error| format!("`{full}`: {error}"))?;
        let left = names.len() - place;
        if shape.len() > left {
            return Err(format!(
                "`{full}` claims {} cells, but the header has only {left} from there on",
                shape.len()
            ));
        }
        // A tensor without elements still has a name.
        let n_names = shape.len().max(1);
        if is_inner_first(names.get(place + 1), &shape, inner_first) {
            let outer_first: Vec<usize> = sizes.iter().rev().copied().collect();
            shape = CellShape::new(&outer_first, &[]).expect("a shape of the same sizes");
        }
        for follower in &names[place + 1..place + n_names] {
            let rest = follower.strip_prefix(|c| Some(c) == mark).unwrap_or(follower);
            let index = rest.strip_prefix(name).and_then(|rest| rest.strip_prefix('['));
            if !index.is_some_and(|index| index.ends_with(']')) {
                return Err(format!(
                    "`{full}` claims {} cells, but `{follower}` among them is not one of its",
                    shape.len()
                ));
            }
        }
        place += n_names;
        specs.push(ColumnSpec { shape, ..ColumnSpec::scalar(name, element) });
    }
    Ok(specs)
}

/// Whether a tensor's indices have the innermost dimension first, as C++ emergent has them: its
/// second name is `Name[2:1,0]` then. Where that can be either, as assumed.
fn is_inner_first(second: Option<&Cow<'_, str>>, shape: &CellShape, assumed: bool) -> bool {
    let index = second.and_then(|name| name.strip_suffix(']')?.rsplit_once(':'));
    let index = index.and_then(|(_, index)| {
        index.split(',').map(|i| i.parse().ok()).collect::<Option<Vec<usize>>>()
    });
    let outer_first = shape.index_of(1);
    let inner_first: Vec<usize> = (0..outer_first.len()).map(|i| usize::from(i == 0)).collect();
    match index {
        Some(index) if shape.len() > 1 && outer_first != inner_first => {
            index == inner_first || (index != outer_first && assumed)
        }
        _ => assumed,
    }
}

/// Name and sizes of `Name[2:0,0]<2:5,5>`; none if the name has no such ending.
fn tensor_start(name: &str) -> Result<Option<(&str, Vec<usize>)>, String> {
    let Some((front, sizes)) = name.strip_suffix('>').and_then(|name| name.rsplit_once('<')) else {
        return Ok(None);
    };
    let Some((name, _)) = front.strip_suffix(']').and_then(|front| front.rsplit_once('[')) else {
        return Ok(None);
    };
    let wrong = || format!("the shape <{sizes}> is not of the form <2:5,5>");
    let (dimensions, sizes) = sizes.split_once(':').ok_or_else(wrong)?;
    let dimensions: usize = dimensions.parse().map_err(|_| wrong())?;
    let sizes: Vec<usize> = sizes
        .split(',')
        .map(|size| size.trim().parse().map_err(|_| wrong()))
        .collect::<Result<_, _>>()?;
    if sizes.len() != dimensions {
        return Err(wrong());
    }
    Ok(Some((name, sizes)))
}

/// The names of a plain header.
pub(super) fn parse_plain(names: &[Cow<'_, str>]) -> Vec<String> {
    names.iter().map(|name| name.to_string()).collect()
}

/// The header of these columns, one name per element.
///
/// # Errors
/// The name of a column that would be read back as something else.
pub(super) fn emergent_header(
    specs: &[ColumnSpec],
    inner_first: bool,
) -> Result<Vec<String>, String> {
    let ordered = |mut numbers: Vec<usize>| {
        if inner_first {
            numbers.reverse();
        }
        joined(&numbers)
    };
    let mut names = Vec::new();
    for spec in specs {
        let mark = mark_of(spec.element);
        if spec.shape.is_scalar() {
            names.push(format!("{mark}{}", spec.name));
            continue;
        }
        let sizes = spec.shape.sizes();
        for element in 0..spec.shape.len().max(1) {
            let index = ordered(spec.shape.index_of(element));
            let mut name = format!("{mark}{}[{}:{index}]", spec.name, sizes.len());
            if element == 0 {
                name.push_str(&format!("<{}:{}>", sizes.len(), ordered(sizes.to_vec())));
            }
            names.push(name);
        }
    }
    let read: Vec<_> = names.iter().map(|name| Cow::Borrowed(name.as_str())).collect();
    let same = parse_emergent(&read, inner_first).is_ok_and(|read| {
        // Integers of all widths are written as one kind.
        let same = |a: &ColumnSpec, b: &ColumnSpec| {
            a.name == b.name
                && mark_of(a.element) == mark_of(b.element)
                && a.shape.sizes() == b.shape.sizes()
        };
        read.len() == specs.len() && read.iter().zip(specs).all(|(a, b)| same(a, b))
    });
    if same {
        return Ok(names);
    }
    let odd = specs.iter().find(|spec| matches!(tensor_start(&spec.name), Ok(Some(_)) | Err(_)));
    let odd = odd.map_or(String::new(), |spec| format!(" (`{}`)", spec.name));
    Err(format!("a column name looks like the header of a tensor{odd}; rename the column"))
}

/// The names alone; a tensor's elements as `Mat[0,1]`.
pub(super) fn plain_header(specs: &[ColumnSpec]) -> Vec<String> {
    let names = specs.iter().flat_map(|spec| {
        (0..spec.shape.len()).map(move |element| match spec.shape.is_scalar() {
            true => spec.name.clone(),
            false => format!("{}[{}]", spec.name, joined(&spec.shape.index_of(element))),
        })
    });
    names.collect()
}

fn joined(numbers: &[usize]) -> String {
    numbers.iter().map(usize::to_string).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(names: &[&str]) -> Result<Vec<String>, String> {
        let names: Vec<_> = names.iter().map(|name| Cow::Borrowed(*name)).collect();
        Ok(parse_emergent(&names, false)?.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn tensors_take_the_names_that_follow_in_any_order() {
        let names = ["%M[2:0,0]<2:2,2>", "%M[2:1,1]", "%M[2:0,1]", "%M[2:1,0]", "#SSE", "plain"];
        assert_eq!(parsed(&names).unwrap(), ["M: f32[2, 2]", "SSE: f64", "plain: string"]);
    }

    #[test]
    fn indices_tell_whether_sizes_are_inner_first() {
        let cpp =
            ["%M[2:0,0]<2:3,2>", "%M[2:1,0]", "%M[2:2,0]", "%M[2:0,1]", "%M[2:1,1]", "%M[2:2,1]"];
        assert_eq!(parsed(&cpp).unwrap(), ["M: f32[2, 3]"]);
        let spec = ColumnSpec::tensor("M", ElementType::Float32, &[2, 3], &[]).unwrap();
        assert_eq!(emergent_header(std::slice::from_ref(&spec), true).unwrap(), cpp);
        let go = emergent_header(&[spec], false).unwrap();
        let go: Vec<&str> = go.iter().map(String::as_str).collect();
        assert_eq!((go[0], go[1]), ("%M[2:0,0]<2:2,3>", "%M[2:0,1]"));
        assert_eq!(parsed(&go).unwrap(), ["M: f32[2, 3]"]);
        // Either way the same.
        assert_eq!(parsed(&["%M[2:0,0]<2:2,1>", "%M[2:1,0]"]).unwrap(), ["M: f32[2, 1]"]);
    }

    #[test]
    fn shapes_that_disagree_or_are_absurd_are_errors() {
        assert!(parsed(&["%M[1:0]<1:3>", "%M[1:1]"]).unwrap_err().contains("only 2"));
        assert!(parsed(&["%M[1:0]<1:2>", "#SSE"]).unwrap_err().contains("`#SSE`"));
        assert!(parsed(&["%M[2:0,0]<2:99999999999,99999999999>"]).is_err());
        assert!(parsed(&["%M[1:0]<2:3>"]).is_err());
        assert_eq!(parsed(&["%M[1:0]<1:0>", "#SSE"]).unwrap(), ["M: f32[0]", "SSE: f64"]);
        assert!(parsed(&["%M[1:0]<x>"]).is_err());
    }

    #[test]
    fn names_that_would_not_read_back_are_refused() {
        let odd = ColumnSpec::scalar("M[1:0]<1:1>", ElementType::Float32);
        assert!(emergent_header(&[odd], false).unwrap_err().contains("rename"));
    }
}
