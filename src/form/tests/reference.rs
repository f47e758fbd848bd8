//! The two published reports read right, to the last line.

use super::builder::{Builder, observations, short};
use crate::form::Hints;
use crate::model::{Kon, Quarter};

const FIVE: &str = "
Kvartal 2 2023
Beslut/Avbrott|Typ|Skäl|Vidtagna åtgärder, i väntan på, övrigt|Man/kvinna|Verkställt|Avslutas av annat skäl|Tid från beslut/avbrott
2023-06-26|9 § 3 Ledsagarservice|Personalrelaterade skäl, därefter svårt att rekrytera.|Två försök till matchningar.|Kvinna|Ja, delvis 231010||106 dagar
2023-06-26|9 § 3 Ledsagarservice|V.h avslutat ledsagare, sedan tackat nej till förslag.|Försök till matchning|Man|Nej.||Vid rapporteringsperiodens slut, 230930:96 dagar
2023-05-03|4 kap. 1 § SoL Ungdomscoach|Personalrelaterade problem, sjukskrivning.|Erbjudit kontaktfamilj, v.h tackat nej.|Man|Nej.|2023-10-09 Avslutas då familjen ansökt om och beviljats annan insats.|159 dagar
2023-05-03|4 kap. 1 § SoL Ungdomscoach|Personalrelaterade problem, sjukskrivning.|Kontaktförsök har gjorts.|Kvinna|230823||112 dagar
2023-05-03|4 kap. 1 § SoL Ungdomscoach|Personalrelaterade problem, sjukskrivning.|Har inte gått att nå.|Kvinna|Nej|230911 på den enskildes begäran.|131 dagar.
";

#[test]
fn the_five_typed_lines_read_as_they_were_meant() {
    let hints = Hints { quarter: Quarter::new(2023, 3), ..Hints::default() };
    let reading = Builder::sheet(FIVE).read_as(&hints);
    let rows: Vec<String> = reading.rows.iter().map(short).collect();
    assert_eq!(
        rows,
        [
            "3 kvinna s:2023-06-26 ledsagarservice 9 § 3 LSS delvis:2023-10-10 förslag:resursbrist_personal dagar:106 ”Personalrelaterade skäl, därefter svårt att rekrytera. · Två försök till matchningar. · Ja, delvis 231010”",
            "4 man s:2023-06-26 ledsagarservice 9 § 3 LSS förslag:tackat_nej dagar:96 ”V.h avslutat ledsagare, sedan tackat nej till förslag. · Försök till matchning”",
            "5 man s:2023-05-03 insats?4 kap. 1 § SoL Ungdomscoach 4 kap. 1 § SoL x:2023-10-09 därför:Avslutas då familjen ansökt om och beviljats annan insats. dagar:159 !insats ”Personalrelaterade problem, sjukskrivning. · Erbjudit kontaktfamilj, v.h tackat nej.”",
            "6 kvinna s:2023-05-03 insats?4 kap. 1 § SoL Ungdomscoach 4 kap. 1 § SoL v:2023-08-23 förslag:resursbrist_personal dagar:112 !insats ”Personalrelaterade problem, sjukskrivning. · Kontaktförsök har gjorts.”",
            "7 kvinna s:2023-05-03 insats?4 kap. 1 § SoL Ungdomscoach 4 kap. 1 § SoL x:2023-09-11 därför:på den enskildes begäran. förslag:resursbrist_personal dagar:131 !insats ”Personalrelaterade problem, sjukskrivning. · Har inte gått att nå.”",
        ]
    );
    assert_eq!(
        observations(&reading),
        [
            "datum_med_text F3: Ja, delvis 231010 → 2023-10-10",
            "datum_med_text G5: 2023-10-09 Avslutas då familjen ansökt om och beviljats annan insats. → 2023-10-09",
            "insats_okand B5 insats: 4 kap. 1 § SoL Ungdomscoach",
            "insats_okand B6 insats: 4 kap. 1 § SoL Ungdomscoach",
            "datum_med_text G7: 230911 på den enskildes begäran. → 2023-09-11",
            "insats_okand B7 insats: 4 kap. 1 § SoL Ungdomscoach",
            "datum_tolkat F6: 230823 → 2023-08-23",
            "fel_kvartal A1: kvartal 2 2023 → 2023-Q2",
        ]
    );
}

/// The 88 published lines, as the samples keep them.
#[test]
fn the_88_published_lines_give_the_published_figures() {
    let table = include_str!("../../../samples/make/lines.csv").replace("\r\n", "\n").replace(',', "|");
    let reading = Builder::sheet(&table).read();
    assert_eq!(observations(&reading), Vec::<String>::new());
    let rows = &reading.rows;
    let count = |test: &dyn Fn(&crate::form::Row) -> bool| rows.iter().filter(|it| test(it)).count();
    let open = |it: &crate::form::Row| it.end().is_none();
    assert_eq!(rows.len(), 88);
    assert_eq!(count(&|it| it.verkstalld.is_some()), 18);
    assert_eq!(count(&|it| it.avslutad.is_some()), 13);
    assert_eq!(count(&open), 57);
    assert_eq!(count(&|it| open(it) && it.kon.is_some_and(Kon::is_male)), 33);
    assert_eq!(count(&|it| open(it) && it.avbrottsdatum.is_some()), 36);
    assert_eq!(count(&|it| it.beslutsdatum.is_some()), 32);
    let insatser = super::builder::insatser();
    for (key, reported, still_open) in [
        ("ledsagarservice", 17, 10),
        ("kontaktperson", 6, 3),
        ("avlosarservice", 12, 7),
        ("korttidsvistelse", 9, 4),
        ("korttidstillsyn", 1, 1),
        ("bostad_vuxna", 17, 14),
        ("daglig_verksamhet", 26, 18),
    ] {
        let id = insatser.by_key(key);
        assert_eq!(count(&|it| it.insats == id), reported, "{key}");
        assert_eq!(count(&|it| it.insats == id && open(it)), still_open, "{key} open");
    }
}
