//! What an identity provider says about a person, and what of it we believe.
//!
//! Goes in: the claims of a token that has been verified, and those the provider gave on asking. Comes out: an
//! [`Identity`]. Guaranteed: a mail address counts as verified only when the provider says so in so many words; a role
//! is given only for a value that the operator has listed, and never that of an utförare.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openidconnect::AdditionalClaims;
use openidconnect::UserInfoClaims;
use openidconnect::core::CoreGenderClaim;
use serde_json::Map;
use serde_json::Value;

use super::super::role::Role;

/// How the provider's words become ours.
#[derive(Debug, Clone)]
pub struct Mapping {
    /// Which claim holds the mail address; `email` as a rule.
    pub mail_claim: String,
    /// Which claim holds groups or roles; dots lead inwards, as in `realm_access.roles`. None: roles are given in Kvartal.
    pub role_claim: Option<String>,
    pub roles: Vec<MappedRole>,
    /// The provider hands out only addresses it has itself given, and does not say `email_verified`.
    pub trust_mail: bool,
}

impl Default for Mapping {
    fn default() -> Self {
        Self { mail_claim: "email".to_owned(), role_claim: None, roles: Vec::new(), trust_mail: false }
    }
}

/// A value of the role claim and what it gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MappedRole {
    pub value: String,
    pub role: Role,
    /// The nämnd's id. None: the only nämnd there is.
    pub namnd: Option<String>,
}

impl MappedRole {
    /// Reads `value=role` and `value=role@namnd`, several with commas between. The fault says which part.
    pub fn list(text: &str) -> Result<Vec<Self>, String> {
        text.split(',').map(str::trim).filter(|it| !it.is_empty()).map(Self::one).collect()
    }

    fn one(text: &str) -> Result<Self, String> {
        let (value, given) = text.rsplit_once('=').ok_or_else(|| format!("”{text}” ska vara grupp=roll"))?;
        let (role, namnd) = given.split_once('@').map_or((given, None), |(role, namnd)| (role, Some(namnd.to_owned())));
        let role = Role::from_key(role).ok_or_else(|| format!("”{role}” är ingen roll"))?;
        // A group does not say for which utförare.
        if !role.is_of_namnd() {
            return Err("rollen utforare kan inte ges av en grupp, bjud in personen i stället".to_owned());
        }
        Ok(Self { value: value.to_owned(), role, namnd })
    }
}

/// Who somebody is, according to a provider whose word has been verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Issuer and subject: never given to another person.
    pub subject: String,
    /// In small letters.
    pub mail: Option<String>,
    pub mail_verified: bool,
    pub name: Option<String>,
    pub roles: Vec<MappedRole>,
}

/// Claims by name.
#[derive(Debug, Clone, Default)]
pub(super) struct Claims(Map<String, Value>);

/// Everything the provider says on asking, known to the library or not.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub(super) struct Everything {
    #[serde(flatten)]
    rest: Map<String, Value>,
}

impl AdditionalClaims for Everything {}

impl Claims {
    /// The claims of a token whose signature has been verified.
    pub(super) fn of_verified_token(token: &str) -> Option<Self> {
        let payload = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
        serde_json::from_slice(&payload).ok().map(Self)
    }

    pub(super) fn of_user_info(told: &UserInfoClaims<Everything, CoreGenderClaim>) -> Self {
        match serde_json::to_value(told) {
            Ok(Value::Object(map)) => Self(map),
            _ => Self::default(),
        }
    }

    /// Whether nothing more need be asked.
    pub(super) fn suffice(&self, mapping: &Mapping) -> bool {
        let wanted = [Some(mapping.mail_claim.as_str()), Some("name"), mapping.role_claim.as_deref()];
        wanted.into_iter().flatten().all(|it| self.get(it).is_some())
    }

    /// The token's own claims stand.
    pub(super) fn add(&mut self, told: Self) {
        for (name, value) in told.0 {
            self.0.entry(name).or_insert(value);
        }
    }

