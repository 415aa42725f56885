//! Generates realistic names of persons, and typos in them.

use claimd::names::lexicon;

/// Generates names; equal seeds give equal names.
pub(crate) struct Inventor {
    state: u64,
    given: Vec<String>,
}

const STEMS: &[&str] = &[
    "Ander", "Peter", "Lind", "Berg", "Hoff", "Stein", "Kauf", "Zimmer", "Rosen", "Gold", "Feld", "Brand", "Wald",
    "Kirch", "Sokol", "Petr", "Ivan", "Kuzn", "Voron", "Mor", "Lebed", "Golub", "Zhur", "Kov", "Nov", "Kral", "Svob",
    "Dvor", "Hor", "Mart", "Gonz", "Rodr", "Fern", "Alv", "Dom", "Ram", "Gut", "Herr", "Med", "Val", "Carv", "Oliv",
    "Per", "Cost", "Ross", "Bianc", "Marin", "Conti", "Ricc", "Gall", "Lomb", "Mancin", "Bern", "Durand", "Lefe",
    "Mor", "Four", "Bonn", "Lamb", "Tana", "Yama", "Naka", "Suzu", "Koba", "Mats", "Ino", "Haya", "Shi", "Mori",
    "Abdul", "Rahm", "Kar", "Hass", "Najj", "Khal", "Sab", "Haddad", "Mans", "Far", "Ok", "Ade", "Olu", "Chuk", "Nwa",
    "Mba", "Dial", "Tra", "Keit", "Papa", "Dimi", "Kara", "Yild", "Dem", "Oz", "Ars", "Geor", "Pop", "Ion", "Dragom",
    "Szab", "Nagy", "Kov", "Toth", "Varg",
];

const ENDINGS: &[&str] = &[
    "son", "sen", "sson", "mann", "berg", "stein", "meier", "bauer", "hofer", "ler", "ner", "ov", "ev", "in", "sky",
    "enko", "chuk", "ich", "ic", "ak", "ek", "ova", "ez", "es", "ado", "ero", "eira", "inho", "i", "ini", "elli",
    "etti", "one", "ier", "eau", "et", "ard", "aux", "ka", "moto", "mura", "shita", "guchi", "ani", "ari", "awi",
    "oury", "zadeh", "pour", "ola", "bayo", "eke", "uma", "opoulos", "akis", "idis", "oglu", "ir", "lar", "yan",
    "shvili", "escu", "eanu", "os", "y",
];

const MIDDLES: &[&str] =
    &["", "", "", "el", "an", "or", "ti", "ra", "no", "li", "um", "as", "er", "ov", "en", "is", "ga", "te", "be", "do"];

impl Inventor {
    pub(crate) fn new(seed: u64) -> Self {
        let given =
            (0..300).filter_map(|name| lexicon::given_name_spellings(name).first().map(|name| capital(name))).collect();
        Self { state: seed, given }
    }

    /// A number below `end`, from a xorshift* generator.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.state ^= self.state >> 12;
        self.state ^= self.state << 25;
        self.state ^= self.state >> 27;
        ((self.state.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize) % end.max(1)
    }

    /// A number below `end`, number r in proportion to 1 / (r + 1).
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        clippy::cast_sign_loss,
        reason = "ranks are small and positive"
    )]
    pub(crate) fn rank(&mut self, end: usize) -> usize {
        let share = self.below(1 << 30) as f64 / f64::from(1 << 30);
        (((end + 1) as f64).powf(share) as usize - 1).min(end.saturating_sub(1))
    }

    fn pick<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len())]
    }

    fn given_name(&mut self) -> String {
        let at = self.below(self.given.len());
        self.given[at].clone()
    }

    fn surname(&mut self) -> String {
        format!("{}{}{}", self.pick(STEMS), self.pick(MIDDLES), self.pick(ENDINGS))
    }

    /// So many different names of two or three parts.
    pub(crate) fn distinct_names(&mut self, count: usize) -> Vec<String> {
        let mut known = std::collections::HashSet::new();
        let mut names = Vec::with_capacity(count);
        while names.len() < count {
            let middle = if self.below(4) == 0 { format!(" {}", self.given_name()) } else { String::new() };
            let name = format!("{}{middle} {}", self.given_name(), self.surname());
            if known.insert(name.clone()) {
                names.push(name);
            }
        }
        names
    }

    /// Another way to write a name: surname first, an initial, another spelling of a vowel.
    pub(crate) fn alias(&mut self, name: &str) -> String {
        let (given, surname) = name.rsplit_once(' ').unwrap_or((name, name));
        match self.below(4) {
            0 => format!("{surname}, {given}"),
            1 => format!("{}. {surname}", &given[..1]),
            2 => format!("{given} {}", surname.replace(['i', 'o'], "y")),
            _ => format!("{given} {surname}-{}", self.surname()),
        }
    }

    /// The name with one typo at any letter: an insertion, deletion, substitution or transposition.
    pub(crate) fn typo(&mut self, name: &str) -> String {
        let mut letters: Vec<char> = name.chars().collect();
        let inside: Vec<usize> = (0..letters.len()).filter(|&at| letters[at] != ' ').collect();
        let at = inside[self.below(inside.len())];
        let letter = char::from(b"abcdefghijklmnopqrstuvwxyz"[self.below(26)]);
        match self.below(4) {
            0 => letters.insert(at, letter),
            1 => drop(letters.remove(at)),
            2 => letters[at] = letter,
            _ if at + 1 < letters.len() && letters[at + 1] != ' ' => letters.swap(at, at + 1),
            _ => letters.insert(at, letter),
        }
        letters.into_iter().collect()
    }
}

fn capital(word: &str) -> String {
    let (first, rest) = word.split_at(1);
    first.to_uppercase() + rest
}
