//! Rules in the JSON of the reference.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{self, Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize};

use super::rule::ParamRule;

/// A rule under the names of the reference.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleJson {
    #[serde(rename = "Sel")]
    selector: String,
    #[serde(rename = "Desc", default)]
    description: String,
    #[serde(rename = "Params")]
    params: ValueMap,
    #[serde(rename = "Hypers", default, skip_serializing_if = "serde_json::Value::is_null")]
    hypers: serde_json::Value,
    #[serde(rename = "NMatch", default, skip_serializing)]
    _n_match: de::IgnoredAny,
    #[serde(rename = "SetName", default, skip_serializing)]
    _set_name: de::IgnoredAny,
}

impl Serialize for ParamRule {
    fn serialize<S: serde::Serializer>(
        &self,
        serializer: S,
    ) -> std::result::Result<S::Ok, S::Error> {
        RuleJson {
            selector: self.selector.to_string(),
            description: self.description.clone(),
            params: ValueMap(self.params.clone()),
            hypers: self.hypers.clone(),
            _n_match: de::IgnoredAny,
            _set_name: de::IgnoredAny,
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for ParamRule {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let json = RuleJson::deserialize(deserializer)?;
        let selector = json.selector.parse().map_err(de::Error::custom)?;
        let RuleJson { description, params, hypers, .. } = json;
        let rule = Self { selector, description, params: params.0, hypers };
        rule.check().map_err(de::Error::custom)?;
        Ok(rule)
    }
}

/// Values by path; a path that comes twice is an error, which a plain map would hide.
#[derive(Serialize)]
#[serde(transparent)]
struct ValueMap(BTreeMap<String, String>);

/// A value: text, or a number or flag that is taken as its text.
#[derive(Deserialize)]
#[serde(untagged)]
enum Value {
    Text(String),
    Flag(bool),
    Number(serde_json::Number),
}

impl<'de> Deserialize<'de> for ValueMap {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct Values;
        impl<'de> Visitor<'de> for Values {
            type Value = ValueMap;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of paths and values")
            }

            fn visit_unit<E: de::Error>(self) -> std::result::Result<ValueMap, E> {
                Ok(ValueMap(BTreeMap::new()))
            }

            fn visit_map<A: MapAccess<'de>>(
                self,
                mut map: A,
            ) -> std::result::Result<ValueMap, A::Error> {
                let mut values = BTreeMap::new();
                while let Some(path) = map.next_key::<String>()? {
                    let value = map.next_value::<Value>().map_err(|_| {
                        de::Error::custom(format!("`{path}` must be a text, a number or a flag"))
                    })?;
                    let text = match value {
                        Value::Text(text) => text,
                        Value::Flag(flag) => flag.to_string(),
                        Value::Number(number) => number.to_string(),
                    };
                    if values.contains_key(&path) {
                        return Err(de::Error::custom(format!("`{path}` is given twice")));
                    }
                    values.insert(path, text);
                }
                Ok(ValueMap(values))
            }
        }
        deserializer.deserialize_any(Values)
    }
}
