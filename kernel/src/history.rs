//! The inputs of this session, as front ends ask for them.

use jupyter_zmq_client::HistoryRequest;
use serde_json::{Value, json};

/// The session that runs; there is no other, since nothing is kept on disk.
const SESSION: i32 = 1;

/// The inputs that a request wants: session, number and text. Outputs are not kept.
pub fn found(inputs: &[(usize, String)], request: &HistoryRequest) -> Vec<Value> {
    let told = |(number, input): &(usize, String), output: bool| match output {
        true => json!([SESSION, number, [input, null]]),
        false => json!([SESSION, number, input]),
    };
    let last = |n: i32| inputs.len().saturating_sub(usize::try_from(n).unwrap_or(0));
    match request {
        HistoryRequest::Tail { n, output, .. } => {
            inputs[last(*n)..].iter().map(|input| told(input, *output)).collect()
        }
        HistoryRequest::Range { session, start, stop, output, .. } => {
            // 0 is the present session, -1 the one before it.
            if session.is_some_and(|session| session != 0 && session != SESSION) {
                return Vec::new();
            }
            let wanted = |number: usize| {
                let number = i32::try_from(number).unwrap_or(i32::MAX);
                number >= *start && (number < *stop || *stop <= 0)
            };
            let chosen = inputs.iter().filter(|(number, _)| wanted(*number));
            chosen.map(|input| told(input, *output)).collect()
        }
        HistoryRequest::Search { pattern, unique, output, n, .. } => {
            let mut chosen: Vec<_> =
                inputs.iter().rev().filter(|(_, input)| matches(pattern, input)).collect();
            if *unique {
                let mut seen = std::collections::BTreeSet::new();
                chosen.retain(|(_, input)| seen.insert(input));
            }
            if let Ok(most @ 1..) = usize::try_from(*n) {
                chosen.truncate(most);
            }
            chosen.into_iter().rev().map(|input| told(input, *output)).collect()
        }
    }
}

/// Whether a text fits a pattern in which `*` stands for any text and `?` for one character.
fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) =
        (pattern.chars().collect(), text.chars().collect());
    let (mut at, mut star, mut resume) = (0, None, 0);
    let mut place = 0;
    while place < text.len() {
        match pattern.get(at) {
            Some('*') => {
                star = Some(at);
                resume = place;
                at += 1;
            }
            Some(&c) if c == '?' || c == text[place] => {
                at += 1;
                place += 1;
            }
            _ => {
                let Some(star) = star else { return false };
                resume += 1;
                (at, place) = (star + 1, resume);
            }
        }
    }
    pattern[at..].iter().all(|c| *c == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(request: &HistoryRequest) -> Vec<String> {
        let inputs = ["let a = 1;", "a", "let b = 2;", "a"].map(str::to_owned);
        let inputs: Vec<_> = (1..).zip(inputs).collect();
        found(&inputs, request).iter().map(|entry| entry[2].as_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn tail_range_and_search() {
        let (output, raw) = (false, true);
        assert_eq!(texts(&HistoryRequest::Tail { n: 2, output, raw }), ["let b = 2;", "a"]);
        let range =
            |start, stop| HistoryRequest::Range { session: Some(0), start, stop, output, raw };
        assert_eq!(texts(&range(2, 4)), ["a", "let b = 2;"]);
        let other = HistoryRequest::Range { session: Some(-1), start: 0, stop: 9, output, raw };
        assert_eq!(texts(&other), [""; 0]);
        let search = |pattern: &str, unique, n| {
            texts(&HistoryRequest::Search { pattern: pattern.to_owned(), unique, output, raw, n })
        };
        assert_eq!(search("let*", false, 10), ["let a = 1;", "let b = 2;"]);
        assert_eq!(search("*", true, 10), ["let a = 1;", "let b = 2;", "a"]);
        assert_eq!(search("?", false, 1), ["a"]);
    }
}