    /// The claim of that name, or else the one that its dots lead to.
    fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name).or_else(|| {
            let mut steps = name.split('.');
            let first = self.0.get(steps.next()?)?;
            steps.try_fold(first, |at, step| at.get(step))
        })
    }

    fn text(&self, name: &str) -> Option<String> {
        let text = self.get(name)?.as_str()?.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }

    fn values(&self, name: &str) -> Vec<&str> {
        match self.get(name) {
            Some(Value::String(one)) => vec![one],
            Some(Value::Array(many)) => many.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        }
    }

    pub(super) fn identity(&self, issuer: &str, subject: &str, mapping: &Mapping) -> Identity {
        let mail = self.text(&mapping.mail_claim).filter(|it| it.contains('@')).map(|it| it.to_lowercase());
        let said = self.get("email_verified").is_some_and(|it| matches!(it, Value::Bool(true)) || it == "true");
        // `email_verified` speaks of `email` and of no other claim.
        let verified = mapping.trust_mail || (said && mapping.mail_claim == "email");
        let held = mapping.role_claim.as_deref().map(|it| self.values(it)).unwrap_or_default();
        let roles = mapping.roles.iter().filter(|it| held.contains(&it.value.as_str())).cloned().collect();
        Identity {
            subject: format!("{issuer}|{subject}"),
            mail_verified: verified && mail.is_some(),
            mail,
            name: self.text("name"),
            roles,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claims(json: &str) -> Claims {
        Claims(serde_json::from_str(json).unwrap())
    }

    fn mapped(value: &str, role: Role) -> MappedRole {
        MappedRole { value: value.to_owned(), role, namnd: None }
    }

    #[test]
    fn a_mail_address_is_verified_only_when_the_provider_says_so() {
        let trusting = Mapping { trust_mail: true, ..Mapping::default() };
        let upn = Mapping { mail_claim: "upn".to_owned(), ..Mapping::default() };
        for (json, mapping, mail, verified) in [
            (r#"{"email": "A@b.se", "email_verified": true}"#, Mapping::default(), Some("a@b.se"), true),
            (r#"{"email": "a@b.se", "email_verified": "true"}"#, Mapping::default(), Some("a@b.se"), true),
            (r#"{"email": "a@b.se", "email_verified": false}"#, Mapping::default(), Some("a@b.se"), false),
            (r#"{"email": "a@b.se"}"#, Mapping::default(), Some("a@b.se"), false),
            (r#"{"email": "a@b.se"}"#, trusting.clone(), Some("a@b.se"), true),
            (r#"{"upn": "a@b.se", "email_verified": true}"#, upn, Some("a@b.se"), false),
            (r#"{"email": "annan", "email_verified": true}"#, Mapping::default(), None, false),
            ("{}", trusting, None, false),
        ] {
            let identity = claims(json).identity("https://idp", "1", &mapping);
            assert_eq!((identity.mail.as_deref(), identity.mail_verified), (mail, verified), "{json}");
        }
    }

    #[test]
    fn only_listed_values_give_roles() {
        let roles = vec![mapped("granskare", Role::Handlaggare), mapped("led", Role::Samordnare)];
        let of =
            |claim: &str| Mapping { role_claim: Some(claim.to_owned()), roles: roles.clone(), ..Mapping::default() };
        for (json, claim, expected) in [
            (r#"{"groups": ["led", "annat"]}"#, "groups", vec![Role::Samordnare]),
            (r#"{"groups": ["led", "granskare"]}"#, "groups", vec![Role::Handlaggare, Role::Samordnare]),
            (r#"{"groups": "granskare"}"#, "groups", vec![Role::Handlaggare]),
            (r#"{"realm": {"roles": ["led"]}}"#, "realm.roles", vec![Role::Samordnare]),
            (r#"{"https://k.se/roller": ["led"]}"#, "https://k.se/roller", vec![Role::Samordnare]),
            (r#"{"groups": ["administrator"]}"#, "groups", vec![]),
            (r#"{"groups": [1, null, {}]}"#, "groups", vec![]),
            ("{}", "groups", vec![]),
        ] {
            let given: Vec<Role> = claims(json).identity("i", "s", &of(claim)).roles.iter().map(|it| it.role).collect();
            assert_eq!(given, expected, "{json}");
        }
    }

    #[test]
    fn a_mapping_is_read_from_one_line() {
        let expected = vec![
            mapped("grupp-a", Role::Handlaggare),
            MappedRole { value: "cn=b".to_owned(), role: Role::Lasare, namnd: Some("n1".to_owned()) },
        ];
        assert_eq!(MappedRole::list("grupp-a=handlaggare, cn=b=lasare@n1,").unwrap(), expected);
        for (odd, named) in [("grupp", "grupp=roll"), ("a=chef", "chef"), ("a=utforare", "bjud in")] {
            assert!(MappedRole::list(odd).unwrap_err().contains(named), "{odd}");
        }
    }

    #[test]
    fn what_the_token_says_stands_over_what_is_said_on_asking() {
        let mut all = claims(r#"{"name": "I token"}"#);
        all.add(claims(r#"{"name": "På frågan", "email": "a@b.se"}"#));
        let identity = all.identity("https://idp", "1", &Mapping::default());
        assert_eq!((identity.name.as_deref(), identity.mail.as_deref()), (Some("I token"), Some("a@b.se")));
        assert_eq!(identity.subject, "https://idp|1");
    }
}
