//! The sample of each pathology, opened as it was sent and read.

use super::builder::{columns, insatser, observations};
use crate::form::{Hints, Reading, read};
use crate::model::Quarter;
use crate::sheet::{self, Limits};

/// What is noticed in the samples in which something is; nothing is in the others.
const SEEN: &[(&str, &[&str])] = &[
    ("020-fel-kvartal", &["fel_kvartal A1: kvartal 3 2023 → 2023-Q3"]),
    ("023-dolt-blad", &["dolt_blad: Gammal ×2"]),
    ("026-tom-mall", &["tom_mall rad 1"]),
    ("028-ingen-rubrik", &["ingen_rubrik"]),
    ("032-felstavad-rubrik", &["kolumn_liknar G1 verkstalld: Beslutet vekrställt ? Beslutet verkställt"]),
    ("033-tva-kolumner-samma-uppgift", &["kolumn_dubbel J1 beslutsdatum: Beslutsdag"]),
    ("034-samma-rubrik-tva-ganger", &["kolumn_dubbel J1 beslutsdatum: Beslutsdatum"]),
    ("035-kolumn-utan-rubrik", &["kolumn_olast J2: kolumn J ×3"]),
    ("036-okand-kolumn", &["kolumn_olast J1: Handläggare ×3"]),
    ("037-kolumn-saknas", &["kolumn_saknas rad 1 insats"]),
    ("040-tva-tabeller-bredvid", &["tva_tabeller K1"]),
    ("040-vand-tabell", &["ingen_rubrik"]),
    ("041-summarad-som-inte-stammer", &["summa_avviker K5 orsak_tackat_nej: 4 → 1"]),
    ("045-cell-langt-bort", &["avlagsen_cell XFD1048576: x"]),
    ("046-dolda-rader", &["dolda_rader rad 4 → rad 4–4"]),
    ("047-filter", &["filtrerade_rader rad 3 → rad 3–4 ×2"]),
    ("048-dold-kolumn", &["dold_kolumn I1 orsak: Orsak till ej verkställt beslut"]),
    ("051-kommentar", &["cell_kommentar C2: Erbjuden plats 12 november, tackade nej."]),
    ("052-sammanfogade-dataceller", &["sammanfogade_celler F2 insats: 9 § 3 Ledsagarservice ×2"]),
    (
        "057-sex-siffror",
        &[
            "datum_tolkat C2: 230504 → 2023-05-04 ×2",
            "datum_tolkat D3: 20230615 → 2023-06-15",
            "datum_tolkat G3: 20231120 → 2023-11-20",
        ],
    ),
    ("058-sex-siffror-i-datumcell", &["datum_tolkat C2: 2531-02-04 → 2023-05-04"]),
    (
        "059-dag-manad-ar",
        &[
            "datum_tolkat C2: 4/5-23 → 2023-05-04",
            "datum_tolkat C3: 10.03.2022 → 2022-03-10",
            "datum_tolkat D3: 15 juni 2023 → 2023-06-15",
            "datum_tolkat G3: 20 nov 23 → 2023-11-20",
            "datum_tolkat C4: den 1 juni 2023 → 2023-06-01",
        ],
    ),
    ("059-tvetydigt-datum", &["datum_tvetydigt C2 beslutsdatum: 03/04/2023 → 2023-04-03 ? 2023-03-04"]),
    ("060-datum-utan-ar", &["datum_ofullstandigt G3 verkstalld: 20/11 ? 2023-11-20"]),
    ("061-omojligt-datum", &["datum_omojligt C4 beslutsdatum: 2023-06-31"]),
    (
        "062-serienummer",
        &[
            "datum_tolkat C2: 45050 → 2023-05-04 ×3",
            "datum_tolkat D3: 45092 → 2023-06-15",
            "datum_tolkat G3: 45250 → 2023-11-20",
        ],
    ),
    ("063-ar-1904", &["datum_tolkat C2: 43588 → 2023-05-04"]),
    (
        "063-ar-1904-xls",
        &[
            "datum_tolkat C2: 43588 → 2023-05-04 ×3",
            "datum_tolkat D3: 43630 → 2023-06-15",
            "datum_tolkat G3: 43788 → 2023-11-20",
        ],
    ),
    (
        "064-vecka-och-manad",
        &["datum_ofullstandigt C2 beslutsdatum: v. 18", "datum_ofullstandigt G3 verkstalld: nov-23"],
    ),
    ("067-ja-delvis", &["datum_med_text G2: Ja, delvis 231010 → 2023-10-10"]),
    ("068-datum-i-stallet-for-ja", &["datum_tolkat G3: 231120 → 2023-11-20"]),
    ("069-datum-med-orsak", &["datum_med_text H4: 231011 på den enskildes begäran. → 2023-10-11"]),
    ("073-ungefarligt-tal", &["tal_olasligt J2 dagar: ca 240", "tal_olasligt J4 dagar: 200-215"]),
    ("076-tal-som-text", &["datum_tolkat C2: 45050 → 2023-05-04 ×2"]),
    ("077-arendenummer-avrundat", &["kolumn_olast J1: Ärendenummer"]),
    ("080-formel-utan-varde", &["formel_utan_varde C2 beslutsdatum"]),
    ("081-felvarde", &["formel_fel C2 beslutsdatum: #REF!"]),
    ("081-nytt-felvarde", &["formel_fel C2 beslutsdatum: #SPILL!"]),
    ("083-kon-okant", &["varde_okant B2 kon: vuxen"]),
    ("084-insats-okand", &["insats_okand F2 insats: Vardagsguide"]),
    (
        "090-epost-och-telefon",
        &[
            "cell_kommentar B2: Fråga •••@••• eller •••",
            "epost B2: Fråga •••@••• eller •••",
            "telefon B2: Fråga •••@••• eller •••",
        ],
    ),
    ("090-personnummer", &["personnummer J2: Gäller ••••••-••••"]),
    ("090-samordningsnummer", &["samordningsnummer J2: ••••••-••••"]),
    ("049-overstruken-rad", &["overstruken_rad rad 4"]),
    ("054-forskjuten-rad", &["forskjuten_rad rad 4"]),
    ("055-flera-i-en-cell", &["flera_varden B4 kon: Pojke\nFlicka"]),
    ("097-ojamna-rader", &["kolumn_olast J2: kolumn J"]),
];

