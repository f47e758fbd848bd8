//! Open data: the public version as CSV and JSON, a description of it for data portals, and a dictionary of its columns.
//!
//! Goes in: a [`Public`] and who publishes it. Comes out: files by name. Guaranteed: the same public version gives the
//! same bytes; the dictionary is made from the columns that are written; no figure is here that the paper does not have.
//!
//! The CSV is as RFC 4180 says: comma, UTF-8 without a mark, one row of headings, CRLF, and days as ISO 8601. That is what
//! DIGG and SKR recommend for open data, and what programs expect. One cell of a table is one row, so that quarters can be
//! put below each other although their tables are divided differently.

use serde_json::json;

use crate::render::RenderError;

use super::shape::table_key;
use super::{Attribute, Public, SCHEMA};

/// Who publishes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publisher {
    /// The kommun, as it wants to be named.
    pub name: String,
    /// An address for questions, or nothing.
    pub mail: Option<String>,
}

/// A file to be published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenFile {
    pub name: String,
    pub media_type: &'static str,
    pub bytes: Vec<u8>,
}

/// One row of the CSV.
struct Cell<'a> {
    public: &'a Public,
    table: String,
    group: (&'a str, &'a str),
    value: (&'a str, &'a str),
    count: Option<u32>,
}

/// A column: heading, what it holds, type, and how it is taken from a cell.
struct Column {
    name: &'static str,
    about: &'static str,
    kind: &'static str,
    take: fn(&Cell<'_>) -> String,
}

const COLUMNS: [Column; 12] = [
    Column {
        name: "kvartal",
        about: "Kvartalet, till exempel 2023-Q4.",
        kind: "text",
        take: |it| it.public.kvartal.to_string(),
    },
    Column {
        name: "fran",
        about: "Kvartalets första dag.",
        kind: "datum",
        take: |it| it.public.kvartal.first_day().to_string(),
    },
    Column {
        name: "till",
        about: "Kvartalets sista dag. Öppna beslut räknas den dagen.",
        kind: "datum",
        take: |it| it.public.kvartal.last_day().to_string(),
    },
    Column { name: "kommun", about: "Kommunens namn.", kind: "text", take: |it| it.public.kommun.clone() },
    Column { name: "namnd", about: "Den nämnd som rapporterar.", kind: "text", take: |it| it.public.namnd.clone() },
    Column {
        name: "tabell",
        about: "Vad antalet är indelat efter. ”summa” är alla beslut, ”insats” är öppna beslut per insats.",
        kind: "text",
        take: |it| it.table.clone(),
    },
    Column {
        name: "insats",
        about: "Nyckel för insatsen eller för insatser som visas tillsammans. Tom när alla avses.",
        kind: "text",
        take: |it| it.group.0.to_owned(),
    },
    Column { name: "insats_namn", about: "Samma i ord.", kind: "text", take: |it| it.group.1.to_owned() },
    Column {
        name: "varde",
        about: "Nyckel för värdet. Plustecken binder ihop värden som visas tillsammans.",
        kind: "text",
        take: |it| it.value.0.to_owned(),
    },
    Column { name: "varde_namn", about: "Samma i ord.", kind: "text", take: |it| it.value.1.to_owned() },
    Column {
        name: "antal",
        about: "Antal beslut. Tomt när antalet är skyddat; det betyder inte noll.",
        kind: "heltal",
        take: |it| it.count.map(|it| it.to_string()).unwrap_or_default(),
    },
    Column {
        name: "skyddat",
        about: "”ja” när antalet inte visas till skydd för enskilda, annars ”nej”.",
        kind: "ja eller nej",
        take: |it| if it.count.is_some() { "nej" } else { "ja" }.to_owned(),
    },
];

/// Everything that is published, in the order it is listed.
pub fn files(public: &Public, publisher: &Publisher) -> Result<Vec<OpenFile>, RenderError> {
    let stem = format!("ej-verkstallda-beslut-{}", public.kvartal.to_string().to_lowercase());
    let file = |ending: &str, media_type, bytes| OpenFile { name: format!("{stem}{ending}"), media_type, bytes };
    let data = [
        file(".csv", "text/csv", csv(public)),
        file(".json", "application/json", public.json()?),
        file("-datalexikon.csv", "text/csv", dictionary()),
    ];
    let about = description(public, publisher, &data)?;
    let mut out = Vec::from(data);
    out.push(file("-metadata.json", "application/ld+json", about));
    Ok(out)
}

/// Every figure of the public version, one per row.
pub fn csv(public: &Public) -> Vec<u8> {
    let mut out = String::new();
    line(&mut out, COLUMNS.iter().map(|it| it.name.to_owned()));
    for cell in cells(public) {
        line(&mut out, COLUMNS.iter().map(|it| (it.take)(&cell)));
    }
    out.into_bytes()
}

/// What the columns, tables and values are; made from the same lists as the data.
pub fn dictionary() -> Vec<u8> {
    let mut out = String::new();
    let mut row = |it: [&str; 4]| line(&mut out, it.into_iter().map(str::to_owned));
    row(["slag", "namn", "typ", "beskrivning"]);
    for it in &COLUMNS {
        row(["kolumn", it.name, it.kind, it.about]);
    }
    row(["tabell", "summa", "", "Alla beslut tillsammans."]);
    row(["tabell", "insats", "", "Öppna beslut per insats."]);
    for attribute in Attribute::ALL {
        for per_group in [false, true] {
            let per = if per_group { " per insats" } else { "" };
            row(["tabell", &table_key(attribute, per_group), "", &format!("{}{per}.", attribute.swedish())]);
        }
        for (key, name) in attribute.values() {
            row(["värde", &format!("{}:{key}", attribute.key()), "", &format!("{name}.")]);
        }
    }
    out.into_bytes()
}

fn cells(public: &Public) -> Vec<Cell<'_>> {
    let totals = public.totals;
    let sums = [
        ("rapporterade", "Rapporterade", Some(totals.reported)),
        ("oppna", "Ej verkställda", Some(totals.open)),
        ("avslut", "Verkställda eller avslutade", Some(totals.ended)),
        ("verkstallda", "Verkställda", totals.executed),
        ("avslutade", "Avslutade av andra skäl", totals.closed),
    ];
    let mut out: Vec<Cell<'_>> = sums
        .into_iter()
        .map(|(key, name, count)| Cell {
            public,
            table: "summa".to_owned(),
            group: ("", ""),
            value: (key, name),
            count,
        })
        .collect();
    out.extend(public.groups.iter().map(|it| Cell {
        public,
        table: "insats".to_owned(),
        group: (&it.key, &it.name),
        value: ("oppna", "Ej verkställda"),
        count: Some(it.open),
    }));
    for table in &public.tables {
        for row in &table.rows {
            let group =
                row.group.as_deref().and_then(|key| public.group(key)).map(|it| (it.key.as_str(), it.name.as_str()));
            out.extend(table.categories.iter().zip(&row.cells).map(|(category, count)| Cell {
                public,
                table: table.key(),
                group: group.unwrap_or_default(),
                value: (&category.key, &category.name),
                count: *count,
            }));
        }
    }
    out
}

