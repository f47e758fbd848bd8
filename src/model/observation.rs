//! What was noticed while a file was opened and understood: the raw material of `lasbarhet` and `integritet`.
//!
//! Goes in: what `sheet` and `form` met. Comes out: values that rules of the scope `iakttagelse` turn into findings.
//! Guaranteed: an observation never blocks anything by itself; the rule that speaks about it decides its weight.

use super::words::words;
use super::{Field, Place};

words! {
    /// The closed list of things that can be noticed. `key` is the value of `slag` in rule conditions.
    Seen {
        // The file as a whole cannot be used.
        FilTom = "fil_tom", "filen är tom";
        FilForStor = "fil_for_stor", "filen är för stor";
        FilUppackadForStor = "fil_uppackad_for_stor", "filen packas upp till för mycket";
        FilLosenord = "fil_losenord", "filen är lösenordsskyddad eller krypterad";
        FilTrasig = "fil_trasig", "filen är skadad";
        FilFrammandeTyp = "fil_frammande_typ", "filen är inget kalkylblad";
        FilOsaker = "fil_osaker", "filen kunde inte läsas säkert";
        FilTidsgrans = "fil_tidsgrans", "filen tog för lång tid att läsa";
        FilLasfil = "fil_lasfil", "filen är ett kalkylprograms låsfil";
        // The file could be used, but something is worth saying.
        FilAndelse = "fil_andelse", "filens namn och innehåll säger olika format";
        FilMakro = "fil_makro", "filen innehåller makron";
        FilLankar = "fil_lankar", "filen har länkar, bilder eller inbäddade objekt";
        TeckenTrasiga = "tecken_trasiga", "å, ä och ö har förstörts";
        TeckenLagade = "tecken_lagade", "å, ä och ö har lagats";
        // Sheets.
        IngenRubrik = "ingen_rubrik", "ingen rubrikrad hittades";
        TomMall = "tom_mall", "rubriker finns men inga rader";
        KolumnSaknas = "kolumn_saknas", "en nödvändig kolumn saknas";
        KolumnOlast = "kolumn_olast", "en kolumn med innehåll läses inte";
        KolumnLiknar = "kolumn_liknar", "en rubrik liknar en känd rubrik";
        KolumnDubbel = "kolumn_dubbel", "två kolumner gör anspråk på samma uppgift";
        TvaTabeller = "tva_tabeller", "två tabeller står bredvid varandra";
        DoltBlad = "dolt_blad", "ett dolt blad har innehåll";
        DoldaRader = "dolda_rader", "rader är dolda";
        FiltreradeRader = "filtrerade_rader", "ett filter döljer rader";
        DoldKolumn = "dold_kolumn", "en dold kolumn har innehåll";
        AvlagsenCell = "avlagsen_cell", "en cell står långt från tabellen";
        RaderEfterSumma = "rader_efter_summa", "rader står efter summaraden";
        SummaAvviker = "summa_avviker", "summaraden stämmer inte med raderna";
        FelKvartal = "fel_kvartal", "bladet anger ett annat kvartal";
        NollText = "noll_text", "bladet säger att det inte finns något att rapportera";
        // Rows and cells.
        DatumOlasligt = "datum_olasligt", "datumet går inte att läsa";
        DatumOmojligt = "datum_omojligt", "datumet finns inte";
        DatumTvetydigt = "datum_tvetydigt", "datumet kan läsas på två sätt";
        DatumOfullstandigt = "datum_ofullstandigt", "datumet är inte helt";
        DatumTolkat = "datum_tolkat", "datumet stod i en ovanlig form";
        DatumMedText = "datum_med_text", "datumet står tillsammans med text";
        TextIDatumcell = "text_i_datumcell", "text står där ett datum ska stå";
        FormelFel = "formel_fel", "cellen visar ett formelfel";
        FormelUtanVarde = "formel_utan_varde", "formeln har inget sparat värde";
        SammanfogadeCeller = "sammanfogade_celler", "celler med uppgifter är sammanfogade";
        OverstrukenRad = "overstruken_rad", "raden är överstruken";
        ForskjutenRad = "forskjuten_rad", "radens värden verkar stå i fel kolumn";
        CellKommentar = "cell_kommentar", "en cell har en kommentar";
        VardeOkant = "varde_okant", "värdet finns inte bland valen";
        TalOlasligt = "tal_olasligt", "talet går inte att läsa";
        InsatsOkand = "insats_okand", "insatsen känns inte igen";
        InsatsAntagen = "insats_antagen", "insatsen togs från rubriken, bladets namn eller uppdraget";
        LagrumOkant = "lagrum_okant", "lagrummet går inte att läsa";
        DagarAvviker = "dagar_avviker", "angivet antal dagar stämmer inte med datumen";
        FleraVarden = "flera_varden", "cellen har flera ärenden";
        // Personal data, wherever it stands.
        Personnummer = "personnummer", "ett personnummer";
        Samordningsnummer = "samordningsnummer", "ett samordningsnummer";
        TNummer = "t_nummer", "ett T- eller TF-nummer";
        Epost = "epost", "en e-postadress";
        Telefon = "telefon", "ett telefonnummer";
    }
}

/// One thing noticed at one place.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Observation {
    pub seen: Seen,
    pub place: Place,
    pub field: Option<Field>,
    /// What stands there, as a person sees it. Masked before it is stored here.
    pub shown: Option<String>,
    /// What it was read as, when it was read.
    pub read: Option<String>,
    /// What we would propose, or the second reading of something ambiguous.
    pub proposal: Option<String>,
    /// How many cells or rows this stands for.
    pub count: u32,
}

impl Observation {
    pub fn new(seen: Seen, place: Place) -> Self {
        Self { seen, place, field: None, shown: None, read: None, proposal: None, count: 1 }
    }

    pub fn field(mut self, field: Field) -> Self {
        self.field = Some(field);
        self
    }

    /// Masks personal numbers, addresses and phone numbers before keeping the text.
    pub fn shown(mut self, text: &str) -> Self {
        self.shown = Some(super::mask::masked(text).into_owned());
        self
    }

    pub fn read(mut self, text: impl Into<String>) -> Self {
        self.read = Some(text.into());
        self
    }

    pub fn proposal(mut self, text: impl Into<String>) -> Self {
        self.proposal = Some(text.into());
        self
    }

    pub fn count(mut self, count: u32) -> Self {
        self.count = count;
        self
    }
}