/// The sample whose letters are destroyed: there `sheet` tells the cause, and much else follows from it.
const ELSEWHERE: &str = "095-forstord";

/// Samples with another number of rows than the three of the clean one.
const ROWS: [(&str, usize); 8] = [
    ("022-flera-blad-olika", 5),
    ("026-tom-mall", 0),
    ("028-ingen-rubrik", 0),
    ("040-tva-tabeller-bredvid", 2),
    ("040-vand-tabell", 0),
    ("052-sammanfogade-dataceller", 2),
    ("053-insats-skriven-en-gang", 2),
    ("091-dubblett", 4),
];

/// Every sample that opens: name and reading.
fn all() -> Vec<(String, Reading)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/samples/patologier");
    let mut folders: Vec<_> = std::fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()).collect();
    folders.retain(|it| it.is_dir());
    folders.sort();
    let limits = Limits::built_in().unwrap();
    let (columns, insatser) = (columns(), insatser());
    let hints = Hints { quarter: Quarter::new(2023, 4), ..Hints::default() };
    let mut out = Vec::new();
    for path in folders {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        for file in std::fs::read_dir(&path)
            .unwrap()
            .map(|it| it.unwrap().path())
            .filter(|it| !it.ends_with("om.md") && !it.ends_with("svar.txt"))
        {
            let bytes = std::fs::read(&file).unwrap();
            let opened = sheet::open(&file.file_name().unwrap().to_string_lossy(), &bytes, &limits);
            let reading = opened.workbook.map(|it| read(&columns, &insatser, &it, &hints));
            out.extend(reading.map(|it| (name.clone(), it)));
        }
    }
    out
}

#[test]
fn each_pathology_is_noticed_and_nothing_else_is() {
    for (name, reading) in all() {
        if name == ELSEWHERE {
            continue;
        }
        let expected = SEEN.iter().find(|it| it.0 == name).map_or(&[][..], |it| it.1);
        assert_eq!(observations(&reading), expected, "{name}");
        let rows = ROWS.iter().find(|it| it.0 == name).map_or(3, |it| it.1);
        assert_eq!(reading.rows.len(), rows, "{name}");
    }
}
