//! Two families of the same structure, and all that can be said about who is whose what.
//!
//! The families are those of Hinton (1986), with the names and places of the CCN textbook's
//! simulation. Every relation follows from who is married and who are the children.

/// The English family, then the Italian one; a person's place is the unit that stands for it.
pub(super) const PEOPLE: [&str; 24] = [
    "Christo", "Penny", "Andy", "Christi", "Marge", "Art", "Vicky", "James", "Jenn", "Chuck",
    "Colin", "Charlot", "Rob", "Maria", "Pierro", "Francy", "Gina", "Emilio", "Lucia", "Marco",
    "Angela", "Tomaso", "Alf", "Sophia",
];

/// Husbands and wives.
const COUPLES: [[&str; 2]; 10] = [
    ["Christo", "Penny"],
    ["Andy", "Christi"],
    ["Art", "Marge"],
    ["James", "Vicky"],
    ["Chuck", "Jenn"],
    ["Rob", "Maria"],
    ["Pierro", "Francy"],
    ["Emilio", "Gina"],
    ["Marco", "Lucia"],
    ["Tomaso", "Angela"],
];

/// Fathers, and the son and the daughter of each.
const CHILDREN: [(&str, [&str; 2]); 6] = [
    ("Christo", ["Art", "Vicky"]),
    ("Andy", ["James", "Jenn"]),
    ("James", ["Colin", "Charlot"]),
    ("Rob", ["Emilio", "Lucia"]),
    ("Pierro", ["Marco", "Angela"]),
    ("Marco", ["Alf", "Sophia"]),
];

/// What one person can be to another; the order is that of the units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Relation {
    Father,
    Mother,
    Husband,
    Wife,
    Son,
    Daughter,
    Brother,
    Sister,
    Uncle,
    Aunt,
    Nephew,
    Niece,
}

impl Relation {
    /// All relations, in the order of the units.
    pub(super) const ALL: [Self; 12] = [
        Self::Father,
        Self::Mother,
        Self::Husband,
        Self::Wife,
        Self::Son,
        Self::Daughter,
        Self::Brother,
        Self::Sister,
        Self::Uncle,
        Self::Aunt,
        Self::Nephew,
        Self::Niece,
    ];

    /// Those who are this to the person, such as the father or both uncles; empty if nobody is.
    pub(super) fn of(self, person: &str) -> Vec<&'static str> {
        let (man, woman) = (0, 1);
        match self {
            Self::Father => parents(person).map(|couple| couple[man]).into_iter().collect(),
            Self::Mother => parents(person).map(|couple| couple[woman]).into_iter().collect(),
            Self::Husband => spouse(person, man).into_iter().collect(),
            Self::Wife => spouse(person, woman).into_iter().collect(),
            Self::Son => child(person, man).into_iter().collect(),
            Self::Daughter => child(person, woman).into_iter().collect(),
            Self::Brother => sibling(person, man).into_iter().collect(),
            Self::Sister => sibling(person, woman).into_iter().collect(),
            Self::Uncle => beside_parents(person, man),
            Self::Aunt => beside_parents(person, woman),
            Self::Nephew => below_siblings(person, man),
            Self::Niece => below_siblings(person, woman),
        }
    }
}

fn couple(person: &str) -> Option<[&'static str; 2]> {
    COUPLES.into_iter().find(|couple| couple.contains(&person))
}

/// The husband (side 0) or wife (side 1) of a person.
fn spouse(person: &str, side: usize) -> Option<&'static str> {
    couple(person).map(|couple| couple[side]).filter(|spouse| *spouse != person)
}

fn parents(person: &str) -> Option<[&'static str; 2]> {
    let (father, _) = CHILDREN.into_iter().find(|(_, children)| children.contains(&person))?;
    couple(father)
}

/// The son (side 0) or daughter (side 1) of a person.
fn child(person: &str, side: usize) -> Option<&'static str> {
    let father = couple(person)?[0];
    CHILDREN.into_iter().find(|(name, _)| *name == father).map(|(_, children)| children[side])
}

fn sibling(person: &str, side: usize) -> Option<&'static str> {
    let [father, _] = parents(person)?;
    child(father, side).filter(|sibling| *sibling != person)
}

/// The siblings of a person, whichever side.
fn siblings(person: &str) -> impl Iterator<Item = &'static str> {
    [sibling(person, 0), sibling(person, 1)].into_iter().flatten()
}

/// The parents' siblings, and who is married to these: uncles (side 0) or aunts (side 1).
fn beside_parents(person: &str, side: usize) -> Vec<&'static str> {
    let parents = parents(person).into_iter().flatten();
    parents.flat_map(siblings).filter_map(|sibling| Some(couple(sibling)?[side])).collect()
}

/// The sons (side 0) or daughters (side 1) of a person's siblings and of the spouse's.
fn below_siblings(person: &str, side: usize) -> Vec<&'static str> {
    let spouse = [spouse(person, 0), spouse(person, 1)].into_iter().flatten();
    let both = std::iter::once(person).chain(spouse);
    both.flat_map(siblings).filter_map(|sibling| child(sibling, side)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relations_follow_from_marriages_and_children() {
        assert_eq!(Relation::Uncle.of("Colin"), ["Chuck", "Art"]);
        assert_eq!(Relation::Aunt.of("Sophia"), ["Angela", "Gina"]);
        assert_eq!(Relation::Nephew.of("Marge"), ["Colin"]);
        assert_eq!(Relation::Sister.of("Alf"), ["Sophia"]);
        assert_eq!(Relation::Wife.of("Rob"), ["Maria"]);
        assert!(Relation::Wife.of("Maria").is_empty());
        assert!(Relation::Father.of("Rob").is_empty());
        assert!(Relation::Nephew.of("James").is_empty());
    }

    #[test]
    fn what_one_is_to_another_is_returned() {
        let inverse = [(Relation::Husband, Relation::Wife), (Relation::Brother, Relation::Sister)];
        for person in PEOPLE {
            for (there, back) in inverse {
                for other in there.of(person) {
                    assert_eq!(back.of(other), [person]);
                }
            }
        }
    }
}