fn line(out: &mut String, fields: impl Iterator<Item = String>) {
    for (at, field) in fields.enumerate() {
        if at > 0 {
            out.push(',');
        }
        if field.contains(['"', ',', '\n', '\r']) {
            out.push('"');
            out.push_str(&field.replace('"', "\"\""));
            out.push('"');
        } else {
            out.push_str(&field);
        }
    }
    out.push_str("\r\n");
}

/// A description in the words of DCAT-AP-SE, as JSON-LD.
fn description(public: &Public, publisher: &Publisher, files: &[OpenFile]) -> Result<Vec<u8>, RenderError> {
    let sv = |text: &str| json!({ "@language": "sv", "@value": text });
    let day = |it: chrono::NaiveDate| json!({ "@type": "xsd:date", "@value": it.to_string() });
    let quarter = public.kvartal;
    let licence = json!({ "@id": "http://creativecommons.org/publicdomain/zero/1.0/" });
    let distributions: Vec<_> = files
        .iter()
        .map(|it| {
            json!({
                "@type": "dcat:Distribution",
                "dcterms:title": sv(&it.name),
                "dcat:downloadURL": it.name,
                "dcat:mediaType": it.media_type,
                "dcat:byteSize": it.bytes.len(),
                "dcterms:license": licence,
            })
        })
        .collect();
    let mut contact = json!({ "@type": "vcard:Organization", "vcard:fn": publisher.name });
    if let (Some(mail), Some(contact)) = (&publisher.mail, contact.as_object_mut()) {
        contact.insert("vcard:hasEmail".to_owned(), json!({ "@id": format!("mailto:{mail}") }));
    }
    let columns: Vec<_> =
        COLUMNS.iter().map(|it| json!({ "name": it.name, "datatype": it.kind, "description": it.about })).collect();
    let keywords = ["ej verkställda beslut", "SoL", "LSS", "socialtjänst"].map(sv);
    let about = json!({
        "@context": {
            "dcat": "http://www.w3.org/ns/dcat#",
            "dcterms": "http://purl.org/dc/terms/",
            "foaf": "http://xmlns.com/foaf/0.1/",
            "vcard": "http://www.w3.org/2006/vcard/ns#",
            "xsd": "http://www.w3.org/2001/XMLSchema#",
        },
        "@type": "dcat:Dataset",
        "dcterms:title": sv(&format!("Ej verkställda beslut, {}, {}", public.namnd, quarter.in_words())),
        "dcterms:description": sv(
            "Gynnande beslut enligt SoL och LSS som inte har verkställts inom tre månader från beslutet eller från ett \
             avbrott. Små antal är hopslagna eller skyddade; summor är rätta."
        ),
        "dcterms:publisher": { "@type": "foaf:Agent", "foaf:name": publisher.name },
        "dcat:contactPoint": contact,
        "dcterms:language": { "@id": "http://publications.europa.eu/resource/authority/language/SWE" },
        "dcterms:accrualPeriodicity": { "@id": "http://publications.europa.eu/resource/authority/frequency/QUARTERLY" },
        "dcat:theme": { "@id": "http://publications.europa.eu/resource/authority/data-theme/SOCI" },
        "dcat:keyword": keywords,
        "dcterms:accessRights": { "@id": "http://publications.europa.eu/resource/authority/access-right/PUBLIC" },
        "dcterms:license": licence,
        "dcterms:temporal": {
            "@type": "dcterms:PeriodOfTime",
            "dcat:startDate": day(quarter.first_day()),
            "dcat:endDate": day(quarter.last_day()),
        },
        "dcat:version": SCHEMA.to_string(),
        "dcat:distribution": distributions,
        "schema": { "columns": columns, "missing": "tomt fält i antal när skyddat är ja" },
    });
    let mut bytes = serde_json::to_vec_pretty(&about)?;
    bytes.push(b'\n');
    Ok(bytes)
}
